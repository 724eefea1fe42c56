"""Requests and responses are transferred byte for byte."""

import gzip

import pytest

from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.wire import WireRequest, header_values


def respond_with(body=b"{}", *headers, status=b"200 OK"):
    def script(connection):
        while connection.request():
            connection.respond(body, *headers, status=status)

    return script


@pytest.mark.parametrize(
    "target",
    ["/", "/?A=%2f%2F%zz&b=+%20~!*'();:@$,/?[]|^`{}", "/?=&&A&A=", "/?Url=http://a.example//b/../c", "/a/../b"],
)
def test_the_target_is_sent_byte_for_byte(start_server, make_sender, make_request, target):
    server = start_server(respond_with())
    make_sender(server).send(make_request(server, target), 1)
    assert server.received[0].splitlines()[0] == f"POST {target} HTTP/1.1".encode()


@pytest.mark.parametrize("body", [b"", b"A=1", b"\x00\xff\r\n\r\n%%+&&", b"x" * 300_000])
def test_the_body_is_sent_byte_for_byte(start_server, make_sender, make_request, body):
    server = start_server(respond_with())
    make_sender(server).send(make_request(server, body=body), 2)
    head, _, arrived = server.received[0].partition(b"\r\n\r\n")
    assert arrived == body
    assert f"content-length: {len(body)}".encode() in head.lower()


def test_headers_are_sent_in_order_and_none_is_added_but_the_length(start_server, make_sender, make_request):
    server = start_server(respond_with())
    headers = (("accept-encoding", "gzip"), ("user-agent", "test"), ("X-Twice", "1"), ("X-Twice", "2"), ("X-Empty", ""))
    make_sender(server).send(make_request(server, headers=headers), 1)
    lines = server.received[0].partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    assert lines == [f"host: {server.authority}", *(f"{name}: {value}" for name, value in headers), "Content-Length: 3"]


def test_headers_are_received_in_order_with_repetitions(start_server, make_sender, make_request):
    server = start_server(respond_with(b"{}", b"Set-Cookie: a=1", b"X-Other: \xe9", b"Set-Cookie: b=2"))
    response = make_sender(server).send(make_request(server), 1)
    assert header_values(response.headers, "set-cookie") == ("a=1", "b=2")
    assert response.header("x-other") == "\xe9"
    assert (response.status, response.body, response.truncated) == (200, b"{}", False)


@pytest.mark.parametrize("status", [b"200 OK", b"302 Found", b"400 Bad", b"503 Busy", b"599 "])
def test_a_response_of_any_status_has_its_body(start_server, make_sender, make_request, status):
    server = start_server(respond_with(b"text", b"Location: /elsewhere", status=status))
    response = make_sender(server).send(make_request(server), 1)
    assert (response.status, response.body) == (int(status[:3]), b"text")


def test_compressed_bodies_are_decoded(start_server, make_sender, make_request):
    server = start_server(respond_with(gzip.compress(b'{"a": 1}'), b"Content-Encoding: gzip"))
    assert make_sender(server).send(make_request(server), 1).body == b'{"a": 1}'


def test_chunked_bodies_are_joined(start_server, make_sender, make_request):
    def script(connection):
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    server = start_server(script)
    assert make_sender(server).send(make_request(server), 1).body == b"abcde"


@pytest.mark.parametrize(("size", "read", "truncated"), [(99, 99, False), (100, 100, False), (101, 100, True)])
def test_a_body_is_read_up_to_the_limit(start_server, make_sender, make_request, size, read, truncated):
    server = start_server(respond_with(b"x" * size))
    response = make_sender(server, max_body_bytes=100).send(make_request(server), 1)
    assert (len(response.body), response.truncated) == (read, truncated)


def test_the_limit_applies_to_the_decoded_body(start_server, make_sender, make_request):
    server = start_server(respond_with(gzip.compress(b"\0" * 10_000_000), b"Content-Encoding: gzip"))
    response = make_sender(server, max_body_bytes=1000).send(make_request(server), 1)
    assert (len(response.body), response.truncated) == (1000, True)


def test_a_request_for_another_host_is_not_sent(start_server, make_sender):
    ours, other = start_server(respond_with()), start_server(respond_with())
    request = WireRequest("POST", "/", (("host", other.authority), ("authorization", "key")))
    with pytest.raises(InternalError, match="must not go to"):
        make_sender(ours).send(request, 1)
    assert (ours.received, other.received) == ([], [])


def test_a_target_that_changes_the_host_is_not_sent(start_server, make_sender, make_request):
    ours, other = start_server(respond_with()), start_server(respond_with())
    with pytest.raises(InternalError, match="invalid target"):
        make_sender(ours).send(make_request(ours, target=f"@{other.authority}/"), 1)
    assert (ours.received, other.received) == ([], [])


def test_an_invalid_header_is_an_internal_error_that_does_not_repeat_it(start_server, make_sender, make_request):
    server = start_server(respond_with())
    with pytest.raises(InternalError) as caught:
        make_sender(server).send(make_request(server, headers=(("authorization", "Signature=abc\r\nX-More: 1"),)), 1)
    assert "abc" not in str(caught.value)
    assert server.received == []
