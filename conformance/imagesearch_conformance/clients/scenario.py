"""A scenario: what a client is asked, what it is answered, and what it may hand back."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from imagesearch_conformance.clients.script import Script
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import Answer, Answered, Call, ClientInfo
from imagesearch_conformance.model.exchange import Exchange

#: What may be handed back of a reply in which nothing is wrong.
RESULT = frozenset({Answered.RESULT})

#: Of an error of the service.
ERROR = frozenset({Answered.ERROR})

#: Of an error of the service that arguments brought about which a client may refuse itself.
INVALID = frozenset({Answered.ERROR, Answered.REFUSED})

#: Of what makes no sense.
SENSELESS = frozenset({Answered.UNREADABLE, Answered.ERROR})

#: Of what a reader may make sense of or not.
EITHER = RESULT | SENSELESS


@frozen
class Scenario:
    """One case for a client; frozen data.

    `about` names the parameters whose change departs from what the case is for, `fields` those of the reply.
    What is `tolerated` may be handed back beside what is hoped for. A
    `robust` scenario is about what no page describes. In one that `wanders` requests after the first are
    whatever redirects make of them. One that is `compressed` is for clients that accept that.
    """

    case: Case
    call: Call
    script: Script
    hoped: frozenset[Answered]
    about: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    tolerated: frozenset[Answered] = frozenset()
    robust: bool = False
    wanders: bool = False
    compressed: bool = False

    @property
    def id(self) -> str:
        """The id of its case."""
        return self.case.id

    @property
    def asking(self) -> bool:
        """Whether it is about what is sent alone: whatever becomes of the reply is no matter of it."""
        return bool(self.about) and not self.fields


@frozen
class Performance:
    """What a client did in a scenario: the requests that came to its endpoint, those that came elsewhere, its answer.

    `used` are the nonces of requests before.
    """

    scenario: Scenario
    answer: Answer
    exchanges: tuple[Exchange, ...] = ()
    elsewhere: tuple[Exchange, ...] = ()
    used: frozenset[str] = frozenset()

    @property
    def everything(self) -> tuple[Exchange, ...]:
        """All requests with what they got, those elsewhere last."""
        return (*self.exchanges, *self.elsewhere)


@frozen
class Gated:
    """A client with all that it did, by the id of the case, and the address of the other host that it may have met."""

    info: ClientInfo
    performances: Mapping[str, Performance] = field(factory=dict)
    elsewhere: str = ""
