"""Checks of any response: valid JSON, declared as JSON, and consistent about success."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_integer
from imagesearch_conformance.checks.result import CheckContext, CheckResult

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
