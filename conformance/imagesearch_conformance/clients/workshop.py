"""What every maker of scenarios works with: calls, and the plays that answer them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.checks.sent import is_integer
from imagesearch_conformance.clients.plays import http
from imagesearch_conformance.clients.replies import Document, Replies, encoded, usual
from imagesearch_conformance.clients.scenario import ERROR, RESULT, Scenario
from imagesearch_conformance.clients.script import Play, Script
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.case import Case, Probe, Request
from imagesearch_conformance.model.client import Answered, Call
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.finding import Json
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target

#: How replies in JSON are declared.
JSON = (("Content-Type", "application/json;charset=utf-8"),)

#: Integers beyond this are not the same to all readers of JSON (RFC 8259 section 6).
_INTEROPERABLE = 2**53


@frozen(eq=False)
class Bench:
    """The stage's addresses as a target, with the cases of endpoints and the replies of the contract."""

    contract: Contract
    target: Target
    elsewhere: str
    replies: Replies = field(init=False)

    @replies.default
    def _written(self) -> Replies:
        return Replies(self.contract)

    @cached_property
    def shop(self) -> Workshop:
        """What makes valid requests, as for endpoints."""
        return Workshop(self.contract, self.target, Survey.assumed(self.target))

    def success(self, document: Document | None = None) -> Play:
        """A success, by default one like the page's sample."""
        given = self.replies.success(usual) if document is None else self.replies.numbered(document)
        return self.reply(self.contract.protocol.success, given)

    def refusal(self, row: ErrorRow) -> Play:
        """The reply of a row."""
        return self.reply(row.status, self.replies.error(row))

    def reply(self, status: int, document: Document) -> Play:
        """A reply in JSON."""
        return http(status, JSON, encoded(document))

    def call(self, request: Request) -> Call:
        """The parameters of a request with the types that the contract gives them."""
        return tuple((name, self._typed(name, text)) for name, text in request.parameters)

    def _typed(self, name: str, text: str) -> Json:
        parameter = self.contract.parameter(name)
        if parameter.integer and is_integer(text) and str(int(text)) == text:
            return int(text)
        if parameter.boolean and text in {"true", "false"}:
            return text == "true"
        return text

    def scenario(
        self,
        case_id: str,
        title: str,
        script: Script,
        hoped: frozenset[Answered] = RESULT,
        changes: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Scenario:
        """A scenario with a plain call, apart from the changes, for the requirement that its id begins with."""
        request = self.shop.request(changes or {})
        requirements = more.pop("requirements", (case_id.partition("/")[0],))
        case = Case(case_id, title, requirements, (Probe(request),), Expectation(()))
        return Scenario(case, self.call(request), script, hoped, frozenset(changes or ()), **more)

    def decoding(self, case_id: str, title: str, play: Play, *fields: str, **more: Any) -> Scenario:
        """A scenario in which a success has to arrive as it is; these of its fields are what it is about."""
        return self.scenario(case_id, title, Script((play,)), RESULT, fields=frozenset(fields), **more)

    def refused(self, case_id: str, title: str, row: ErrorRow, *requirements: str) -> Scenario:
        """A scenario in which a plain call is refused with a row."""
        return self.scenario(case_id, title, Script((self.refusal(row),)), ERROR, requirements=requirements)


def feasible(call: Call) -> bool:
    """Whether every reader of JSON makes the same of the call."""
    return all(not isinstance(value, int) or abs(value) < _INTEROPERABLE for _, value in call)
