"""Clients that decode responses in violation of HTTP or JSON."""

from attrs import evolve

from imagesearch_conformance.adapters import plain

from .client import Client, defect


@defect("decoding.gzip", scenarios=("decoding.gzip",))
class LeavesPacked(Client):
    """Accepts compressed responses and does not decompress them."""

    def decompress(self, content):
        return content


@defect("decoding.chunked", scenarios=("decoding.chunked",))
class ReadsByLength(Client):
    """Reads a body by its Content-Length, and none without one."""

    def send(self, request, host=None):
        response = super().send(request, host)
        return response if response.has_length else evolve(response, content=b"{}")


@defect("decoding.layout", scenarios=("decoding.layout",))
class ReadsOneLine(Client):
    """Reads the first line of a body."""

    def parse_body(self, content):
        return super().parse_body(content.partition(b"\n")[0])


@defect("decoding.layout", side_effects=("*",), scenarios=("decoding.layout",))
class ReadsInOrder(Client):
    """Expects the members of a response in a fixed order."""

    def parse_body(self, content):
        body = super().parse_body(content)
        if next(iter(body), "") not in {"Msg", "RequestId", "Extension", "Code", "Message"}:
            raise plain.UnreadableResponse("unexpected name")
        if "Auctions" in body and list(body)[-1] == "Msg":
            raise plain.UnreadableResponse("unexpected order")
        return body
