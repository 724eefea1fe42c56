"""What is sent is what was meant, and what is received is what was sent."""

import gzip

import pytest

from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.wire import WireRequest, header_values


def once(body=b"{}", *headers, status=b"200 OK"):
    def script(talk):
        while talk.request():
            talk.answer(body, *headers, status=status)

    return script


@pytest.mark.parametrize(
    "target",
    ["/", "/?A=%2f%2F%zz&b=+%20~!*'();:@$,/?[]|^`{}", "/?=&&A&A=", "/?Url=http://a.example//b/../c", "/a/../b"],
)
def test_the_target_arrives_byte_for_byte(serving, sender_to, asking, target):
    server = serving(once())
    sender_to(server).send(asking(server, target), 1)
    assert server.received[0].splitlines()[0] == f"POST {target} HTTP/1.1".encode()


@pytest.mark.parametrize("body", [b"", b"A=1", b"\x00\xff\r\n\r\n%%+&&", b"x" * 300_000])
def test_the_body_arrives_byte_for_byte(serving, sender_to, asking, body):
    server = serving(once())
    sender_to(server).send(asking(server, body=body), 2)
    head, _, arrived = server.received[0].partition(b"\r\n\r\n")
    assert arrived == body
    assert f"content-length: {len(body)}".encode() in head.lower()


def test_headers_go_out_in_order_repeats_kept_and_nothing_added_that_says_who_we_are(serving, sender_to, asking):
    server = serving(once())
    fixed = (("accept-encoding", "gzip"), ("user-agent", "some"), ("X-Twice", "1"), ("X-Twice", "2"), ("X-Empty", ""))
    sender_to(server).send(asking(server, headers=fixed), 1)
    sent = server.received[0].partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    assert sent == [f"host: {server.authority}", *(f"{name}: {value}" for name, value in fixed), "Content-Length: 3"]


def test_headers_come_in_with_repeats_in_order(serving, sender_to, asking):
    server = serving(once(b"{}", b"Set-Cookie: a=1", b"X-Other: \xe9", b"Set-Cookie: b=2"))
    reply = sender_to(server).send(asking(server), 1)
    assert header_values(reply.headers, "set-cookie") == ("a=1", "b=2")
    assert reply.header("x-other") == "\xe9"
    assert (reply.status, reply.body, reply.truncated) == (200, b"{}", False)


@pytest.mark.parametrize("status", [b"200 OK", b"302 Found", b"400 Bad", b"503 Busy", b"599 "])
def test_a_reply_of_any_status_has_its_body(serving, sender_to, asking, status):
    server = serving(once(b"said", b"Location: /elsewhere", status=status))
    reply = sender_to(server).send(asking(server), 1)
    assert (reply.status, reply.body) == (int(status[:3]), b"said")


def test_compressed_bodies_are_decoded(serving, sender_to, asking):
    server = serving(once(gzip.compress(b'{"a": 1}'), b"Content-Encoding: gzip"))
    assert sender_to(server).send(asking(server), 1).body == b'{"a": 1}'


def test_chunked_bodies_are_put_together(serving, sender_to, asking):
    def script(talk):
        talk.request()
        talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    server = serving(script)
    assert sender_to(server).send(asking(server), 1).body == b"abcde"


@pytest.mark.parametrize(("size", "kept", "truncated"), [(99, 99, False), (100, 100, False), (101, 100, True)])
def test_a_body_is_read_up_to_a_bound(serving, sender_to, asking, size, kept, truncated):
    server = serving(once(b"x" * size))
    reply = sender_to(server, max_body_bytes=100).send(asking(server), 1)
    assert (len(reply.body), reply.truncated) == (kept, truncated)


def test_the_bound_counts_what_was_decoded(serving, sender_to, asking):
    server = serving(once(gzip.compress(b"\0" * 10_000_000), b"Content-Encoding: gzip"))
    reply = sender_to(server, max_body_bytes=1000).send(asking(server), 1)
    assert (len(reply.body), reply.truncated) == (1000, True)


def test_a_request_for_another_host_is_not_sent(serving, sender_to):
    ours, other = serving(once()), serving(once())
    request = WireRequest("POST", "/", (("host", other.authority), ("authorization", "key")))
    with pytest.raises(InternalError, match="must not go to"):
        sender_to(ours).send(request, 1)
    assert (ours.received, other.received) == ([], [])


def test_a_target_that_would_move_the_request_to_another_host_is_not_sent(serving, sender_to, asking):
    ours, other = serving(once()), serving(once())
    with pytest.raises(InternalError, match="is no target"):
        sender_to(ours).send(asking(ours, target=f"@{other.authority}/"), 1)
    assert (ours.received, other.received) == ([], [])


def test_what_http_cannot_carry_is_our_fault_and_is_not_repeated(serving, sender_to, asking):
    server = serving(once())
    with pytest.raises(InternalError) as caught:
        sender_to(server).send(asking(server, headers=(("authorization", "Signature=abc\r\nX-More: 1"),)), 1)
    assert "abc" not in str(caught.value)
    assert server.received == []
