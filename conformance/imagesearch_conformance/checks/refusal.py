"""What holds for every error reply: its envelope, and the page's row for its code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imagesearch_conformance.checks.fields import check_fields
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.expectation import Grade

#: Traces of the common platforms, and absolute paths of source files.
_LEAKS = re.compile(
    r"Traceback \(most recent call last\)"
    r"|\n\s+at [\w.$<>]+\(.*\)"
    r"|goroutine \d+ \["
    r"|\bpanicked at\b"
    r"|(?:/[\w.-]+){2,}\.(?:py|js|ts|java|go|rb|php|rs|cs)\b"
    r"|[A-Z]:\\[\w\\.-]+\.\w+"
)


def check_refusal(view: View) -> Iterator[Remark]:
    """Everything that holds for an error reply, whatever was asked."""
    yield from check_fields(view, view.contract.error_fields, "error.envelope")
    code = view.reading.code
    row = view.contract.errors.find(code) if code else None
    if row is not None and row.grade is Grade.DOCUMENTED:
        yield _status(view, row)
        yield from _message(view, row)
    yield _leak(view)


def _status(view: View, row: ErrorRow) -> Remark:
    requirement, status = f"error.{row.code}.status", view.reading.reply.status
    if status == row.status:
        return view.held(requirement)
    grade = Grade.TOLERATED if status in row.statuses else Grade.DOCUMENTED
    message = f"{row.code} came with status {status}"
    return view.departed(requirement, message, (str(row.status),), status, "status", grade)


def _message(view: View, row: ErrorRow) -> Iterator[Remark]:
    message = view.reading.document.get("Message")
    requirement = f"error.{row.code}.message"
    if not isinstance(message, str):
        return
    if message == row.message:
        yield view.held(requirement)
        return
    grade = Grade.TOLERATED if message in row.also else Grade.DOCUMENTED
    said = "another spelling of the message" if grade is Grade.TOLERATED else "the message is not the page's"
    yield view.departed(requirement, f"{row.code}: {said}", (row.message,), message, "/Message", grade)


def _leak(view: View) -> Remark:
    message = str(view.reading.document.get("Message"))
    if found := _LEAKS.search(message):
        return view.departed("error.leak", "the message shows the inside of the server", (), found[0], "/Message")
    return view.held("error.leak")
