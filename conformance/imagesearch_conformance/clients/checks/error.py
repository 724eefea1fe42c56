"""Whether an error reaches the caller as it came: status, code, message, request id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import ScenarioCheckContext
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.expectation import Grade


def check_error(context: ScenarioCheckContext, status: int, document: Mapping[str, Any]) -> Iterator[CheckResult]:
    """The parts of an error against those of the reply."""
    code, message = document.get("Code"), document.get("Message")
    row = context.contract.errors.find(str(code))
    of_status, of_message = _requirement_ids(row)
    answer = context.answer
    yield context.pass_requirement("outcome.error")
    if (answer.status, answer.code) == (status, code):
        yield context.pass_requirement(of_status)
    else:
        actual = {"httpStatus": answer.status, "code": answer.code}
        yield context.fail_requirement(
            of_status, "the status and the code are others", (f"{status} {code}",), actual, "code"
        )
    yield _check_message(context, of_message, str(message), answer.message)
    yield from _check_envelope(context, document)


def _requirement_ids(row: ErrorRow | None) -> tuple[str, str]:
    """What the status with the code, and what the message is judged by."""
    if row is None:
        return "error.unknown", "error.unknown"
    if row.grade is Grade.TOLERATED:
        return "error.gateway", "error.gateway"
    return f"error.{row.code}.status", f"error.{row.code}.message"


def _check_message(context: ScenarioCheckContext, requirement: str, expected: str, actual: str | None) -> CheckResult:
    if actual == expected:
        return context.pass_requirement(requirement)
    grade = Grade.TOLERATED if actual is not None and expected in actual else Grade.DOCUMENTED
    said = "more than the message" if grade is Grade.TOLERATED else "not the message of the reply"
    return context.fail_requirement(
        requirement, f"what is handed over is {said}", (expected,), actual, "message", grade
    )


def _check_envelope(context: ScenarioCheckContext, document: Mapping[str, Any]) -> Iterator[CheckResult]:
    answer = context.answer
    for name, key, handed in (
        ("Code", "code", answer.code),
        ("Message", "message", answer.message),
        ("RequestId", "requestId", answer.request_id),
    ):
        requirement, given = f"error.envelope.{name.lower()}.present", document.get(name)
        if handed is None:
            yield context.fail_requirement(requirement, f"{name} does not reach the caller", (str(given),), None, key)
        elif name == "RequestId" and handed != given:
            yield context.fail_requirement(requirement, f"{name} is another", (str(given),), handed, key)
        else:
            yield context.pass_requirement(requirement)
