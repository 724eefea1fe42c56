"""Checks of any response, and of any error response."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imagesearch_conformance.checks.fields import check_fields
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_integer
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.expectation import Grade

#: Maximum of bytes in a finding, more than reports show: they clip after redaction, so that no half secret remains.
_MAX_EXCERPT_BYTES = 1 << 16


def check_response_text(context: CheckContext) -> Iterator[CheckResult]:
    yield _check_json(context)
    yield _check_content_type(context)
    if context.response.kind is not ResponseKind.UNREADABLE:
        yield _check_consistency(context)


def _check_json(context: CheckContext) -> CheckResult:
    errors = context.response.json_errors
    if not errors:
        return context.pass_requirement("wire.json")
    excerpt = context.response.wire.body[:_MAX_EXCERPT_BYTES].decode("utf-8", "replace")
    return context.fail_requirement("wire.json", "; ".join(errors), ("one JSON object in UTF-8",), excerpt, "")


def _check_content_type(context: CheckContext) -> CheckResult:
    declared = context.response.wire.header("content-type")
    media_type = (declared or "").partition(";")[0].strip().lower()
    if media_type == "application/json" or media_type.endswith("+json"):
        return context.pass_requirement("wire.contenttype")
    message = f"the body is declared as {declared}" if declared else "the header Content-Type is missing"
    return context.fail_requirement("wire.contenttype", message, ("application/json",), declared, "header:content-type")


def _check_consistency(context: CheckContext) -> CheckResult:
    """Check that those of status, Success and Code that are present agree."""
    document, status = context.response.document, context.response.wire.status
    claims = {status == context.contract.protocol.success_status}
    if "Success" in document:
        claims.add(document["Success"] is True)
    if "Code" in document:
        claims.add(parse_integer(document["Code"]) == 0)
    requirement = "response.success.consistent"
    if len(claims) == 1:
        return context.pass_requirement(requirement)
    actual = {"status": status, **{name: document[name] for name in ("Success", "Code") if name in document}}
    return context.fail_requirement(requirement, "status, Success and Code contradict each other", (), actual, "")


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
