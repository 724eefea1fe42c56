"""Checks of any error response: its envelope, and the documented status and message of its code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imagesearch_conformance.checks.fields import check_fields
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.expectation import Grade

#: Stack traces of common platforms, and absolute paths of source files.
_LEAK_PATTERN = re.compile(
    r"Traceback \(most recent call last\)"
    r"|\n\s+at [\w.$<>]+\(.*\)"
    r"|goroutine \d+ \["
    r"|\bpanicked at\b"
    r"|(?:/[\w.-]+){2,}\.(?:py|js|ts|java|go|rb|php|rs|cs)\b"
    r"|[A-Z]:\\[\w\\.-]+\.\w+"
)


def check_error_response(context: CheckContext) -> Iterator[CheckResult]:
    """Check what holds for every error response, whatever the request."""
    yield from check_fields(context, context.contract.error_fields, "error.envelope")
    code = context.response.error_code
    row = context.contract.errors.find(code) if code else None
    if row is not None and row.grade is Grade.DOCUMENTED:
        yield _check_status(context, row)
        yield from _check_message(context, row)
    yield _check_leak(context)


def _check_status(context: CheckContext, row: ErrorRow) -> CheckResult:
    requirement, status = f"error.{row.code}.status", context.response.wire.status
    if status == row.status:
        return context.pass_requirement(requirement)
    grade = Grade.TOLERATED if status in row.tolerated_statuses else Grade.DOCUMENTED
    message = f"{row.code} came with status {status}"
    return context.fail_requirement(requirement, message, (str(row.status),), status, "status", grade)


def _check_message(context: CheckContext, row: ErrorRow) -> Iterator[CheckResult]:
    message = context.response.document.get("Message")
    requirement = f"error.{row.code}.message"
    if not isinstance(message, str):
        return
    if message == row.message:
        yield context.pass_requirement(requirement)
        return
    grade = Grade.TOLERATED if message in row.tolerated_messages else Grade.DOCUMENTED
    problem = (
        "another known spelling of the message"
        if grade is Grade.TOLERATED
        else "the message differs from the documentation"
    )
    yield context.fail_requirement(requirement, f"{row.code}: {problem}", (row.message,), message, "/Message", grade)


def _check_leak(context: CheckContext) -> CheckResult:
    message = str(context.response.document.get("Message"))
    if match := _LEAK_PATTERN.search(message):
        return context.fail_requirement(
            "error.leak", "the message reveals internals of the server", (), match[0], "/Message"
        )
    return context.pass_requirement("error.leak")
