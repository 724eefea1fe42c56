"""Redirects, cookies, key files and proxies of the machine: nothing of them touches an exchange with this machine."""

from concurrent.futures import ThreadPoolExecutor

import pytest


def replying(*headers, status=b"200 OK"):
    def script(talk):
        while talk.request():
            talk.answer(b"body", *headers, status=status)

    return script


def test_a_redirect_is_a_reply_and_is_not_followed(serving, sender_to, asking):
    other = serving(replying())
    server = serving(replying(b"Location: " + other.endpoint.encode(), status=b"302 Found"))
    reply = sender_to(server).send(asking(server), 1)
    assert (reply.status, reply.body, reply.header("location")) == (302, b"body", other.endpoint)
    assert (len(server.received), other.talks) == (1, [])


def test_a_redirect_to_nonsense_is_a_reply_like_any(serving, sender_to, asking):
    server = serving(replying(b"Location: http://[broken", status=b"302 Found"))
    assert sender_to(server).send(asking(server), 1).status == 302


def test_cookies_are_not_kept(serving, sender_to, asking):
    server = serving(replying(b"Set-Cookie: session=1; Path=/"))
    sender = sender_to(server)
    for _ in range(2):
        sender.send(asking(server), 1)
    assert b"cookie" not in server.received[1].lower()


@pytest.fixture
def proxy(serving, tmp_path, monkeypatch):
    """The proxy of a machine that has a file of keys as well."""
    keys = tmp_path / "netrc"
    lines = [f"machine {one} login somebody password something\n" for one in ("127.0.0.1", "api.example")]
    keys.write_text("".join(lines), encoding="ascii")
    monkeypatch.setenv("NETRC", str(keys))
    made = serving(replying())
    monkeypatch.setenv("http_proxy", made.endpoint)
    return made


def test_key_files_and_proxies_of_the_machine_are_not_used_on_loopback(proxy, serving, sender_to, asking):
    server = serving(replying(b"WWW-Authenticate: Basic", status=b"401 Unauthorized"))
    assert sender_to(server).send(asking(server), 1).status == 401
    assert b"authorization" not in server.received[0].lower()
    assert proxy.talks == []


def test_a_proxy_is_used_for_what_is_elsewhere_and_gets_the_target_unchanged(proxy, sender_to, asking, monkeypatch):
    monkeypatch.setenv("no_proxy", "")
    request = asking(proxy, "/?a=%2f").with_headers(("host", "api.example"))
    assert sender_to("http://api.example").send(request, 1).status == 200
    assert proxy.received[0].startswith(b"POST http://api.example/?a=%2f HTTP/1.1\r\n")
    assert b"authorization" not in proxy.received[0].lower()


def test_a_thread_keeps_its_connection_and_shares_it_with_no_other(serving, sender_to, asking):
    server = serving(replying())
    sender = sender_to(server)
    for _ in range(3):
        sender.send(asking(server), 1)
    assert len(server.talks) == 1
    with ThreadPoolExecutor(1) as other:
        other.submit(sender.send, asking(server), 1).result()
    assert len(server.talks) == 2
