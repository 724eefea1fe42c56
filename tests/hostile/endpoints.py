"""The catalogue of hostile endpoints: what each does with a request, and what a run has to make of it."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable

from attrs import frozen

from .talking import Talk

Play = Callable[[Talk], None]

#: What stands before every reply that is played by hand.
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

#: Drives a terminal, runs in a page, ends what it stands in, turns the direction of writing.
NASTY = "\x1b[2J\x1b]0;owned\x07</script><script>alert(1)</script>]]>\u202e`|\r\n\nverdict: conformant\n\x9b31m\ud800"


@frozen
class Endpoint:
    """`unreachable` says that no reply of it is a whole one: its cases are errored and nothing is found."""

    play: Play
    unreachable: bool


def _gone(play: Play) -> Endpoint:
    return Endpoint(play, unreachable=True)


def _bad(play: Play) -> Endpoint:
    return Endpoint(play, unreachable=False)


def _sending(*some: bytes) -> Play:
    return lambda talk: talk.send(*some)


def _dripping(begin: bytes, piece: bytes = b"x") -> Play:
    def play(talk: Talk) -> None:
        talk.send(begin)
        talk.forever(piece, pause=0.05)

    return play


def _pouring(begin: bytes, piece: bytes) -> Play:
    def play(talk: Talk) -> None:
        talk.send(begin)
        talk.forever(piece)

    return play


def _json(text: str | bytes, *headers: bytes) -> Play:
    body = text if isinstance(text, bytes) else text.encode()
    return lambda talk: talk.answer(body, *headers)


def _success(inner: str) -> str:
    """A success in which one text stands for every value that could break a reader."""
    return (
        '{"Success":true,"Code":0,"Msg":"success","RequestId":"8B5D0E5E-4F5B-4D6B-8F3B-0E5E4F5B4D6B",'
        f'"Head":{{"DocsFound":{inner},"DocsReturn":{inner},"SearchTime":{inner}}},"PicInfo":{{"CategoryId":{inner}}},'
        f'"Auctions":[{{"Score":{inner},"IntAttr":{inner},"ProductId":{inner}}}]}}'
    )


def _everywhere(text: str) -> bytes:
    entry = dict.fromkeys(("ProductId", "PicName", "CustomContent", "StrAttr", "SortExprValues", text), text)
    named = {"Success": True, "Code": 0, "Auctions": [entry], "Head": {text: text}, "PicInfo": {"Region": text}}
    return json.dumps(named | dict.fromkeys(("Msg", "Message", "RequestId", text), text)).encode()


def _repeated(kind: int) -> tuple[bytes, bytes]:
    """The beginning of a compressed stream, and a block that stands for a megabyte, as often as one likes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, kind)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first, packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)


def _bomb(coding: bytes, kind: int) -> Play:
    first, block = _repeated(kind)
    return _pouring(OK + b"Content-Encoding: " + coding + b"\r\nConnection: close\r\n\r\n" + first, block)


#: 64 megabytes of nothing in brotli; and the beginning of a stream of Zstandard, with a block that stands for 128
#: kilobytes of nothing (RFC 8878 section 3.1.1.2). Nobody asks for them, but the library unpacks what it has a way for.
BROTLI = bytes.fromhex(
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeffffc13f0110870500baf77ffcffff83"
    "7f02200e0b0074effff8ffff07ff04401c1600e8defff1ffff0ffe0980382c00d0bdffe3ffff1ffc1300715800a07bff37"
)
ZSTANDARD, BLOCK = bytes.fromhex("28b52ffd0058"), bytes.fromhex("02001000")


def _within(times: int) -> Play:
    """Compressed again and again: each time over, a thousandth of the length."""
    body = bytes(64 << 20)
    for _ in range(times):
        body = gzip.compress(body, 6)
    return _json(body, b"Content-Encoding: " + b", ".join([b"gzip"] * times))


def _redirect(to: Callable[[Talk], bytes], status: bytes) -> Play:
    return lambda talk: talk.answer(b"{}", b"Location: " + to(talk), status=status)


def _own(talk: Talk) -> bytes:
    return b"http://%s:%d/" % (talk.connected.getsockname()[0].encode(), talk.connected.getsockname()[1])


def _headers(count: int) -> Iterable[bytes]:
    return (b"X-%d: y\r\n" % number for number in range(count))


def _reset_in_the_body(talk: Talk) -> None:
    talk.send(OK + b'Content-Length: 100\r\n\r\n{"Success":')
    talk.reset()


