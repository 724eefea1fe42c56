"""Whether a reply is one of the acceptable outcomes of its case."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.checks.parsed_response import ResponseKind
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.expectation import Acceptance, Grade


def check_expected_outcome(context: CheckContext) -> Iterator[CheckResult]:
    """Remarks on the requirements that the case is for."""
    kind = context.response.kind
    if kind is ResponseKind.UNREADABLE:
        yield from _check_unreadable(context)
    elif kind is ResponseKind.SUCCESS:
        yield from _check_acceptance(context, context.case.expectation.success, "success")
    elif context.response.error_code is not None:
        yield from _check_error(context, context.response.error_code)
    elif context.case.expectation.success is not None and len(context.case.expectation.acceptances) == 1:
        yield from _fail_all(context, "the request was refused", "a refusal without a code")


def _check_error(context: CheckContext, code: str) -> Iterator[CheckResult]:
    status = context.response.wire.status
    same_code = context.case.expectation.errors_with_code(code)
    exact = next((one for one in same_code if one.status == status), None)
    row = context.contract.errors.find(code)
    if exact is None and same_code and row is not None and row.grade is Grade.DOCUMENTED:
        # The code is right and its status is not: that is the business of error.<code>.status alone.
        exact = same_code[0]
    yield from _check_acceptance(context, exact, f"{status} {code}")


def _check_acceptance(context: CheckContext, acceptance: Acceptance | None, actual: str) -> Iterator[CheckResult]:
    if acceptance is None:
        wanted = "refused" if context.case.expectation.success is None else "answered with success"
        yield from _fail_all(context, f"the reply is {actual}", actual, f"the request has to be {wanted}")
    elif acceptance.grade is Grade.TOLERATED:
        expected = tuple(str(one) for one in context.case.expectation.acceptances)
        for requirement in context.case.requirements:
            message = f"{actual} is tolerated, the page does not name it here"
            yield context.fail_requirement(requirement, message, expected, actual, "/Code", Grade.TOLERATED)
    else:
        yield from (context.pass_requirement(requirement) for requirement in context.case.requirements)


def _check_unreadable(context: CheckContext) -> Iterator[CheckResult]:
    """Without a readable body only the status can be wrong for sure."""
    status = context.response.wire.status
    if all(one.status != status for one in context.case.expectation.acceptances):
        yield from _fail_all(context, f"the reply has status {status} and no readable body", status)


def _fail_all(context: CheckContext, message: str, actual: object, explanation: str = "") -> Iterator[CheckResult]:
    expected = tuple(str(one) for one in context.case.expectation.acceptances)
    text = f"{message}; {explanation}" if explanation else message
    for requirement in context.case.requirements:
        yield context.fail_requirement(requirement, text, expected, actual, "status")
