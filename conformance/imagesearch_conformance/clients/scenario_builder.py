"""The builder of scenarios: calls, response bodies built from the schemas of the contract, and scripted responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from attrs import field, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.parsed_request import is_integer_text
from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES
from imagesearch_conformance.clients.scenario import ERROR_ONLY, RESULT_ONLY, Scenario
from imagesearch_conformance.clients.server.script import Script, ScriptedResponse, complete_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.case import Case, Probe, Request
from imagesearch_conformance.model.client import AnswerKind, CallArguments
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.finding import Json
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target

#: A JSON object under construction.
JsonObject = dict[str, Any]

#: Selects the fields to include, by the name of a field and the schema of its parent.
FieldPredicate = Callable[[str, Mapping[str, Any]], bool]

_SUCCESS_SCHEMA, _ERROR_SCHEMA = "schemas/success.json", "schemas/error.json"

#: Matching images for each one returned, so that the two counters of a response differ.
_MATCHES_PER_ENTRY = 1000

#: Number of items of lists other than that of entries.
_LIST_LENGTH = 2

#: The range of each integer format of the schemas.
INTEGER_BOUNDS: Mapping[str, tuple[int, int]] = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}

JSON_HEADERS = (("Content-Type", "application/json;charset=utf-8"),)

#: Integers from here on differ between readers of JSON (RFC 8259 section 6).
_SAFE_INTEGER_LIMIT = 2**53


def any_field(_: str, __: Mapping[str, Any]) -> bool:
    """Select every field."""
    return True


def is_required_field(name: str, parent: Mapping[str, Any]) -> bool:
    """Select the fields that a response with results has to have."""
    when_found = parent.get("x-required-when-found", {}).get("fields", ())
    return name in parent.get("required", ()) or name in when_found


def is_sample_field(name: str, parent: Mapping[str, Any]) -> bool:
    """Select the fields of the documentation's sample; the loss of others is tested by scenarios of their own."""
    return is_required_field(name, parent) or name in parent.get("x-recommended", ())


@frozen(eq=False)
class ResponseBodies:
    """Builds response bodies from the schemas of a contract."""

    contract: Contract

    def success(self, is_included: FieldPredicate = any_field, entry_count: int = 1) -> JsonObject:
        """Return a success with the selected fields and `entry_count` entries that differ in every field.

        With several entries, every other list has several items too.
        """
        schema = self.contract.spec_files.content(_SUCCESS_SCHEMA)
        document: JsonObject = _example_value(schema, is_included)
        if entry_count > 1:
            document |= {
                name: _with_longer_lists(document[name], member_schema)
                for name, member_schema in schema["properties"].items()
                if name in document
            }
        entry, entry_schema = document["Auctions"][0], schema["properties"]["Auctions"]["items"]
        document["Auctions"] = [_vary_item(entry, entry_schema, index) for index in range(entry_count)]
        returned, matched = COUNTER_NAMES
        document["Head"] |= {returned: entry_count, matched: entry_count * _MATCHES_PER_ENTRY}
        return document

    def empty_success(self, *, with_list: bool) -> JsonObject:
        """Return a success without results: with an empty list, or without every field about results."""
        document = self.success(is_sample_field, 0)
        if not with_list:
            del document["Auctions"], document["PicInfo"]
        return document

    def error(self, row: ErrorRow) -> JsonObject:
        """Return an error in the gateway's envelope; each code has a request id of its own."""
        document = _example_value(self.contract.spec_files.content(_ERROR_SCHEMA), any_field)
        message = row.message or f"{row.code} occurred."
        return {**document, "RequestId": _request_id(row.code), "Code": row.code, "Message": message}

    def with_request_id(self, document: JsonObject) -> JsonObject:
        """Return the body with a request id derived from its content, so that different bodies have different ids."""
        return {**document, "RequestId": _request_id(encode_json(document).decode())}

    def inner_failure(self, row: ErrorRow) -> JsonObject:
        """Return a body with the fields of a success and the code of an error."""
        document = self.empty_success(with_list=True)
        return {**document, "Code": row.status, "Success": False, "Msg": row.message}

    def optional_fields(self) -> tuple[str, ...]:
        """Return the fields that an entry may omit, in the order of the schema."""
        entry = self.contract.spec_files.resolve(f"{_SUCCESS_SCHEMA}#/properties/Auctions/items")
        return tuple(name for name in entry["properties"] if not is_sample_field(name, entry))

    def entry_field_schema(self, name: str) -> Mapping[str, Any]:
        """Return the schema of a field of an entry."""
        pointer = f"{_SUCCESS_SCHEMA}#/properties/Auctions/items/properties/{name}"
        schema: Mapping[str, Any] = self.contract.spec_files.resolve(pointer)
        return schema

    def success_at_bounds(self, upper: bool) -> JsonObject:  # noqa: FBT001 one of two bounds
        """Return a success in which every integer is at a bound of its format, or at its own bound if narrower."""
        document = self.success()
        _set_to_bounds(document, self.contract.spec_files.content(_SUCCESS_SCHEMA), upper=upper)
        return document


def encode_json(document: Any, *, ascii_only: bool = False, indent: int | None = None) -> bytes:
    """Return the bytes of a JSON value."""
    return json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode()


def _request_id(text: str) -> str:
    return str(uuid5(NAMESPACE_OID, text)).upper()


