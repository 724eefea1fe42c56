"""The builder of scenarios: calls, and the scripted responses to them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.parsed_request import is_integer_text
from imagesearch_conformance.clients.response_bodies import JsonObject, ResponseBodies, encode_json, is_sample_field
from imagesearch_conformance.clients.scenario import ERROR_ONLY, RESULT_ONLY, Scenario
from imagesearch_conformance.clients.server.responses import complete_response
from imagesearch_conformance.clients.server.script import Script, ScriptedResponse
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.case import Case, Probe, Request
from imagesearch_conformance.model.client import AnswerKind, CallArguments
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.finding import Json
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target

JSON_HEADERS = (("Content-Type", "application/json;charset=utf-8"),)

#: Integers from here on differ between readers of JSON (RFC 8259 section 6).
_SAFE_INTEGER_LIMIT = 2**53


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
