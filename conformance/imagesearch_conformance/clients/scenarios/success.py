"""Scenarios about what is handed back of a success."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.clients.response_bodies import (
    INTEGER_BOUNDS,
    JsonObject,
    encode_json,
    is_required_field,
    is_sample_field,
)
from imagesearch_conformance.clients.scenario import ERROR_ONLY, RESULT_ONLY, RESULT_OR_FAILURE, Scenario
from imagesearch_conformance.clients.scenario_builder import JSON_HEADERS, ScenarioBuilder
from imagesearch_conformance.clients.server.responses import chunked_response, complete_response, gzip_response
from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.client import AnswerKind

#: A field of no revision, and what stands in it.
_UNKNOWN_FIELD: JsonObject = {"Extension": {"Note": "later revisions add fields", "Values": [1, True, {"Deep": []}]}}

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

_CHUNK_SIZE = 97

#: What is tolerated of a client that takes the page at its word, where the page does not show such a reply.
_TOLERATE_UNREADABLE = frozenset({AnswerKind.UNREADABLE})

_TOLERATE_NOTHING: frozenset[AnswerKind] = frozenset()


def success_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Every scenario whose reply is a success."""
    yield from _body_scenarios(builder)
    yield from _number_scenarios(builder)
    yield from _text_scenarios(builder)
    yield from _transfer_scenarios(builder)
    yield from _inner_failure_scenarios(builder)


def _body_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    replies = builder.bodies
    for case_id, title, document, tolerated in (
        (
            "decoding.full/fields",
            "three entries with every documented field",
            replies.success(entry_count=3),
            _TOLERATE_NOTHING,
        ),
        (
            "decoding.minimal/fields",
            "an entry with the fields alone that it needs",
            replies.success(is_required_field),
            _TOLERATE_UNREADABLE,
        ),
        (
            "decoding.absent/optional",
            "entries without their optional fields",
            _without_optional_fields(builder),
            _TOLERATE_NOTHING,
        ),
    ):
        yield builder.scenario(
            case_id, title, Script((builder.success_response(document),)), tolerated_answers=tolerated
        )
    most = builder.contract.parameter(builder.contract.window.count_parameter).maximum or 1
    for case_id, title, document, tolerated in (
        (
            "decoding.empty/listed",
            "nothing was found: an empty list",
            replies.empty_success(with_list=True),
            _TOLERATE_NOTHING,
        ),
        (
            "decoding.empty/unlisted",
            "nothing was found: no list",
            replies.empty_success(with_list=False),
            _TOLERATE_UNREADABLE,
        ),
        (
            "decoding.null/entry",
            "the optional fields of an entry are null",
            _with_null_fields(builder),
            _TOLERATE_UNREADABLE,
        ),
        (
            "decoding.unknown/fields",
            "every object has a field that the page does not know",
            _with_unknown_fields(replies.success(is_sample_field)),
            _TOLERATE_NOTHING,
        ),
        ("decoding.many/most", f"{most} entries", replies.success(is_sample_field, most), _TOLERATE_NOTHING),
    ):
        counted = ("Auctions",) if len(document.get("Auctions", ())) != 1 else ()
        yield builder.decoding_scenario(
            case_id, title, builder.success_response(document), *counted, tolerated_answers=tolerated
        )
    pretty = complete_response(
        builder.contract.protocol.success_status,
        JSON_HEADERS,
        encode_json(_reverse_members(replies.success(is_sample_field)), indent=4),
    )
    yield builder.decoding_scenario(
        "decoding.layout/pretty", "a reply over many lines, its names in another order", pretty
    )


def _without_optional_fields(builder: ScenarioBuilder) -> JsonObject:
    document = builder.bodies.success(entry_count=2)
    for entry in document["Auctions"]:
        for name in builder.bodies.optional_fields():
            entry.pop(name, None)
    return document


def _with_null_fields(builder: ScenarioBuilder) -> JsonObject:
    document = builder.bodies.success()
    document["Auctions"][0] |= dict.fromkeys(builder.bodies.optional_fields())
    return document


def _with_unknown_fields(value: Any) -> Any:
    if isinstance(value, dict):
        return {**_UNKNOWN_FIELD, **{name: _with_unknown_fields(one) for name, one in value.items()}}
    return [_with_unknown_fields(one) for one in value] if isinstance(value, list) else value


def _reverse_members(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reverse_members(value[name]) for name in reversed(value)}
    return [_reverse_members(one) for one in value] if isinstance(value, list) else value


def _number_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for variant, upper in (("largest", True), ("smallest", False)):
        title = f"every integer is the {variant} of its format"
        play, integers = builder.success_response(builder.bodies.success_at_bounds(upper)), _integer_fields(builder)
        yield builder.decoding_scenario(f"decoding.integers/{variant}", title, play, *integers)
    for name in builder.bodies.optional_fields():
        if builder.bodies.entry_field_schema(name).get("format") in INTEGER_BOUNDS:
            document = _with_entry_field(builder, name, 2**53 + 1)
            script = Script((builder.success_response(document),))
            title = f"{name} is {2**53 + 1}, which binary64 does not hold"
            yield builder.scenario(
                "decoding.endless/binary64",
                title,
                script,
                RESULT_OR_FAILURE,
                fields_under_test=frozenset({name}),
                undocumented_behaviour=True,
            )
            break
    for variant, number in _NUMBERS.items():
        play = builder.success_response(_with_entry_field(builder, "Score", number))
        yield builder.decoding_scenario(
            f"decoding.score/{variant}", f"the Score of an entry is {number!r}", play, "Score"
        )


def _integer_fields(builder: ScenarioBuilder) -> frozenset[str]:
    return frozenset(one.path[-1] for one in builder.contract.success_fields if one.is_integer)


def _text_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for variant, text in _TEXTS.items():
        document = _with_entry_field(builder, "CustomContent", text)
        for suffix, ascii_only in (("", False), ("-escaped", True)):
            body = encode_json(document, ascii_only=ascii_only)
            if suffix and body == encode_json(document):
                continue
            play = complete_response(builder.contract.protocol.success_status, JSON_HEADERS, body)
            title = f"CustomContent is {text!r}" if len(text) < 100 else f"CustomContent has {len(text)} characters"  # noqa: PLR2004 a width for people
            yield builder.decoding_scenario(f"decoding.text/{variant}{suffix}", title, play, "CustomContent")


def _with_entry_field(builder: ScenarioBuilder, name: str, value: Any) -> JsonObject:
    """A success whose entry has one field more."""
    document = builder.bodies.success(is_sample_field)
    document["Auctions"][0][name] = value
    return document


def _transfer_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    status, body = builder.contract.protocol.success_status, encode_json(builder.bodies.success(is_sample_field, 3))
    yield builder.decoding_scenario(
        "decoding.chunked/small", "a reply in small chunks", chunked_response(status, JSON_HEADERS, body, _CHUNK_SIZE)
    )
    yield builder.decoding_scenario(
        "decoding.gzip/whole", "a compressed reply", gzip_response(status, JSON_HEADERS, body), requires_gzip=True
    )


def _inner_failure_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    row = builder.contract.errors.documented_rows[0]
    document = builder.bodies.inner_failure(row)
    script = Script((builder.success_response(document),))
    title = "status 200 with a Code that is not 0 and Success false"
    yield builder.scenario("outcome.inner/false", title, script, RESULT_ONLY | ERROR_ONLY | RESULT_OR_FAILURE)