def _example_value(schema: Mapping[str, Any], is_included: FieldPredicate) -> Any:
    if "properties" in schema:
        return {
            name: _example_value(member_schema, is_included)
            for name, member_schema in schema["properties"].items()
            if is_included(name, schema)
        }
    if "items" in schema:
        return [_example_value(schema["items"], is_included)]
    if "const" in schema:
        return schema["const"]
    return schema["examples"][0] if "examples" in schema else _fallback_value(schema)


def _with_longer_lists(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return the value with several items in every list."""
    if isinstance(value, dict):
        return {name: _with_longer_lists(member, schema["properties"][name]) for name, member in value.items()}
    if isinstance(value, list):
        item = _with_longer_lists(value[0], schema["items"])
        return [_vary_item(item, schema["items"], index) for index in range(_LIST_LENGTH)]
    return value


def _vary_item(item: JsonObject, schema: Mapping[str, Any], index: int) -> JsonObject:
    """Return a copy of an item that differs in each field whose schema allows it."""
    return {name: _vary_value(value, schema["properties"][name], index) for name, value in item.items()}


def _vary_value(value: Any, schema: Mapping[str, Any], index: int) -> Any:
    if not index or {"pattern", "const", "enum"} & schema.keys():
        return value
    if schema.get("type") == "number":
        return value - index / _MATCHES_PER_ENTRY
    if isinstance(value, int) and "minimum" not in schema and not isinstance(value, bool):
        return value + index
    return f"{value}-{index}" if isinstance(value, str) else value


def _fallback_value(schema: Mapping[str, Any]) -> Any:
    """Return a value for a schema without examples."""
    return {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0), "boolean": True}.get(
        schema.get("type", "string"), "text"
    )


def _set_to_bounds(value: Any, schema: Mapping[str, Any], *, upper: bool) -> None:
    if isinstance(value, list):
        for item in value:
            _set_to_bounds(item, schema["items"], upper=upper)
    for name, member in schema.get("properties", {}).items() if isinstance(value, dict) else ():
        if name in value and member.get("format") in INTEGER_BOUNDS and "const" not in member:
            low, high = INTEGER_BOUNDS[member["format"]]
            value[name] = min(member.get("maximum", high), high) if upper else max(member.get("minimum", low), low)
        elif name in value:
            _set_to_bounds(value[name], member, upper=upper)


@frozen(eq=False)
class ScenarioBuilder:
    """Builds scenarios for one contract and the addresses of one server."""

    contract: Contract
    target: Target
    other_endpoint: str
    bodies: ResponseBodies = field(init=False)

    @bodies.default
    def _default_bodies(self) -> ResponseBodies:
        return ResponseBodies(self.contract)

    @cached_property
    def case_builder(self) -> CaseBuilder:
        """The builder of valid requests, as for endpoints."""
        return CaseBuilder(self.contract, self.target, Survey.from_target(self.target))

    def success_response(self, document: JsonObject | None = None) -> ScriptedResponse:
        """Return a success, by default one like the documentation's sample."""
        body = self.bodies.success(is_sample_field) if document is None else self.bodies.with_request_id(document)
        return self.json_response(self.contract.protocol.success_status, body)

    def error_response(self, row: ErrorRow) -> ScriptedResponse:
        return self.json_response(row.status, self.bodies.error(row))

    def json_response(self, status: int, document: JsonObject) -> ScriptedResponse:
        return complete_response(status, JSON_HEADERS, encode_json(document))

    def build_call(self, request: Request) -> CallArguments:
        """Return the parameters of a request, with values of the types that the contract gives them."""
        return tuple((name, self._typed_value(name, text)) for name, text in request.parameters)

    def _typed_value(self, name: str, text: str) -> Json:
        parameter = self.contract.parameter(name)
        if parameter.is_integer and is_integer_text(text) and str(int(text)) == text:
            return int(text)
        if parameter.is_boolean and text in {"true", "false"}:
            return text == "true"
        return text

    def scenario(
        self,
        case_id: str,
        title: str,
        script: Script,
        accepted_answers: frozenset[AnswerKind] = RESULT_ONLY,
        changes: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Scenario:
        """Return a scenario with a plain call, apart from `changes`; its id begins with its requirement."""
        request = self.case_builder.request(changes or {})
        requirements = options.pop("requirements", (case_id.partition("/")[0],))
        case = Case(case_id, title, requirements, (Probe(request),), Expectation(()))
        return Scenario(case, self.build_call(request), script, accepted_answers, frozenset(changes or ()), **options)

    def decoding_scenario(
        self, case_id: str, title: str, response: ScriptedResponse, *fields: str, **options: Any
    ) -> Scenario:
        """Return a scenario in which a success has to arrive unchanged; `fields` are those under test."""
        return self.scenario(
            case_id, title, Script((response,)), RESULT_ONLY, fields_under_test=frozenset(fields), **options
        )

    def error_scenario(self, case_id: str, title: str, row: ErrorRow, *requirements: str) -> Scenario:
        """Return a scenario in which a plain call gets the error response of a row."""
        return self.scenario(case_id, title, Script((self.error_response(row),)), ERROR_ONLY, requirements=requirements)


def is_interoperable(call: CallArguments) -> bool:
    """Return whether every reader of JSON gets the same values from a call."""
    return all(not isinstance(value, int) or abs(value) < _SAFE_INTEGER_LIMIT for _, value in call)
