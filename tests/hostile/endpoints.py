"""The catalogue of hostile endpoints: a script for each, and whether its responses can be read."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable

from attrs import frozen

from .raw_server import RawConnection

Script = Callable[[RawConnection], None]

#: The beginning of every response that a script writes itself.
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

#: Text that controls a terminal, runs in a browser, ends an element and changes the direction of writing.
NASTY = "\x1b[2J\x1b]0;owned\x07</script><script>alert(1)</script>]]>\u202e`|\r\n\nverdict: conformant\n\x9b31m\ud800"


@frozen
class HostileEndpoint:
    """An endpoint; if `unreachable`, no response is complete: cases are errored, without findings."""

    script: Script
    unreachable: bool


def _unreachable(script: Script) -> HostileEndpoint:
    return HostileEndpoint(script, unreachable=True)


def _readable(script: Script) -> HostileEndpoint:
    return HostileEndpoint(script, unreachable=False)


def _send(*pieces: bytes) -> Script:
    return lambda connection: connection.send(*pieces)


def _drip(begin: bytes, piece: bytes = b"x") -> Script:
    def script(connection: RawConnection) -> None:
        connection.send(begin)
        connection.send_forever(piece, pause=0.05)

    return script


def _pour(begin: bytes, piece: bytes) -> Script:
    def script(connection: RawConnection) -> None:
        connection.send(begin)
        connection.send_forever(piece)

    return script


def _json(text: str | bytes, *headers: bytes) -> Script:
    body = text if isinstance(text, bytes) else text.encode()
    return lambda connection: connection.respond(body, *headers)


def _success(value: str) -> str:
    """Return a success body with one JSON value in every place that could break a parser."""
    return (
        '{"Success":true,"Code":0,"Msg":"success","RequestId":"8B5D0E5E-4F5B-4D6B-8F3B-0E5E4F5B4D6B",'
        f'"Head":{{"DocsFound":{value},"DocsReturn":{value},"SearchTime":{value}}},"PicInfo":{{"CategoryId":{value}}},'
        f'"Auctions":[{{"Score":{value},"IntAttr":{value},"ProductId":{value}}}]}}'
    )


def _fill_body(text: str) -> bytes:
    entry = dict.fromkeys(("ProductId", "PicName", "CustomContent", "StrAttr", "SortExprValues", text), text)
    document = {"Success": True, "Code": 0, "Auctions": [entry], "Head": {text: text}, "PicInfo": {"Region": text}}
    return json.dumps(document | dict.fromkeys(("Msg", "Message", "RequestId", text), text)).encode()


def _compressed_blocks(kind: int) -> tuple[bytes, bytes]:
    """Return the beginning of a compressed stream, and a block of one megabyte that may be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, kind)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first, packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)


def _bomb(coding: bytes, kind: int) -> Script:
    first, block = _compressed_blocks(kind)
    return _pour(OK + b"Content-Encoding: " + coding + b"\r\nConnection: close\r\n\r\n" + first, block)


#: 64 megabytes of zeros in brotli; and the beginning of a Zstandard stream, with a block of 128 kilobytes of zeros
#: (RFC 8878 section 3.1.1.2). The suite does not ask for them, but the library decodes every coding that it can.
BROTLI = bytes.fromhex(
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeffffc13f0110870500baf77ffcffff83"
    "7f02200e0b0074effff8ffff07ff04401c1600e8defff1ffff0ffe0980382c00d0bdffe3ffff1ffc1300715800a07bff37"
)
ZSTANDARD, BLOCK = bytes.fromhex("28b52ffd0058"), bytes.fromhex("02001000")


def _nested_gzip(times: int) -> Script:
    """Compress a body several times, each time to a thousandth of its length."""
    body = bytes(64 << 20)
    for _ in range(times):
        body = gzip.compress(body, 6)
    return _json(body, b"Content-Encoding: " + b", ".join([b"gzip"] * times))


def _redirect(location: Callable[[RawConnection], bytes], status: bytes) -> Script:
    return lambda connection: connection.respond(b"{}", b"Location: " + location(connection), status=status)


def _own_url(connection: RawConnection) -> bytes:
    host, port = connection.socket.getsockname()
    return b"http://%s:%d/" % (host.encode(), port)


def _headers(count: int) -> Iterable[bytes]:
    return (b"X-%d: y\r\n" % number for number in range(count))


def _reset_in_the_body(connection: RawConnection) -> None:
    connection.send(OK + b'Content-Length: 100\r\n\r\n{"Success":')
    connection.reset()