ENDPOINTS = {
    # That take their time.
    "never-answers": _gone(Talk.silence),
    "byte-by-byte": _gone(_dripping(b"", b"H")),
    "body-byte-by-byte": _gone(_dripping(OK + b"Content-Length: 100000\r\n\r\n{")),
    "interim-replies-without-end": _gone(_dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
    "headers-without-end": _gone(_dripping(OK, b"X-More: 1\r\n")),
    "chunk-extension-without-end": _gone(_dripping(CHUNKED + b"5;x=", b"y")),
    "trailers-without-end": _gone(_dripping(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: 1\r\n")),
    # That send too much.
    "chunks-without-end": _bad(_pouring(CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n")),
    "gigabyte": _bad(_pouring(OK + b"Content-Length: 1073741824\r\n\r\n", b" " * 65536)),
    "body-until-closed": _bad(_pouring(OK + b"Connection: close\r\n\r\n", b"[" * 65536)),
    "gzip-bomb": _bad(_bomb(b"gzip", 31)),
    "deflate-bomb": _bad(_bomb(b"deflate", -15)),
    "brotli-bomb": _bad(_json(BROTLI, b"Content-Encoding: br")),
    "zstandard-bomb": _bad(
        _pouring(OK + b"Content-Encoding: zstd\r\nConnection: close\r\n\r\n" + ZSTANDARD, BLOCK * 999)
    ),
    "empty-gzip-without-end": _gone(
        _pouring(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n", gzip.compress(b"") * 1000)
    ),
    "gzip-in-gzip": _bad(_within(2)),
    "gzip-ten-deep": _gone(_within(10)),
    "huge-header": _gone(_sending(OK + b"X-Huge: ", b"x" * (1 << 20), b"\r\n\r\n")),
    "ten-thousand-headers": _gone(_sending(OK, *_headers(10_000), b"Content-Length: 2\r\n\r\n{}")),
    "huge-status-line": _gone(_sending(b"HTTP/1.1 200 ", b"x" * (1 << 20), b"\r\n\r\n")),
    # That send us elsewhere; where to is watched in the tests.
    "redirect-to-itself": _bad(_redirect(_own, b"302 Found")),
    "redirect-to-itself-kept": _bad(_redirect(_own, b"307 Temporary Redirect")),
    "redirect-to-a-file": _bad(_redirect(lambda _: b"file:///etc/passwd", b"301 Moved Permanently")),
    # That hang up.
    "closes-at-once": _gone(_sending()),
    "resets-at-once": _gone(Talk.reset),
    "resets-in-the-body": _gone(_reset_in_the_body),
    "closes-in-the-headers": _bad(_sending(OK)),
    "closes-in-the-body": _gone(_sending(OK + b"Content-Length: 100\r\n\r\n{")),
    "closes-in-a-chunk": _gone(_sending(CHUNKED + b"64\r\n{")),
    # That do not speak HTTP, or badly.
    "http-0.9": _gone(_sending(b'{"Success":true,"Code":0}')),
    "bad-status-line": _gone(_sending(b"HTTP/1.1 OK 200\r\n\r\n")),
    "status-of-four-digits": _gone(_sending(b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}")),
    "tls-noise": _gone(_sending(b"\x15\x03\x03\x00\x02\x02\x46" * 100)),
    "negative-length": _bad(_sending(OK + b"Content-Length: -1\r\n\r\n{}")),
    "length-in-words": _bad(_sending(OK + b"Content-Length: two\r\n\r\n{}")),
    "two-lengths": _gone(_sending(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}")),
    "length-beyond-measure": _gone(_sending(OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}")),
    "bad-chunk": _gone(_sending(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n")),
    "negative-chunk": _gone(_sending(CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n")),
    "chunk-beyond-measure": _gone(_sending(CHUNKED + b"f" * 100 + b"\r\n{}\r\n0\r\n\r\n")),
    "headers-that-are-none": _bad(_sending(OK + b"no colon\r\n: no name\r\n\tfolded\r\n\r\n{}")),
    "no-gzip": _gone(_json("nope", b"Content-Encoding: gzip")),
    # That send JSON which breaks readers.
    "nested-100-000-deep": _bad(_json('{"Auctions":' + "[" * 100_000 + "]" * 100_000 + "}")),
    "objects-100-000-deep": _bad(_json('{"Auctions":' * 100_000)),
    "integers-of-100-000-digits": _bad(_json(_success("9" * 100_000))),
    "integers-of-4000-digits": _bad(_json(_success("9" * 4_000))),
    "not-a-number": _bad(_json(_success("NaN"))),
    "beyond-floats": _bad(_json(_success("1e999"))),
    "lone-surrogates": _bad(_json(_success('"\\ud800"').replace("success", "\\udfff"))),
    "names-twice": _bad(_json(_success('1,"Code":1,"Code":2').replace('"Code":0', '"Code":"No","Code":0'))),
    "a-million-entries": _bad(_json('{"Success":true,"Code":0,"Auctions":[' + "{}," * 1_000_000 + "{}]}")),
    "a-million-lists": _bad(_json('{"Success":true,"Code":0,"Auctions":[' + "[]," * 1_300_000 + "[]]}")),
    "a-hundred-thousand-names": _bad(_json("{" + ",".join(f'"n{n}":{n}' for n in range(100_000)) + "}")),
    "escapes-and-markup": _bad(_json(_everywhere(NASTY), b"X-Said: \x1b[2J\x9b31m")),
    "no-utf-8": _bad(_json(b'{"Success":true,"Code":0,"Msg":"\xff\xfe\xed\xa0\x80\x1b[2J"}')),
    "nul-bytes": _bad(_json(b"\0" * 100_000)),
    # That answer something else than was asked.
    "switches-protocols": _bad(
        _sending(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    ),
}
