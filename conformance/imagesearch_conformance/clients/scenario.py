"""A scenario: what a client is asked, what it is answered, and what it may hand back."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import Answer, AnswerKind, CallArguments, ClientInfo
from imagesearch_conformance.model.wire import Exchange

#: What may be handed back of a reply in which nothing is wrong.
RESULT_ONLY = frozenset({AnswerKind.RESULT})

#: Of an error of the service.
ERROR_ONLY = frozenset({AnswerKind.ERROR})

#: Of an error of the service that arguments brought about which a client may refuse itself.
ERROR_OR_ARGUMENTS_REFUSED = frozenset({AnswerKind.ERROR, AnswerKind.ARGUMENTS_REFUSED})

#: Of what makes no sense.
ERROR_OR_UNREADABLE = frozenset({AnswerKind.UNREADABLE, AnswerKind.ERROR})

#: Of what a reader may make sense of or not.
RESULT_OR_FAILURE = RESULT_ONLY | ERROR_OR_UNREADABLE


@frozen
class Scenario:
    """One case for a client; frozen data.

    `about` names the parameters whose change departs from what the case is for, `fields` those of the reply.
    What is `tolerated` may be handed back beside what is hoped for. A
    `robust` scenario is about what no page describes. In one that `wanders` requests after the first are
    whatever redirects make of them. One that is `compressed` is for clients that accept that.
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
        """Whether it is about what is sent alone: whatever becomes of the reply is no matter of it."""
        return bool(self.parameters_under_test) and not self.fields_under_test


@frozen
class ScenarioRun:
    """What a client did in a scenario: the requests that came to its endpoint, those that came elsewhere, its answer.

    `used` are the nonces of requests before.
    """

    scenario: Scenario
    answer: Answer
    exchanges: tuple[Exchange, ...] = ()
    other_exchanges: tuple[Exchange, ...] = ()
    used_nonces: frozenset[str] = frozenset()

    @property
    def all_exchanges(self) -> tuple[Exchange, ...]:
        """All requests with what they got, those elsewhere last."""
        return (*self.exchanges, *self.other_exchanges)


@frozen
class ClientRunData:
    """A client with all that it did, by the id of the case, and the address of the other host that it may have met."""

    info: ClientInfo
    scenario_runs: Mapping[str, ScenarioRun] = field(factory=dict)
    other_endpoint: str = ""
