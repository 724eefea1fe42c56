"""Ways to send a request that are all right, and others beside them."""

import http.client
from urllib.parse import urlsplit

import requests


def target_of(url):
    parts = urlsplit(url)
    return parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def read(connection):
    reply = connection.getresponse()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()


class Old(http.client.HTTPConnection):
    _http_vsn, _http_vsn_str = 10, "HTTP/1.0"


def raw(url, headers, body, *, kind=http.client.HTTPConnection, line=lambda url: target_of(url)[1]):
    """One request on one connection."""
    connection = kind(target_of(url)[0], timeout=3)
    try:
        connection.request("POST", line(url), body, headers, encode_chunked=True)
        return read(connection)
    finally:
        connection.close()


def in_utf8(url, headers, body):
    """Headers in UTF-8, where `http.client` has a byte for a character."""
    return raw(url, {name: value.encode().decode("latin-1") for name, value in headers.items()}, body)


def in_chunks(url, headers, body):
    """A body of unknown length."""
    return raw(url, {**headers, "transfer-encoding": "chunked"}, iter([body[:7], body[7:]]))


def upgrading(url, headers, body):
    """Offers HTTP/2 as HttpClient of Java does, and waits to be told to go on as others do."""
    more = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2-settings": "AAEAAEAAAAIAAAAA"}
    return raw(url, {**headers, **more, "expect": "100-continue"}, body)


class Keeping:
    """Keeps its connection, and sends a request again that found it closed, as libcurl and Java do."""

    def __init__(self):
        self.kept = None

    def __del__(self):
        if self.kept is not None:
            self.kept.close()

    def __call__(self, url, headers, body):
        kept, self.kept = self.kept, None
        if kept is not None:
            try:
                return self._sent(kept, url, headers, body)
            except (http.client.RemoteDisconnected, ConnectionResetError):
                pass
        return self._sent(http.client.HTTPConnection(target_of(url)[0], timeout=3), url, headers, body)

    def _sent(self, connection, url, headers, body):
        try:
            connection.request("POST", target_of(url)[1], body, headers)
            found = read(connection)
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        self.kept = connection
        return found


def by_requests(url, headers, body, **given):
    """By `requests`, which undoes the coding itself."""
    with requests.Session() as session:
        session.trust_env = False
        reply = session.post(url, data=body, headers=headers, timeout=3, **given)
        named = {name.lower(): value for name, value in reply.headers.items() if name != "Content-Encoding"}
        return reply.status_code, named, reply.content


def renamed(url, headers, body):
    return raw(url, headers, body.replace(b"SearchImageByName", b"SearchImageByPic"))


def packed(url, headers, body):
    status, named, content = raw(url, headers, body)
    return status, {name: value for name, value in named.items() if name != "content-encoding"}, content
