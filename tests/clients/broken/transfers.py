"""Clients that read replies by other rules than those of HTTP and JSON."""

from attrs import evolve

from imagesearch_conformance.adapters import plain

from .steps import Client, defect


@defect("decoding.gzip", plays=("decoding.gzip",))
class LeavesPacked(Client):
    """Says that it accepts compressed replies, and does not unpack them."""

    def unpacked(self, content):
        return content


@defect("decoding.chunked", plays=("decoding.chunked",))
class ReadsByLength(Client):
    """Reads as many bytes as the length says, and none without one."""

    def sent(self, message, to=None):
        reply = super().sent(message, to)
        return reply if reply.sized else evolve(reply, content=b"{}")


@defect("decoding.layout", plays=("decoding.layout",))
class ReadsOneLine(Client):
    """Reads the first line."""

    def document(self, content):
        return super().document(content.partition(b"\n")[0])


@defect("decoding.layout", also=("*",), plays=("decoding.layout",))
class ReadsInOrder(Client):
    """Expects the names of a reply in their order."""

    def document(self, content):
        found = super().document(content)
        if next(iter(found), "") not in {"Msg", "RequestId", "Extension", "Code", "Message"}:
            raise plain.UnreadableResponse("unexpected name")
        if "Auctions" in found and list(found)[-1] == "Msg":
            raise plain.UnreadableResponse("unexpected order")
        return found
