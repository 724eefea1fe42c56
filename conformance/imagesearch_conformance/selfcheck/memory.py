"""What trials of one bench share: most of what is sent, answered and judged is the same in all of them.

Nothing here changes what a trial finds. The same request is sent with the same bytes, so that its reply
can be compared with the one that the reference gave; a case whose exchanges are those of the
reference, byte for byte, has the judgement that it had there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from threading import Lock
from uuid import UUID, uuid5

from attrs import define, field, frozen

from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.checks.judging import Unjudged, judge
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.core import Outcome
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.runner.certification import Build
from imagesearch_conformance.transport.outgoing import Envelope

_NAMESPACE = UUID("0f5f5d1a-6a0e-4b0e-9d86-3c1d0d6a5b42")

#: Surveys of most subjects are alike, and so are their cases.
_KINDS = 16

#: A request, and how many equal ones there were up to it.
_Received = tuple[WireRequest, int] | None

#: The requests and replies of a case.
_Conversation = tuple[tuple[WireRequest, WireReply], ...]


@frozen
class _Remembered:
    """What the reference's conversation about a case was judged to be."""

    case: Case
    target: Target
    conversation: _Conversation
    judged: Judgement | Unjudged


@define
class Memory:
    """What was sealed and made in earlier trials, and what was decided and judged while it was `learning`."""

    sealed: dict[tuple[Probe, int, str | None], tuple[WireRequest, str]] = field(factory=dict, init=False)
    build: Build = field(factory=lambda: lru_cache(_KINDS)(build), init=False)
    ids: dict[_Received, str] = field(factory=dict, init=False)
    outcomes: dict[_Received, Outcome] = field(factory=dict, init=False)
    learning: bool = False
    _target: Target | None = field(default=None, init=False)
    _judged: dict[str, _Remembered] = field(factory=dict, init=False)

    def target(self, described: Target) -> Target:
        """The target as it was described first, if it is the same: what is identical is compared at once."""
        self._target = self._target if self._target == described else described
        return self._target

    def judge(
        self, contract: Contract, target: Target, case: Case, exchanges: Sequence[Exchange]
    ) -> Judgement | Unjudged:
        """The judgement of a case: the one known, where nothing is different."""
        if case.burst is not None:
            # How long it took counts as well.
            return judge(contract, target, case, exchanges)
        conversation = tuple((one.request, one.reply) for one in exchanges)
        known = self._judged.get(case.id)
        if known is not None and (known.conversation, known.case, known.target) == (conversation, case, target):
            return known.judged
        judged = judge(contract, target, case, exchanges)
        if self.learning:
            self._judged[case.id] = _Remembered(case, target, conversation, judged)
        return judged


@frozen
class SameEnvelope(Envelope):
    """Gives the same request the same bytes in every trial: date and nonce depend on nothing but what is asked."""

    memory: Memory
    moment: datetime
    _asked: Counter[Probe] = field(factory=Counter, init=False)
    _nonces: dict[str, str] = field(factory=dict, init=False)
    _lock: Lock = field(factory=Lock, init=False, eq=False, repr=False)

    def outgoing(self, probe: Probe, now: datetime, nonce: str) -> WireRequest:  # noqa: ARG002 the date stands still
        """The signed request of a probe; the same nonce again gives what the first request had."""
        # Bursts ask from several threads; no two requests may have the same place, nor the same nonce.
        with self._lock:
            return self._sealed(probe, nonce)

    def _sealed(self, probe: Probe, nonce: str) -> WireRequest:
        place, earlier = self._asked[probe], self._nonces.get(nonce)
        self._asked[probe] += 1
        key = probe, place, earlier
        if key not in self.memory.sealed:
            own = earlier or f"nonce-{len(self.memory.sealed)}"
            self.memory.sealed[key] = super().outgoing(probe, self.moment, own), own
        request, self._nonces[nonce] = self.memory.sealed[key]
        return request


@define
class Desk:
    """Notes what an emulator receives: its ids are the same in every trial, and so are outcomes where they may be.

    With `recalling`, a request that the reference decided is not decided again.
    """

    memory: Memory
    recalling: bool
    _received: Counter[WireRequest] = field(factory=Counter, init=False)
    _last: tuple[WireRequest, int] | None = field(default=None, init=False)
    _lock: Lock = field(factory=Lock, init=False, eq=False, repr=False)

    def served(self, request: WireRequest, answer: Callable[[WireRequest], WireReply]) -> WireReply:
        """The reply to a request, which is the last one until it is answered: bursts come from several threads."""
        with self._lock:
            self._received[request] += 1
            self._last = request, self._received[request]
            return answer(request)

    def id(self) -> str:
        """The id for the request that came last: upper-case, like those of the service."""
        if self._last not in self.memory.ids:
            self.memory.ids[self._last] = str(uuid5(_NAMESPACE, str(len(self.memory.ids)))).upper()
        return self.memory.ids[self._last]

    def outcome(self, _request: WireRequest, decide: Callable[[], Outcome]) -> Outcome:
        """What comes of the request that came last."""
        known = self.memory.outcomes.get(self._last) if self.recalling else None
        if known is not None:
            return known
        decided = decide()
        if self.memory.learning:
            self.memory.outcomes[self._last] = decided
        return decided
