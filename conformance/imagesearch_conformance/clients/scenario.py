"""Scenarios: what a client is asked, how the server responds, and which answers are accepted."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import Answer, AnswerKind, CallArguments, ClientInfo
from imagesearch_conformance.model.exchange import Exchange

#: Answers accepted for a valid success response.
RESULT_ONLY = frozenset({AnswerKind.RESULT})

#: For an error response.
ERROR_ONLY = frozenset({AnswerKind.ERROR})

#: For an error response to arguments that a client may refuse itself.
ERROR_OR_ARGUMENTS_REFUSED = frozenset({AnswerKind.ERROR, AnswerKind.ARGUMENTS_REFUSED})

#: For a malformed response.
ERROR_OR_UNREADABLE = frozenset({AnswerKind.UNREADABLE, AnswerKind.ERROR})

#: For a response that some readers accept and others do not.
RESULT_OR_FAILURE = RESULT_ONLY | ERROR_OR_UNREADABLE


@frozen
class Scenario:
    """One case for a client; frozen data.

    A change of `parameters_under_test` or of `fields_under_test`, those of the response, violates the requirements
    of the case itself. `tolerated_answers` are accepted beside `accepted_answers`, at a lower grade.
    With `undocumented_behaviour` the documentation does not describe the response. With `follows_redirects` the
    requests after the first are whatever the client makes of redirects. `requires_gzip` limits a scenario to
    clients that accept compressed responses.
    """

    case: Case
    call: CallArguments
    script: Script
    accepted_answers: frozenset[AnswerKind]
    parameters_under_test: frozenset[str] = frozenset()
    fields_under_test: frozenset[str] = frozenset()
    tolerated_answers: frozenset[AnswerKind] = frozenset()
    undocumented_behaviour: bool = False
    follows_redirects: bool = False
    requires_gzip: bool = False

    @property
    def id(self) -> str:
        """The id of its case."""
        return self.case.id

    @property
    def request_only(self) -> bool:
        """Whether it tests the request alone, and not what becomes of the response."""
        return bool(self.parameters_under_test) and not self.fields_under_test


@frozen
class ScenarioRun:
    """The requests of a client in a scenario, those to the other host, and its answer.

    `used_nonces` are those of earlier scenarios.
    """

    scenario: Scenario
    answer: Answer
    exchanges: tuple[Exchange, ...] = ()
    other_exchanges: tuple[Exchange, ...] = ()
    used_nonces: frozenset[str] = frozenset()

    @property
    def all_exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges, those at the other host last."""
        return (*self.exchanges, *self.other_exchanges)


@frozen
class ClientRunData:
    """A client with its scenario runs by case id, and the address of the other host."""

    info: ClientInfo
    scenario_runs: Mapping[str, ScenarioRun] = field(factory=dict)
    other_endpoint: str = ""
