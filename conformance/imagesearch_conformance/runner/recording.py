"""Judges recorded traffic, as a stream of events like those of a run; nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from attrs import define, evolve, field, frozen

from imagesearch_conformance.checks.run import judge_run
from imagesearch_conformance.clients.scenario import Gated
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import ClientInfo
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Instance, SignatureScheme, Target
from imagesearch_conformance.recordings.calls import Call, Sorting, sorted_out
from imagesearch_conformance.recordings.recorded import Archive, Recording
from imagesearch_conformance.runner.deviations import Look, accepted, day_of
from imagesearch_conformance.runner.events import CaseFinished, Event, Finished, Planned, Record
from imagesearch_conformance.runner.folding import folded
from imagesearch_conformance.runner.picking import Picked, picked
from imagesearch_conformance.runner.recorded import replies, requests
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.signing.presented import present
from imagesearch_conformance.verdicts import CaseResult, Policy

#: What stands for the address of an endpoint where there is none.
_NOWHERE = "unknown"


@frozen
class Source:
    """A recording, its name, and what a profile or the environment says of the endpoint that was called.

    Without a profile it is not known what the endpoint holds; `target` then has the keys at most.
    """

    archive: Archive
    name: str
    target: Target | None
    profiled: bool


@define
class RecordedRun:
    """Judges one side of a recording: the endpoint, or the client with the contract of clients."""

    contract: Contract
    source: Source
    options: Options
    client: bool
    now: Callable[[], datetime]
    clock: Callable[[], float]
    stopped: Callable[[], bool] = lambda: False
    deviations: tuple[Deviation, ...] = ()
    _results: list[CaseResult] = field(factory=list, init=False)
    _trouble: str | None = field(default=None, init=False)

    def events(self) -> Iterator[Event]:
        """One case for each call, and for calls that have to fit together; ends with the record; raises BadInput."""
        started, began = self.now(), self.clock()
        policy = Policy(self.options.level, self.options.strict, accepted(self.deviations, day_of(started)))
        wanted = picked(self.contract, self.options)
        sorting = self._sorting()
        for result in self._judged(sorting, policy, wanted):
            self._results.append(result)
            if self.stopped():
                self._trouble = "judging was interrupted"
                break
        # Which relations there are is known when every call was looked at.
        yield Planned(tuple(one.case for one in self._results), 0)
        yield from map(CaseFinished, self._results)
        yield Finished(self._record(sorting, policy, wanted, started, self.clock() - began))

    def departures(self) -> tuple[str, ...]:
        """The requirements that fail, without anything written: what is said of the other side."""
        policy = Policy(self.options.level, self.options.strict)
        wanted = picked(self.contract, evolve(self.options, select=(), deselect=()))
        found = (one.judgement.findings for one in self._judged(self._sorting(), policy, wanted))
        return tuple(sorted({one.requirement for many in found for one in many if policy.fails(one)}))

    def _sorting(self) -> Sorting | None:
        named = self.source.target.endpoint if self.source.target is not None and self.source.profiled else None
        return sorted_out(self.contract, self.source.archive.entries, named)

    def _judged(self, sorting: Sorting | None, policy: Policy, wanted: Picked) -> Iterator[CaseResult]:
        if sorting is not None:
            judge = requests if self.client else replies
            yield from judge(self.contract, self._asked(sorting), sorting.calls, policy, wanted)

    def _asked(self, sorting: Sorting) -> Target:
        """The target as far as it is known: without a profile nobody says what it holds, or how it is to be signed."""
        known = self.source.target
        if known is not None and self.source.profiled:
            return evolve(known, endpoint=sorting.endpoint)
        keys = None if known is None else known.credentials
        return Target(sorting.endpoint, (), SignatureScheme.V3, credentials=keys)

    def _told(self, sorting: Sorting | None) -> Target:
        """The target for people: what it is called most often stands for what it holds."""
        calls = () if sorting is None else sorting.calls
        known = self.source.target
        endpoint = _NOWHERE if sorting is None else sorting.endpoint
        if known is not None and self.source.profiled:
            return evolve(known, endpoint=known.endpoint if sorting is None else endpoint)
        names = Counter(one.sent.value(self.contract.instance) or "" for one in calls)
        schemes = Counter(getattr(present(one.request), "scheme", SignatureScheme.NONE) for one in calls)
        name = max(names, key=lambda one: names[one], default="")
        scheme = max(schemes, key=lambda one: schemes[one], default=SignatureScheme.NONE)
        keys = None if known is None else known.credentials
        return Target(endpoint, (Instance(name),), scheme, credentials=keys, assumed=True)

    def _record(
        self, sorting: Sorting | None, policy: Policy, wanted: Picked, started: datetime, seconds: float
    ) -> Record:
        results = tuple(self._results)
        trouble = self._trouble or (None if results else "the recording holds no call that can be judged")
        look = Look(
            self.options, day_of(started), (), wanted.unwanted, results, (), self._of_run(sorting), trouble,
            recorded=True,
        )  # fmt: skip
        found = folded(self.contract, policy, look, self.deviations)
        calls = () if sorting is None else sorting.calls
        return Record(
            self.contract, self.options, self._told(sorting), started, seconds, len(calls), self._trouble is None,
            trouble, found.verdict, results, found.requirements, found.judged,
            tuple(one.exchange for one in calls), found.deviations,
            gated=Gated(_sender(calls)) if self.client else None, recording=self._recording(sorting),
        )  # fmt: skip

    def _of_run(self, sorting: Sorting | None) -> Mapping[str, Judgement]:
        """What speaks of all replies together, apart from rates: what else was sent nobody knows."""
        if self.client or sorting is None:
            return {}
        target = self._asked(sorting)
        calm = evolve(target, capabilities=evolve(target.capabilities, throttling_qps=None))
        judged: list[tuple[Case, tuple[Exchange, ...]]] = [(one.case, one.exchanges) for one in self._results]
        return judge_run(self.contract, calm, judged)

    def _recording(self, sorting: Sorting | None) -> Recording:
        archive = self.source.archive
        judged, elsewhere = (0, 0) if sorting is None else (len(sorting.calls), sorting.elsewhere)
        others = len(archive.entries) - judged - elsewhere + archive.cached
        return Recording(
            self.source.name, archive.creator, archive.size, judged, elsewhere, others, len(archive.unreadable),
            archive.repeated,
        )  # fmt: skip


def _sender(calls: Sequence[Call]) -> ClientInfo:
    """What sent most of the requests, as it calls itself."""
    names = Counter(one.request.header("user-agent") or "" for one in calls)
    return ClientInfo(max(names, key=lambda one: names[one], default="") or None)
