"""From the exchanges of one case to a judgement, or the reason why there can be none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from attrs import evolve, frozen

from imagesearch_conformance.checks.burst import check_burst, too_slow
from imagesearch_conformance.checks.expected import check_expected
from imagesearch_conformance.checks.ranking import FOUND, ITSELF
from imagesearch_conformance.checks.reading import Kind, Reading, read
from imagesearch_conformance.checks.refusal import check_refusal
from imagesearch_conformance.checks.relations import check_relation
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.checks.rules import broken_rules
from imagesearch_conformance.checks.sent import Sent, read_sent
from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.checks.success import check_success
from imagesearch_conformance.checks.text import check_text
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest

#: What tells the defects of the signature of a request that was sent at a moment.
Defects = Callable[[Contract, Target, WireRequest, datetime], frozenset[str]]

#: What a nonce used twice breaks; it cannot be seen in the bytes of one request.
_REPLAY = "replay"

#: How many findings of one requirement in one exchange are kept: the rest says nothing new.
_MOST_ALIKE = 3


#: Stands in where a check looks at a reply for its own sake.
_NO_CASE = Case("", "", (), (), Expectation(()))


@frozen
class Unjudged:
    """The exchanges of a case do not allow a judgement, for this reason."""

    reason: str


def judge(
    contract: Contract,
    target: Target,
    case: Case,
    exchanges: Sequence[Exchange],
    defects: Defects = signature_defects,
) -> Judgement | Unjudged:
    """Judges the exchanges of one case; nothing is judged unless the bytes sent are what was meant.

    `defects` tells what is wrong with a signature: from stored requests, which have none, nobody can see it.
    """
    views = [_view(contract, target, case, index, one) for index, one in enumerate(exchanges)]
    for view, exchange in zip(views, exchanges, strict=True):
        if reason := _mistaken(view, exchange, defects) or _incomplete(view):
            return Unjudged(reason)
    if case.relation is Relation.REFUSED_IN_BURST and (reason := too_slow(case, views, exchanges)):
        return Unjudged(reason)
    if case.relation is Relation.LAST_REFUSED and any(view.reading.kind is not Kind.SUCCESS for view in views[:-1]):
        return Unjudged("the first request was not accepted, so the second says nothing")
    return _folded(contract, _told(case, views))


def _view(contract: Contract, target: Target, case: Case, index: int, exchange: Exchange) -> View:
    sent = read_sent(contract, exchange.request)
    return View(contract, target, case, sent, read(exchange.reply, contract.protocol.success), index)


def _mistaken(view: View, exchange: Exchange, defects: Defects) -> str | None:
    """Why the request sent is not the one that was meant, or None."""
    meant = {one for one in view.case.violations if one.parameter != AUTHENTICATION}
    shown = broken_rules(view.contract, view.target, view.sent)
    if shown != meant:
        return f"the request sent shows {_listed(shown)}, and {_listed(meant)} was meant"
    accused = {one.keyword for one in view.case.violations if one.parameter == AUTHENTICATION} - {_REPLAY}
    signed = defects(view.contract, view.target, exchange.request, exchange.sent_at)
    if accused <= signed and (accused or not signed):
        return None
    return f"the signature sent shows {_listed(signed)}, and {_listed(accused)} was meant"


def _listed(names: Iterable[object]) -> str:
    return " and ".join(sorted(map(str, names))) or "no violation"


def _incomplete(view: View) -> str | None:
    if view.reading.reply.truncated:
        return "the reply is longer than what is read of one"
    return "the reply holds more values than are judged of one" if view.reading.excessive else None


def _told(case: Case, views: Sequence[View]) -> Iterator[Judgement]:
    """What the replies say one after the other, and what they say together."""
    # A case that judges this itself: a name that was mangled is no fault of the ranking.
    own = {FOUND, ITSELF} if case.relation in {Relation.FINDS_ITSELF, Relation.TOLD_APART} else set[str]()
    for view in views:
        alone = judge_reply(view.contract, view.target, view.sent, view.reading)
        found = (one for one in alone.findings if one.requirement not in own)
        yield Judgement(alone.exercised - own, tuple(evolve(one, exchange=view.index) for one in found))
        if case.relation is not Relation.LAST_REFUSED or view is views[-1]:
            yield _collected(_of_expected(view))
    yield _collected(check_burst(views) if case.relation is Relation.REFUSED_IN_BURST else check_relation(views))


def _of_expected(view: View) -> Iterator[Remark]:
    """What the outcome says; where replies are compared, success alone exercises nothing."""
    related = view.case.relation is not None and view.reading.kind is Kind.SUCCESS
    yield from (one for one in check_expected(view) if not related or one.finding is not None)


@lru_cache(maxsize=1024)
def judge_reply(contract: Contract, target: Target, sent: Sent, reading: Reading) -> Judgement:
    """What holds for a reply whichever case it belongs to: many share one, so it is looked at once."""
    view = View(contract, target, _NO_CASE, sent, reading)
    found = list(check_text(view))
    if reading.kind is Kind.SUCCESS:
        found += check_success(view)
    elif reading.kind is Kind.REFUSAL:
        found += check_refusal(view)
    return _collected(found)


def _collected(remarks: Iterable[Remark]) -> Judgement:
    """All requirements exercised, and the first few findings of each."""
    told = list(remarks)
    found = _few(one.finding for one in told if one.finding is not None)
    return Judgement(frozenset(one.requirement for one in told), found)


def _few(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first few findings of each requirement and exchange: what is alike says nothing new."""
    kept: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        same = kept.setdefault((finding.requirement, finding.exchange), [])
        if len(same) < _MOST_ALIKE and finding not in same:
            same.append(finding)
    return tuple(finding for same in kept.values() for finding in same)


def _folded(contract: Contract, judgements: Iterable[Judgement]) -> Judgement:
    """All requirements exercised, and the findings of those that the register has."""
    told = list(judgements)
    exercised = frozenset[str]().union(*(one.exercised for one in told))
    found = _few(found for one in told for found in one.findings if found.requirement in contract.requirements)
    return Judgement(exercised.intersection(contract.requirements), found)
