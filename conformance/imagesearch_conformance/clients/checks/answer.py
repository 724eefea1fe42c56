"""Checks of the answer of a client: its kind, its status, and the parts of an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import ScenarioCheckContext
from imagesearch_conformance.clients.checks.result import check_result, is_success_consistent
from imagesearch_conformance.clients.scenario import ERROR_ONLY, Scenario
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.client import AdapterFailure, AnswerKind
from imagesearch_conformance.model.expectation import Grade

#: The kinds of answers in words, with the error codes of the adapter protocol.
ANSWER_DESCRIPTIONS = {
    AnswerKind.RESULT: "a result",
    AnswerKind.ERROR: "an error of the API (-32000)",
    AnswerKind.ARGUMENTS_REFUSED: "a refusal of the arguments (-32602)",
    AnswerKind.UNREADABLE: "an unreadable response (-32001)",
    AnswerKind.ADAPTER_FAILURE: "no answer",
}

#: The requirements of adapters that their failures violate, whatever the client does.
ADAPTER_REQUIREMENTS = {
    AdapterFailure.FLOOD: "adapter.flood",
    AdapterFailure.WRONG_ID: "adapter.answers",
    AdapterFailure.INVALID_MESSAGE: "adapter.answers",
}

#: The requirement that a client violates if it does not make the plainest call.
_MINIMAL_REQUEST = "request.minimal"


def describe_accepted_answers(scenario: Scenario) -> tuple[str, ...]:
    return tuple(text for kind, text in ANSWER_DESCRIPTIONS.items() if kind in scenario.accepted_answers)


def check_adapter_failure(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    failure, undocumented = context.answer.adapter_failure, context.scenario.undocumented_behaviour
    count = len(context.scenario_run.exchanges)
    text = context.answer.text or "no answer"
    if failure is AdapterFailure.HANG and count > 1:
        text = f"{text}; it made {count} requests meanwhile: if it gives up later, use a higher --timeout"
    expected = describe_accepted_answers(context.scenario)
    if failure in ADAPTER_REQUIREMENTS:
        yield context.fail_requirement(ADAPTER_REQUIREMENTS[failure], text, expected, None, "text")
    elif undocumented and failure is AdapterFailure.HANG:
        yield from context.fail_all(text, expected, None, "text")
    else:
        requirement = "process.robust" if undocumented else "process.survives"
        yield context.fail_requirement(requirement, text, expected, None, "text")


def check_answer(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """Check the answer against the last response, for the requirements of the scenario."""
    kind, response = context.answer.kind, context.response
    if kind is AnswerKind.ARGUMENTS_REFUSED or not context.scenario_run.exchanges:
        yield from _check_missing_request(context)
    elif response is None or context.scenario.follows_redirects or response.kind is ResponseKind.UNREADABLE:
        yield from _check_answer_kind(context)
    elif response.kind is ResponseKind.ERROR:
        yield from _check_error_answer(context, response)
    elif kind is not AnswerKind.RESULT:
        yield from _check_lost_success(context)
    elif is_success_consistent(context, response.document):
        yield _check_status(context, response.wire.status)
        yield from check_result(context, response.document)
        yield from _check_answer_kind(context)
    else:
        message = "the response says that the call failed, the result does not"
        yield from context.fail_all(message, describe_accepted_answers(context.scenario))


def _check_missing_request(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    is_refused = context.answer.kind is AnswerKind.ARGUMENTS_REFUSED
    if context.scenario_run.exchanges:
        message = "the client refused the arguments and sent a request"
    elif not is_refused:
        message = "the client sent no request"
    elif AnswerKind.ARGUMENTS_REFUSED in context.scenario.accepted_answers:
        yield from context.pass_all()
        return
    else:
        message = f"the client refused valid arguments: {context.answer.text or 'no reason given'}"
    for name in (_MINIMAL_REQUEST,) if _is_minimal_call(context) else context.scenario.case.requirements:
        yield _fail_answer(context, name, message)


def _is_minimal_call(context: ScenarioCheckContext) -> bool:
    """Return whether a scenario is about the response to the plainest call: it says nothing without that call."""
    required = {parameter.name for parameter in context.contract.parameters if parameter.required}
    return not context.scenario.parameters_under_test and context.arguments.keys() == required


def _check_answer_kind(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    answer, scenario = context.answer, context.scenario
    if answer.kind in scenario.accepted_answers:
        yield from context.pass_all()
        return
    message = f"the answer is {ANSWER_DESCRIPTIONS[answer.kind]}"
    grade = Grade.TOLERATED if answer.kind in scenario.tolerated_answers else Grade.DOCUMENTED
    yield from context.fail_all(message, describe_accepted_answers(scenario), answer.text, "text", grade)


def _check_error_answer(context: ScenarioCheckContext, response: ParsedResponse) -> Iterator[CheckResult]:
    """Check the answer to an error response."""
    kind = context.answer.kind
    if kind is AnswerKind.ERROR:
        yield from _check_error(context, response.wire.status, response.document)
        yield from context.pass_all()
    elif kind is AnswerKind.UNREADABLE and context.scenario.accepted_answers == ERROR_ONLY:
        yield from _check_answer_kind(context)
    else:
        yield _fail_answer(context, "outcome.error", f"the answer to an error response is {ANSWER_DESCRIPTIONS[kind]}")


def _check_lost_success(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """Check an answer that is not a result, where the response was a success."""
    if not context.scenario.request_only:
        yield from _check_answer_kind(context)
        return
    message = f"the answer to a success is {ANSWER_DESCRIPTIONS[context.answer.kind]}"
    yield _fail_answer(context, "outcome.success", message)


def _fail_answer(context: ScenarioCheckContext, requirement: str, message: str) -> CheckResult:
    expected = describe_accepted_answers(context.scenario)
    return context.fail_requirement(requirement, message, expected, context.answer.text, "text")


def _check_status(context: ScenarioCheckContext, expected: int) -> CheckResult:
    actual = context.answer.status
    if actual == expected:
        return context.pass_requirement("outcome.success")
    grade = Grade.TOLERATED if actual is None else Grade.DOCUMENTED
    message = "the result has no status" if actual is None else f"the status of the result is {actual}"
    return context.fail_requirement("outcome.success", message, (str(expected),), actual, "status", grade)


def _check_error(context: ScenarioCheckContext, status: int, document: Mapping[str, Any]) -> Iterator[CheckResult]:
    """Check the status, code, message and request id of an error."""
    code, answer = document.get("Code"), context.answer
    status_requirement, message_requirement = _error_requirements(context.contract.errors.find(str(code)))
    yield context.pass_requirement("outcome.error")
    if (answer.status, answer.code) == (status, code):
        yield context.pass_requirement(status_requirement)
    else:
        message, actual = "another status or code", {"httpStatus": answer.status, "code": answer.code}
        yield context.fail_requirement(status_requirement, message, (f"{status} {code}",), actual, "code")
    yield _check_message(context, message_requirement, str(document.get("Message")), answer.message)
    for name, key, value in (
        ("Code", "code", answer.code),
        ("Message", "message", answer.message),
        ("RequestId", "requestId", answer.request_id),
    ):
        requirement, expected = f"error.envelope.{name.lower()}.present", document.get(name)
        if value is None:
            yield context.fail_requirement(requirement, f"the error has no {name}", (str(expected),), None, key)
        elif name == "RequestId" and value != expected:
            yield context.fail_requirement(requirement, f"another {name}", (str(expected),), value, key)
        else:
            yield context.pass_requirement(requirement)


def _error_requirements(row: ErrorRow | None) -> tuple[str, str]:
    """Return the requirements for the status with the code, and for the message."""
    if row is None:
        return "error.unknown", "error.unknown"
    if row.grade is Grade.TOLERATED:
        return "error.gateway", "error.gateway"
    return f"error.{row.code}.status", f"error.{row.code}.message"


def _check_message(context: ScenarioCheckContext, requirement: str, expected: str, actual: str | None) -> CheckResult:
    if actual == expected:
        return context.pass_requirement(requirement)
    is_extended = actual is not None and expected in actual
    grade = Grade.TOLERATED if is_extended else Grade.DOCUMENTED
    message = "the message has additional text" if is_extended else "another message"
    return context.fail_requirement(requirement, message, (expected,), actual, "message", grade)
