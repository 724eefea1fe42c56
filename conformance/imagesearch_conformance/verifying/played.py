"""One case of a client beside the scenario that it says it is: what was asked, what was replied, what came back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from attrs import evolve

from imagesearch_conformance.clients.judging import hopes
from imagesearch_conformance.clients.parsing import MOST_BODY
from imagesearch_conformance.clients.scenario import Performance, Scenario
from imagesearch_conformance.clients.scene import play_of, refusal
from imagesearch_conformance.clients.script import Play
from imagesearch_conformance.exchanges import MOST_STORED, REDACTED, Redactor, hides
from imagesearch_conformance.model.client import Answer, Answered, Breakdown
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.verifying.difference import Difference
from imagesearch_conformance.verifying.entries import Entry
from imagesearch_conformance.verifying.evidence import Stored

#: Writes as a report does what holds no secret.
_PLAIN = Redactor(())


def was_played(entry: Entry) -> bool:
    """Whether the client was called."""
    return entry.written.get("answer") is not None


def performed(entry: Entry, scenario: Scenario, used: frozenset[str] = frozenset()) -> Performance:
    """What a client did; the replies are those of the scenario. `used` are the nonces of requests before."""
    here, there = ([one for one in entry.stored if one.astray is astray] for astray in (False, True))
    script, answer = scenario.script, _answer(entry.written["answer"])
    return Performance(
        scenario, answer, tuple(_replied(here, script.plays)), tuple(_replied(there, script.elsewhere)), used
    )


def staged(entry: Entry, scenario: Scenario) -> Entry:
    """The entry of the scenario as it was played; where something of it was hidden, all its exchanges count as such."""
    if not was_played(entry):
        return entry
    hidden = obscured(entry)
    stored = tuple(evolve(one, redacted=one.redacted or hidden) for one in entry.stored)
    return evolve(entry, stored=stored, accepted=hopes(scenario))


def obscured(entry: Entry) -> bool:
    """Whether something was taken out of what the client sent or handed back, apart from the value of a signature."""
    return _cut(entry) or any(map(hides, _said(entry)))


def redacted(entry: Entry) -> bool:
    """Whether anything at all was taken out of that: what is sent as a signature may be anything."""
    return _cut(entry) or any(REDACTED in text for text in _said(entry))


def _cut(entry: Entry) -> bool:
    """Whether a text that was handed back is not stored to its end."""
    return any(len(text) > MOST_STORED for text in _texts(entry.written["answer"]))


def _said(entry: Entry) -> Iterator[str]:
    yield from _texts(entry.written.get("call"))
    yield from _texts(entry.written["answer"])
    for one in entry.stored:
        yield from _sent(one.exchange.request)


def differing(entry: Entry, scenario: Scenario) -> Iterator[Difference]:
    """Where a case is not the scenario of that id, or got other replies than that plays."""
    where = f"case {scenario.id}"
    if entry.case != scenario.case:
        yield Difference(EVIDENCE, f"{where}: definition", "something else", "what the suite asks")
    if not was_played(entry):
        return
    said, call = entry.written.get("call"), _PLAIN.value(dict(scenario.call))
    # Not by ==, for which true is 1 and order is nothing.
    if json.dumps(said) != json.dumps(call) and not any(map(hides, _texts(said))):
        yield Difference(EVIDENCE, f"{where}: call", said, call)
    yield from _of_replies(where, entry, performed(entry, scenario))


def _of_replies(where: str, entry: Entry, made: Performance) -> Iterator[Difference]:
    pairs = list(zip(entry.written["exchanges"], entry.stored, strict=True))
    ordered = sorted(pairs, key=lambda one: one[1].astray)
    if ordered != pairs:
        yield Difference(EVIDENCE, f"{where}: exchanges", "another order", "those with the other host last")
    for index, ((written, stored), due) in enumerate(zip(ordered, made.everything, strict=True)):
        reply = _PLAIN.exchange(due, "")["response"]
        same = written["response"]["status"] == reply["status"]
        if not same or (written["response"] != reply and not stored.redacted):
            yield Difference(EVIDENCE, f"{where}: reply {index}", "something else", "what the scenario plays")


def _replied(stored: Iterable[Stored], plays: tuple[Play, ...]) -> Iterator[Exchange]:
    """Each request with what it was given: a play, unless it is no request or too large."""
    number = 0
    for one in stored:
        play = _refused(one)
        if play is None:
            play, number = play_of(plays, number), number + 1
        yield evolve(one.exchange, reply=play.reply)


def _refused(stored: Stored) -> Play | None:
    request, large = stored.exchange.request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not request.method:
        return refusal(HTTPStatus.BAD_REQUEST)
    # Stored as text, and without its signature, a body has another length than it had.
    if stored.exchange.reply.status == large and len(request.body) > MOST_BODY // 2:
        return refusal(large)
    return None


def _answer(written: Mapping[str, Any]) -> Answer:
    breakdown = written.get("breakdown")
    said = {name: written.get(name) for name in ("status", "body", "code", "message", "text")}
    return Answer(
        Answered(written["kind"]),
        **said,
        request_id=written.get("requestId"),
        breakdown=None if breakdown is None else Breakdown(breakdown),
        seconds=written.get("seconds", 0.0),
    )


def _sent(request: WireRequest) -> Iterator[str]:
    yield request.target
    yield request.body.decode("utf-8", "replace")
    yield from (text for header in request.headers for text in header)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))
