"""What is read of a connection depends on its bytes, not on how they come, and nothing is too odd to be kept."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.clients.server.request_parser import RequestParser

HEAD = b"\r\nPOST /?a=b HTTP/1.1\r\nHost: h\r\nX-Odd:\t\xe4 : \r\n"

WHOLE = [
    HEAD + b"Content-Length: 5\r\n\r\nA=1&B",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nA=\r\n3\r\n1&B\r\n0\r\nTrailer: 1\r\n\r\n",
]

#: What requests are made of, in any order.
ODD = st.sampled_from(
    [*WHOLE, HEAD, b"\r\n", b"\n", b" ", b":", b"GET / HTTP/1.1", b"Host: h", b"\x00", b"-1", b"fffffffff"]
)


def fed(pieces):
    parser = RequestParser()
    for piece in filter(None, pieces):
        if arrived := parser.receive_data(piece):
            return arrived
    return parser.receive_data(b"") if parser.has_begun else None


@given(st.sampled_from(WHOLE), st.lists(st.integers(0, 100)))
def test_a_request_is_the_same_however_it_is_cut(whole, cuts):
    bounds = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    arrived = fed(whole[start:stop] for start, stop in itertools.pairwise(bounds))
    assert (arrived.error_status, arrived.keep_alive, arrived.remaining_bytes) == (None, True, b"")
    assert (arrived.request.target, arrived.request.header("x-odd")) == ("/?a=b", "\xe4 :")
    assert arrived.request.body == b"A=1&B"


@given(st.sampled_from(WHOLE), st.binary())
def test_what_comes_after_a_request_is_left_over(whole, more):
    assert fed([whole + more]).remaining_bytes == more


@given(st.lists(st.binary() | ODD))
def test_nothing_is_too_odd_to_be_kept(pieces):
    arrived = fed(pieces)
    came = b"".join(pieces).lstrip(b"\r\n")
    assert (arrived is None) == (not came)
    if arrived and arrived.error_status:
        assert came.startswith(arrived.request.body)
