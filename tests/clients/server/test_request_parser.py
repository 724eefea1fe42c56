"""A parsed request depends on the bytes of a connection, not on how they arrive."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.clients.server.request_parser import RequestParser

HEAD = b"\r\nPOST /?a=b HTTP/1.1\r\nHost: h\r\nX-Odd:\t\xe4 : \r\n"

COMPLETE = [
    HEAD + b"Content-Length: 5\r\n\r\nA=1&B",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nA=\r\n3\r\n1&B\r\n0\r\nTrailer: 1\r\n\r\n",
]

#: Parts of requests, in any order.
PIECES = st.sampled_from(
    [*COMPLETE, HEAD, b"\r\n", b"\n", b" ", b":", b"GET / HTTP/1.1", b"Host: h", b"\x00", b"-1", b"fffffffff"]
)


def parse(pieces):
    parser = RequestParser()
    for piece in filter(None, pieces):
        if request := parser.receive_data(piece):
            return request
    return parser.receive_data(b"") if parser.has_begun else None


@given(st.sampled_from(COMPLETE), st.lists(st.integers(0, 100)))
def test_a_request_is_parsed_the_same_in_any_pieces(complete, cuts):
    bounds = [0, *sorted(min(cut, len(complete)) for cut in cuts), len(complete)]
    received = parse(complete[start:stop] for start, stop in itertools.pairwise(bounds))
    assert (received.error_status, received.keep_alive, received.remaining_bytes) == (None, True, b"")
    assert (received.request.target, received.request.header("x-odd")) == ("/?a=b", "\xe4 :")
    assert received.request.body == b"A=1&B"


@given(st.sampled_from(COMPLETE), st.binary())
def test_bytes_after_a_request_remain(complete, rest):
    assert parse([complete + rest]).remaining_bytes == rest


@given(st.lists(st.binary() | PIECES))
def test_any_input_is_recorded(pieces):
    received = parse(pieces)
    data = b"".join(pieces).lstrip(b"\r\n")
    assert (received is None) == (not data)
    if received and received.error_status:
        assert data.startswith(received.request.body)