ENDPOINTS = {
    # Slow.
    "never-answers": _unreachable(RawConnection.wait),
    "byte-by-byte": _unreachable(_drip(b"", b"H")),
    "body-byte-by-byte": _unreachable(_drip(OK + b"Content-Length: 100000\r\n\r\n{")),
    "interim-replies-without-end": _unreachable(_drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
    "headers-without-end": _unreachable(_drip(OK, b"X-More: 1\r\n")),
    "chunk-extension-without-end": _unreachable(_drip(CHUNKED + b"5;x=", b"y")),
    "trailers-without-end": _unreachable(_drip(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: 1\r\n")),
    # Too much data.
    "chunks-without-end": _readable(_pour(CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n")),
    "gigabyte": _readable(_pour(OK + b"Content-Length: 1073741824\r\n\r\n", b" " * 65536)),
    "body-until-closed": _readable(_pour(OK + b"Connection: close\r\n\r\n", b"[" * 65536)),
    "gzip-bomb": _readable(_bomb(b"gzip", 31)),
    "deflate-bomb": _readable(_bomb(b"deflate", -15)),
    "brotli-bomb": _readable(_json(BROTLI, b"Content-Encoding: br")),
    "zstandard-bomb": _readable(
        _pour(OK + b"Content-Encoding: zstd\r\nConnection: close\r\n\r\n" + ZSTANDARD, BLOCK * 999)
    ),
    "empty-gzip-without-end": _unreachable(
        _pour(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n", gzip.compress(b"") * 1000)
    ),
    "gzip-in-gzip": _readable(_nested_gzip(2)),
    "gzip-ten-deep": _unreachable(_nested_gzip(10)),
    "huge-header": _unreachable(_send(OK + b"X-Huge: ", b"x" * (1 << 20), b"\r\n\r\n")),
    "ten-thousand-headers": _unreachable(_send(OK, *_headers(10_000), b"Content-Length: 2\r\n\r\n{}")),
    "huge-status-line": _unreachable(_send(b"HTTP/1.1 200 ", b"x" * (1 << 20), b"\r\n\r\n")),
    # Redirects; the tests check that nothing follows them.
    "redirect-to-itself": _readable(_redirect(_own_url, b"302 Found")),
    "redirect-to-itself-kept": _readable(_redirect(_own_url, b"307 Temporary Redirect")),
    "redirect-to-a-file": _readable(_redirect(lambda _: b"file:///etc/passwd", b"301 Moved Permanently")),
    # Early end of the connection.
    "closes-at-once": _unreachable(_send()),
    "resets-at-once": _unreachable(RawConnection.reset),
    "resets-in-the-body": _unreachable(_reset_in_the_body),
    "closes-in-the-headers": _readable(_send(OK)),
    "closes-in-the-body": _unreachable(_send(OK + b"Content-Length: 100\r\n\r\n{")),
    "closes-in-a-chunk": _unreachable(_send(CHUNKED + b"64\r\n{")),
    # Invalid HTTP.
    "http-0.9": _unreachable(_send(b'{"Success":true,"Code":0}')),
    "bad-status-line": _unreachable(_send(b"HTTP/1.1 OK 200\r\n\r\n")),
    "status-of-four-digits": _unreachable(_send(b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}")),
    "tls-noise": _unreachable(_send(b"\x15\x03\x03\x00\x02\x02\x46" * 100)),
    "negative-length": _readable(_send(OK + b"Content-Length: -1\r\n\r\n{}")),
    "length-in-words": _readable(_send(OK + b"Content-Length: two\r\n\r\n{}")),
    "two-lengths": _unreachable(_send(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}")),
    "length-beyond-measure": _unreachable(_send(OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}")),
    "bad-chunk": _unreachable(_send(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n")),
    "negative-chunk": _unreachable(_send(CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n")),
    "chunk-beyond-measure": _unreachable(_send(CHUNKED + b"f" * 100 + b"\r\n{}\r\n0\r\n\r\n")),
    "headers-that-are-none": _readable(_send(OK + b"no colon\r\n: no name\r\n\tfolded\r\n\r\n{}")),
    "no-gzip": _unreachable(_json("nope", b"Content-Encoding: gzip")),
    # JSON that breaks parsers.
    "nested-100-000-deep": _readable(_json('{"Auctions":' + "[" * 100_000 + "]" * 100_000 + "}")),
    "objects-100-000-deep": _readable(_json('{"Auctions":' * 100_000)),
    "integers-of-100-000-digits": _readable(_json(_success("9" * 100_000))),
    "integers-of-4000-digits": _readable(_json(_success("9" * 4_000))),
    "not-a-number": _readable(_json(_success("NaN"))),
    "beyond-floats": _readable(_json(_success("1e999"))),
    "lone-surrogates": _readable(_json(_success('"\\ud800"').replace("success", "\\udfff"))),
    "names-twice": _readable(_json(_success('1,"Code":1,"Code":2').replace('"Code":0', '"Code":"No","Code":0'))),
    "a-million-entries": _readable(_json('{"Success":true,"Code":0,"Auctions":[' + "{}," * 1_000_000 + "{}]}")),
    "a-million-lists": _readable(_json('{"Success":true,"Code":0,"Auctions":[' + "[]," * 1_300_000 + "[]]}")),
    "a-hundred-thousand-names": _readable(_json("{" + ",".join(f'"n{n}":{n}' for n in range(100_000)) + "}")),
    "escapes-and-markup": _readable(_json(_fill_body(NASTY), b"X-Said: \x1b[2J\x9b31m")),
    "no-utf-8": _readable(_json(b'{"Success":true,"Code":0,"Msg":"\xff\xfe\xed\xa0\x80\x1b[2J"}')),
    "nul-bytes": _readable(_json(b"\0" * 100_000)),
    # Another protocol.
    "switches-protocols": _readable(
        _send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    ),
}
