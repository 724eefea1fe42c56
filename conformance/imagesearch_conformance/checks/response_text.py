"""What holds for the text of every reply: JSON, declared as such, and of one mind about success."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_integer
from imagesearch_conformance.checks.result import CheckContext, CheckResult

#: More than is shown of a text, in bytes: it is cut once secrets are out of it, or half of one might be left.
_MAX_EXCERPT_BYTES = 1 << 16


def check_response_text(context: CheckContext) -> Iterator[CheckResult]:
    """Remarks on any reply at all."""
    yield _check_json(context)
    yield _check_content_type(context)
    if context.response.kind is not ResponseKind.UNREADABLE:
        yield _check_consistency(context)


def _check_json(context: CheckContext) -> CheckResult:
    flaws = context.response.json_errors
    if not flaws:
        return context.pass_requirement("wire.json")
    excerpt = context.response.wire.body[:_MAX_EXCERPT_BYTES].decode("utf-8", "replace")
    return context.fail_requirement("wire.json", "; ".join(flaws), ("one JSON object in UTF-8",), excerpt, "")


def _check_content_type(context: CheckContext) -> CheckResult:
    declared = context.response.wire.header("content-type")
    media_type = (declared or "").partition(";")[0].strip().lower()
    if media_type == "application/json" or media_type.endswith("+json"):
        return context.pass_requirement("wire.contenttype")
    message = f"the body is declared as {declared}" if declared else "the body has no declared type"
    return context.fail_requirement("wire.contenttype", message, ("application/json",), declared, "header:content-type")


def _check_consistency(context: CheckContext) -> CheckResult:
    """Status, Success and Code: those that are there have to say the same."""
    document, status = context.response.document, context.response.wire.status
    said = {status == context.contract.protocol.success_status}
    if "Success" in document:
        said.add(document["Success"] is True)
    if "Code" in document:
        said.add(parse_integer(document["Code"]) == 0)
    requirement = "response.success.consistent"
    if len(said) == 1:
        return context.pass_requirement(requirement)
    actual = {"status": status, **{name: document[name] for name in ("Success", "Code") if name in document}}
    return context.fail_requirement(requirement, "status, Success and Code contradict each other", (), actual, "")
