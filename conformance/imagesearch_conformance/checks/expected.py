"""Whether a reply is one of the acceptable outcomes of its case."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.checks.reading import Kind
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.expectation import Acceptance, Grade


def check_expected(view: View) -> Iterator[Remark]:
    """Remarks on the requirements that the case is for."""
    kind = view.reading.kind
    if kind is Kind.UNREADABLE:
        yield from _unreadable(view)
    elif kind is Kind.SUCCESS:
        yield from _said(view, view.case.expectation.success, "success")
    elif view.reading.code is not None:
        yield from _refused(view, view.reading.code)
    elif view.case.expectation.success is not None and len(view.case.expectation.acceptances) == 1:
        yield from _all(view, "the request was refused", "a refusal without a code")


def _refused(view: View, code: str) -> Iterator[Remark]:
    status = view.reading.reply.status
    same_code = view.case.expectation.refusals(code)
    exact = next((one for one in same_code if one.status == status), None)
    row = view.contract.errors.find(code)
    if exact is None and same_code and row is not None and row.grade is Grade.DOCUMENTED:
        # The code is right and its status is not: that is the business of error.<code>.status alone.
        exact = same_code[0]
    yield from _said(view, exact, f"{status} {code}")


def _said(view: View, accepted: Acceptance | None, actual: str) -> Iterator[Remark]:
    if accepted is None:
        wanted = "refused" if view.case.expectation.success is None else "answered with success"
        yield from _all(view, f"the reply is {actual}", actual, f"the request has to be {wanted}")
    elif accepted.grade is Grade.TOLERATED:
        expected = tuple(str(one) for one in view.case.expectation.acceptances)
        for requirement in view.case.requirements:
            message = f"{actual} is tolerated, the page does not name it here"
            yield view.departed(requirement, message, expected, actual, "/Code", Grade.TOLERATED)
    else:
        yield from (view.held(requirement) for requirement in view.case.requirements)


def _unreadable(view: View) -> Iterator[Remark]:
    """Without a readable body only the status can be wrong for sure."""
    status = view.reading.reply.status
    if all(one.status != status for one in view.case.expectation.acceptances):
        yield from _all(view, f"the reply has status {status} and no readable body", status)


def _all(view: View, message: str, actual: object, wanted: str = "") -> Iterator[Remark]:
    expected = tuple(str(one) for one in view.case.expectation.acceptances)
    text = f"{message}; {wanted}" if wanted else message
    for requirement in view.case.requirements:
        yield view.departed(requirement, text, expected, actual, "status")
