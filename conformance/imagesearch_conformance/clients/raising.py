"""Whether an error reaches the caller as it came: status, code, message, request id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.clients.look import Look
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.expectation import Grade


def check_error(look: Look, status: int, document: Mapping[str, Any]) -> Iterator[Remark]:
    """The parts of an error against those of the reply."""
    code, message = document.get("Code"), document.get("Message")
    row = look.contract.errors.find(str(code))
    of_status, of_message = _requirements(row)
    answer = look.answer
    yield look.held("outcome.error")
    if (answer.status, answer.code) == (status, code):
        yield look.held(of_status)
    else:
        actual = {"httpStatus": answer.status, "code": answer.code}
        yield look.departed(of_status, "the status and the code are others", (f"{status} {code}",), actual, "code")
    yield _message(look, of_message, str(message), answer.message)
    yield from _envelope(look, document)


def _requirements(row: ErrorRow | None) -> tuple[str, str]:
    """What the status with the code, and what the message is judged by."""
    if row is None:
        return "error.unknown", "error.unknown"
    if row.grade is Grade.TOLERATED:
        return "error.gateway", "error.gateway"
    return f"error.{row.code}.status", f"error.{row.code}.message"


def _message(look: Look, requirement: str, message: str, handed: str | None) -> Remark:
    if handed == message:
        return look.held(requirement)
    grade = Grade.TOLERATED if handed is not None and message in handed else Grade.DOCUMENTED
    said = "more than the message" if grade is Grade.TOLERATED else "not the message of the reply"
    return look.departed(requirement, f"what is handed over is {said}", (message,), handed, "message", grade)


def _envelope(look: Look, document: Mapping[str, Any]) -> Iterator[Remark]:
    answer = look.answer
    for name, key, handed in (
        ("Code", "code", answer.code),
        ("Message", "message", answer.message),
        ("RequestId", "requestId", answer.request_id),
    ):
        requirement, given = f"error.envelope.{name.lower()}.present", document.get(name)
        if handed is None:
            yield look.departed(requirement, f"{name} does not reach the caller", (str(given),), None, key)
        elif name == "RequestId" and handed != given:
            yield look.departed(requirement, f"{name} is another", (str(given),), handed, key)
        else:
            yield look.held(requirement)
