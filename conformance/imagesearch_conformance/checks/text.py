"""What holds for the text of every reply: JSON, declared as such, and of one mind about success."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.checks.reading import Kind, whole
from imagesearch_conformance.checks.remark import Remark, View

#: More than is shown of a text, in bytes: it is cut once secrets are out of it, or half of one might be left.
_EXCERPT = 1 << 16


def check_text(view: View) -> Iterator[Remark]:
    """Remarks on any reply at all."""
    yield _json(view)
    yield _content_type(view)
    if view.reading.kind is not Kind.UNREADABLE:
        yield _consistent(view)


def _json(view: View) -> Remark:
    flaws = view.reading.flaws
    if not flaws:
        return view.held("wire.json")
    excerpt = view.reading.reply.body[:_EXCERPT].decode("utf-8", "replace")
    return view.departed("wire.json", "; ".join(flaws), ("one JSON object in UTF-8",), excerpt, "")


def _content_type(view: View) -> Remark:
    declared = view.reading.reply.header("content-type")
    media_type = (declared or "").partition(";")[0].strip().lower()
    if media_type == "application/json" or media_type.endswith("+json"):
        return view.held("wire.contenttype")
    message = f"the body is declared as {declared}" if declared else "the body has no declared type"
    return view.departed("wire.contenttype", message, ("application/json",), declared, "header:content-type")


def _consistent(view: View) -> Remark:
    """Status, Success and Code: those that are there have to say the same."""
    document, status = view.reading.document, view.reading.reply.status
    said = {status == view.contract.protocol.success}
    if "Success" in document:
        said.add(document["Success"] is True)
    if "Code" in document:
        said.add(whole(document["Code"]) == 0)
    requirement = "response.success.consistent"
    if len(said) == 1:
        return view.held(requirement)
    actual = {"status": status, **{name: document[name] for name in ("Success", "Code") if name in document}}
    return view.departed(requirement, "status, Success and Code contradict each other", (), actual, "")
