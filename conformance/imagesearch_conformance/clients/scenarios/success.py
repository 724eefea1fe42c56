"""Scenarios with success responses: every field, number and text has to reach the caller unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.clients.scenario import ERROR_ONLY, RESULT_ONLY, RESULT_OR_FAILURE, Scenario
from imagesearch_conformance.clients.scenario_builder import (
    INTEGER_BOUNDS,
    JSON_HEADERS,
    JsonObject,
    ScenarioBuilder,
    encode_json,
    is_required_field,
    is_sample_field,
)
from imagesearch_conformance.clients.server.script import (
    Script,
    ScriptedResponse,
    chunked_response,
    complete_response,
    gzip_response,
)
from imagesearch_conformance.model.client import AnswerKind

#: A field of no revision.
_UNKNOWN_FIELD: JsonObject = {"Extension": {"Note": "later revisions add fields", "Values": [1, True, {"Deep": []}]}}

#: Numbers that lose precision or change their spelling in narrow types.
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

#: The length from which a title does not quote a text.
_MAX_QUOTED = 100

_CHUNK_SIZE = 97

#: Tolerated for responses that follow the documentation but appear in none of its samples.
_TOLERATE_UNREADABLE = frozenset({AnswerKind.UNREADABLE})

_TOLERATE_NOTHING: frozenset[AnswerKind] = frozenset()


def success_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    yield from _field_scenarios(builder)
    yield from _entry_scenarios(builder)
    yield from _number_scenarios(builder)
    yield from _text_scenarios(builder)
    yield from _transfer_scenarios(builder)
    title = "status 200 with a Code that is not 0 and Success false"
    document = builder.bodies.inner_failure(builder.contract.errors.documented_rows[0])
    script = Script((builder.success_response(document),))
    yield builder.scenario("outcome.inner/false", title, script, RESULT_ONLY | ERROR_ONLY | RESULT_OR_FAILURE)


def _field_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Build the scenarios about the fields of entries."""
    bodies = builder.bodies
    full, minimal = bodies.success(entry_count=3), bodies.success(is_required_field)
    without_optional = bodies.success(entry_count=2)
    for entry in without_optional["Auctions"]:
        for name in bodies.optional_fields():
            entry.pop(name, None)
    for case_id, title, document, tolerated in (
        ("decoding.full/fields", "three entries with every documented field", full, _TOLERATE_NOTHING),
        ("decoding.minimal/fields", "an entry with its required fields only", minimal, _TOLERATE_UNREADABLE),
        ("decoding.absent/optional", "entries without their optional fields", without_optional, _TOLERATE_NOTHING),
    ):
        script = Script((builder.success_response(document),))
        yield builder.scenario(case_id, title, script, tolerated_answers=tolerated)


def _entry_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Build the scenarios about the number of entries, null, unknown fields and the layout of a body."""
    bodies = builder.bodies
    sample = bodies.success(is_sample_field)
    with_nulls = bodies.success()
    with_nulls["Auctions"][0] |= dict.fromkeys(bodies.optional_fields())
    empty, without_list = bodies.empty_success(with_list=True), bodies.empty_success(with_list=False)
    count = builder.contract.parameter(builder.contract.window.count_parameter).maximum or 1
    many, extended = bodies.success(is_sample_field, count), _with_unknown_fields(sample)
    for case_id, title, document, tolerated in (
        ("decoding.empty/listed", "no results: an empty list", empty, _TOLERATE_NOTHING),
        ("decoding.empty/unlisted", "no results: no list", without_list, _TOLERATE_UNREADABLE),
        ("decoding.null/entry", "the optional fields of an entry are null", with_nulls, _TOLERATE_UNREADABLE),
        ("decoding.unknown/fields", "every object has an undocumented field", extended, _TOLERATE_NOTHING),
        ("decoding.many/most", f"{count} entries", many, _TOLERATE_NOTHING),
    ):
        response = builder.success_response(document)
        fields = ("Auctions",) if len(document.get("Auctions", ())) != 1 else ()
        yield builder.decoding_scenario(case_id, title, response, *fields, tolerated_answers=tolerated)
    body = encode_json(_reverse_members(sample), indent=4)
    response = complete_response(builder.contract.protocol.success_status, JSON_HEADERS, body)
    yield builder.decoding_scenario("decoding.layout/pretty", "JSON on many lines, its members in reverse", response)


def _with_unknown_fields(value: Any) -> Any:
    if isinstance(value, dict):
        return {**_UNKNOWN_FIELD, **{name: _with_unknown_fields(member) for name, member in value.items()}}
    return [_with_unknown_fields(item) for item in value] if isinstance(value, list) else value


def _reverse_members(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reverse_members(value[name]) for name in reversed(value)}
    return [_reverse_members(item) for item in value] if isinstance(value, list) else value


def _number_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    integer_fields = frozenset(field.path[-1] for field in builder.contract.success_fields if field.is_integer)
    for variant, upper in (("largest", True), ("smallest", False)):
        title = f"every integer is the {variant} of its format"
        response = builder.success_response(builder.bodies.success_at_bounds(upper))
        yield builder.decoding_scenario(f"decoding.integers/{variant}", title, response, *integer_fields)
    yield from _large_integer_scenario(builder)
    for variant, number in _NUMBERS.items():
        response, title = _response_with_field(builder, "Score", number), f"the Score of an entry is {number!r}"
        yield builder.decoding_scenario(f"decoding.score/{variant}", title, response, "Score")


def _large_integer_scenario(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Build the scenario of an integer that binary64 cannot represent, if an optional field may have it."""
    bodies = builder.bodies
    integers = (
        name for name in bodies.optional_fields() if bodies.entry_field_schema(name).get("format") in INTEGER_BOUNDS
    )
    name = next(integers, None)
    if name is not None:
        yield builder.scenario(
            "decoding.endless/binary64",
            f"{name} is {2**53 + 1}, which binary64 cannot represent",
            Script((_response_with_field(builder, name, 2**53 + 1),)),
            RESULT_OR_FAILURE,
            fields_under_test=frozenset({name}),
            undocumented_behaviour=True,
        )


def _response_with_field(builder: ScenarioBuilder, name: str, value: Any) -> ScriptedResponse:
    return builder.success_response(_with_entry_field(builder, name, value))


def _text_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for variant, text in _TEXTS.items():
        document = _with_entry_field(builder, "CustomContent", text)
        description = f"is {text!r}" if len(text) < _MAX_QUOTED else f"has {len(text)} characters"
        for suffix, ascii_only in (("", False), ("-escaped", True)):
            body = encode_json(document, ascii_only=ascii_only)
            if suffix and body == encode_json(document):
                continue
            response = complete_response(builder.contract.protocol.success_status, JSON_HEADERS, body)
            case_id, title = f"decoding.text/{variant}{suffix}", f"CustomContent {description}"
            yield builder.decoding_scenario(case_id, title, response, "CustomContent")


def _with_entry_field(builder: ScenarioBuilder, name: str, value: Any) -> JsonObject:
    """Return a success whose entry has an additional field."""
    document = builder.bodies.success(is_sample_field)
    document["Auctions"][0][name] = value
    return document


def _transfer_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    status, body = builder.contract.protocol.success_status, encode_json(builder.bodies.success(is_sample_field, 3))
    chunked = chunked_response(status, JSON_HEADERS, body, _CHUNK_SIZE)
    yield builder.decoding_scenario("decoding.chunked/small", "a response in small chunks", chunked)
    compressed = gzip_response(status, JSON_HEADERS, body)
    yield builder.decoding_scenario("decoding.gzip/whole", "a compressed response", compressed, requires_gzip=True)
