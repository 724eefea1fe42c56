"""Functions that send a request: correct ones, and a few that are not."""

import http.client
from urllib.parse import urlsplit

import requests


def split_url(url):
    """The host and the request target of a URL."""
    parts = urlsplit(url)
    return parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def read_response(connection):
    response = connection.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


class Http10Connection(http.client.HTTPConnection):
    _http_vsn, _http_vsn_str = 10, "HTTP/1.0"


def send_plain(
    url, headers, body, *, connection_class=http.client.HTTPConnection, request_target=lambda url: split_url(url)[1]
):
    """Send one request on one connection."""
    connection = connection_class(split_url(url)[0], timeout=3)
    try:
        connection.request("POST", request_target(url), body, headers, encode_chunked=True)
        return read_response(connection)
    finally:
        connection.close()


def send_utf8_headers(url, headers, body):
    """Send headers in UTF-8; `http.client` encodes them as Latin-1."""
    return send_plain(url, {name: value.encode().decode("latin-1") for name, value in headers.items()}, body)


def send_chunked(url, headers, body):
    """Send a body of unknown length."""
    return send_plain(url, {**headers, "transfer-encoding": "chunked"}, iter([body[:7], body[7:]]))


def send_with_upgrade(url, headers, body):
    """Offer HTTP/2 as Java's HttpClient does, and wait for 100 Continue as others do."""
    upgrade = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2-settings": "AAEAAEAAAAIAAAAA"}
    return send_plain(url, {**headers, **upgrade, "expect": "100-continue"}, body)


class KeepAliveSender:
    """Keeps its connection, and resends a request that found it closed, as libcurl and Java do."""

    def __init__(self):
        self.connection = None

    def __del__(self):
        if self.connection is not None:
            self.connection.close()

    def __call__(self, url, headers, body):
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                return self._send(connection, url, headers, body)
            except (http.client.RemoteDisconnected, ConnectionResetError):
                pass
        return self._send(http.client.HTTPConnection(split_url(url)[0], timeout=3), url, headers, body)

    def _send(self, connection, url, headers, body):
        try:
            connection.request("POST", split_url(url)[1], body, headers)
            response = read_response(connection)
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        self.connection = connection
        return response


def send_by_requests(url, headers, body, **options):
    """Send with `requests`, which decodes the content itself."""
    with requests.Session() as session:
        session.trust_env = False
        response = session.post(url, data=body, headers=headers, timeout=3, **options)
        received = {name.lower(): value for name, value in response.headers.items() if name != "Content-Encoding"}
        return response.status_code, received, response.content


def send_other_operation(url, headers, body):
    return send_plain(url, headers, body.replace(b"SearchImageByName", b"SearchImageByPic"))


def send_and_keep_compressed(url, headers, body):
    status, received, content = send_plain(url, headers, body)
    return status, {name: value for name, value in received.items() if name != "content-encoding"}, content
