"""Redirects, cookies, netrc files and proxies do not affect an exchange on loopback."""

from concurrent.futures import ThreadPoolExecutor

import pytest


def respond_with(*headers, status=b"200 OK"):
    def script(connection):
        while connection.request():
            connection.respond(b"body", *headers, status=status)

    return script


def test_a_redirect_is_not_followed(start_server, make_sender, make_request):
    other = start_server(respond_with())
    server = start_server(respond_with(b"Location: " + other.endpoint.encode(), status=b"302 Found"))
    response = make_sender(server).send(make_request(server), 1)
    assert (response.status, response.body, response.header("location")) == (302, b"body", other.endpoint)
    assert (len(server.received), other.connections) == (1, [])


def test_a_redirect_to_an_invalid_url_is_an_ordinary_response(start_server, make_sender, make_request):
    server = start_server(respond_with(b"Location: http://[broken", status=b"302 Found"))
    assert make_sender(server).send(make_request(server), 1).status == 302


def test_cookies_are_not_stored(start_server, make_sender, make_request):
    server = start_server(respond_with(b"Set-Cookie: session=1; Path=/"))
    sender = make_sender(server)
    for _ in range(2):
        sender.send(make_request(server), 1)
    assert b"cookie" not in server.received[1].lower()


@pytest.fixture
def proxy(start_server, tmp_path, monkeypatch):
    """A server that the environment names as proxy, with a netrc file."""
    netrc = tmp_path / "netrc"
    lines = [f"machine {host} login user password password\n" for host in ("127.0.0.1", "api.example")]
    netrc.write_text("".join(lines), encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    server = start_server(respond_with())
    monkeypatch.setenv("http_proxy", server.endpoint)
    return server


def test_netrc_and_proxies_are_not_used_on_loopback(proxy, start_server, make_sender, make_request):
    server = start_server(respond_with(b"WWW-Authenticate: Basic", status=b"401 Unauthorized"))
    assert make_sender(server).send(make_request(server), 1).status == 401
    assert b"authorization" not in server.received[0].lower()
    assert proxy.connections == []


def test_a_proxy_gets_the_target_unchanged(proxy, make_sender, make_request, monkeypatch):
    monkeypatch.setenv("no_proxy", "")
    request = make_request(proxy, "/?a=%2f").with_headers(("host", "api.example"))
    assert make_sender("http://api.example").send(request, 1).status == 200
    assert proxy.received[0].startswith(b"POST http://api.example/?a=%2f HTTP/1.1\r\n")
    assert b"authorization" not in proxy.received[0].lower()


def test_each_thread_keeps_its_own_connection(start_server, make_sender, make_request):
    server = start_server(respond_with())
    sender = make_sender(server)
    for _ in range(3):
        sender.send(make_request(server), 1)
    assert len(server.connections) == 1
    with ThreadPoolExecutor(1) as other:
        other.submit(sender.send, make_request(server), 1).result()
    assert len(server.connections) == 2
