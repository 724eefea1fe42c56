"""Scenarios about what is handed back of a success."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.clients.plays import chunked, gzipped, http
from imagesearch_conformance.clients.replies import BOUNDS, Document, encoded, needed, usual
from imagesearch_conformance.clients.scenario import EITHER, ERROR, RESULT, Scenario
from imagesearch_conformance.clients.script import Script
from imagesearch_conformance.clients.workshop import JSON, Bench
from imagesearch_conformance.model.client import Answered

#: A field of no revision, and what stands in it.
_EXTENSION: Document = {"Extension": {"Note": "later revisions add fields", "Values": [1, True, {"Deep": []}]}}

#: Numbers that notations and narrow types change.
_NUMBERS: Mapping[str, float] = {
    "integer": 1, "fraction-of-zero": 1.0, "zero": 0, "long": 0.12345678901234568, "small": 1e-7, "third": 1 / 3,
}  # fmt: skip

#: Texts that decoders change.
_TEXTS: Mapping[str, str] = {
    "nonascii": "\u56fe\u7247 caf\u00e9 cafe\u0301 \U0001f5bc",
    "escapes": 'a"b\\c/d\b\f\n\r\t\u2028',
    "digits": "00012345678901234567890",
    "literal": "null",
    "empty": "",
    "json": '{"a": [1, "b"]}',
    "long": "x" * 5000,
}

_CHUNK = 97

#: What is tolerated of a client that takes the page at its word, where the page does not show such a reply.
_STRICT = frozenset({Answered.UNREADABLE})

_NOTHING: frozenset[Answered] = frozenset()


def answering(bench: Bench) -> Iterator[Scenario]:
    """Every scenario whose reply is a success."""
    yield from _shapes(bench)
    yield from _numbers(bench)
    yield from _texts(bench)
    yield from _transfers(bench)
    yield from _inner(bench)


def _shapes(bench: Bench) -> Iterator[Scenario]:
    replies = bench.replies
    for case_id, title, document, tolerated in (
        ("decoding.full/fields", "three entries with every documented field", replies.success(entries=3), _NOTHING),
        ("decoding.minimal/fields", "an entry with the fields alone that it needs", replies.success(needed), _STRICT),
        ("decoding.absent/optional", "entries without their optional fields", _bare(bench), _NOTHING),
    ):
        yield bench.scenario(case_id, title, Script((bench.success(document),)), tolerated=tolerated)
    most = bench.contract.parameter(bench.contract.window.count).maximum or 1
    for case_id, title, document, tolerated in (
        ("decoding.empty/listed", "nothing was found: an empty list", replies.nothing(listed=True), _NOTHING),
        ("decoding.empty/unlisted", "nothing was found: no list", replies.nothing(listed=False), _STRICT),
        ("decoding.null/entry", "the optional fields of an entry are null", _nulled(bench), _STRICT),
        (
            "decoding.unknown/fields",
            "every object has a field that the page does not know",
            _extended(replies.success(usual)),
            _NOTHING,
        ),
        ("decoding.many/most", f"{most} entries", replies.success(usual, most), _NOTHING),
    ):
        counted = ("Auctions",) if len(document.get("Auctions", ())) != 1 else ()
        yield bench.decoding(case_id, title, bench.success(document), *counted, tolerated=tolerated)
    pretty = http(bench.contract.protocol.success, JSON, encoded(_reversed(replies.success(usual)), indent=4))
    yield bench.decoding("decoding.layout/pretty", "a reply over many lines, its names in another order", pretty)


def _bare(bench: Bench) -> Document:
    document = bench.replies.success(entries=2)
    for entry in document["Auctions"]:
        for name in bench.replies.optional():
            entry.pop(name, None)
    return document


def _nulled(bench: Bench) -> Document:
    document = bench.replies.success()
    document["Auctions"][0] |= dict.fromkeys(bench.replies.optional())
    return document


def _extended(value: Any) -> Any:
    if isinstance(value, dict):
        return {**_EXTENSION, **{name: _extended(one) for name, one in value.items()}}
    return [_extended(one) for one in value] if isinstance(value, list) else value


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(one) for one in value] if isinstance(value, list) else value


def _numbers(bench: Bench) -> Iterator[Scenario]:
    for variant, upper in (("largest", True), ("smallest", False)):
        title = f"every integer is the {variant} of its format"
        play, integers = bench.success(bench.replies.at_bounds(upper)), _integers(bench)
        yield bench.decoding(f"decoding.integers/{variant}", title, play, *integers)
    for name in bench.replies.optional():
        if bench.replies.entry_field(name).get("format") in BOUNDS:
            document = _with_entry(bench, name, 2**53 + 1)
            script = Script((bench.success(document),))
            title = f"{name} is {2**53 + 1}, which binary64 does not hold"
            yield bench.scenario(
                "decoding.endless/binary64", title, script, EITHER, fields=frozenset({name}), robust=True
            )
            break
    for variant, number in _NUMBERS.items():
        play = bench.success(_with_entry(bench, "Score", number))
        yield bench.decoding(f"decoding.score/{variant}", f"the Score of an entry is {number!r}", play, "Score")


def _integers(bench: Bench) -> frozenset[str]:
    return frozenset(one.path[-1] for one in bench.contract.success_fields if one.integer)


def _texts(bench: Bench) -> Iterator[Scenario]:
    for variant, text in _TEXTS.items():
        document = _with_entry(bench, "CustomContent", text)
        for suffix, ascii_only in (("", False), ("-escaped", True)):
            body = encoded(document, ascii_only=ascii_only)
            if suffix and body == encoded(document):
                continue
            play = http(bench.contract.protocol.success, JSON, body)
            title = f"CustomContent is {text!r}" if len(text) < 100 else f"CustomContent has {len(text)} characters"  # noqa: PLR2004 a width for people
            yield bench.decoding(f"decoding.text/{variant}{suffix}", title, play, "CustomContent")


def _with_entry(bench: Bench, name: str, value: Any) -> Document:
    """A success whose entry has one field more."""
    document = bench.replies.success(usual)
    document["Auctions"][0][name] = value
    return document


def _transfers(bench: Bench) -> Iterator[Scenario]:
    status, body = bench.contract.protocol.success, encoded(bench.replies.success(usual, 3))
    yield bench.decoding("decoding.chunked/small", "a reply in small chunks", chunked(status, JSON, body, _CHUNK))
    yield bench.decoding("decoding.gzip/whole", "a compressed reply", gzipped(status, JSON, body), compressed=True)


def _inner(bench: Bench) -> Iterator[Scenario]:
    row = bench.contract.errors.documented[0]
    document = bench.replies.failed_inside(row)
    script = Script((bench.success(document),))
    title = "status 200 with a Code that is not 0 and Success false"
    yield bench.scenario("outcome.inner/false", title, script, RESULT | ERROR | EITHER)
