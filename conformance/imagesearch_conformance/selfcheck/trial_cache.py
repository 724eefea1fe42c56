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

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.core import OperationResult
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.runner.endpoint_session import BuildCases
from imagesearch_conformance.transport.request_encoder import RequestEncoder

_NAMESPACE = UUID("0f5f5d1a-6a0e-4b0e-9d86-3c1d0d6a5b42")

#: Surveys of most subjects are alike, and so are their cases.
_MAX_CACHED_BUILDS = 16

#: A request, and how many equal ones there were up to it.
_RequestKey = tuple[WireRequest, int] | None

#: The requests and replies of a case.
_CaseExchanges = tuple[tuple[WireRequest, WireResponse], ...]


@frozen
class _CachedJudgement:
    """What the reference's conversation about a case was judged to be."""

    case: Case
    target: Target
    exchanges: _CaseExchanges
    judgement: Judgement | NotJudged


@define
class TrialCache:
    """What was sealed and made in earlier trials, and what was decided and judged while it was `learning`."""

    encoded_requests: dict[tuple[Probe, int, str | None], tuple[WireRequest, str]] = field(factory=dict, init=False)
    build_cases: BuildCases = field(factory=lambda: lru_cache(_MAX_CACHED_BUILDS)(build_cases), init=False)
    request_ids: dict[_RequestKey, str] = field(factory=dict, init=False)
    outcomes: dict[_RequestKey, OperationResult] = field(factory=dict, init=False)
    is_learning: bool = False
    _target: Target | None = field(default=None, init=False)
    _judgements: dict[str, _CachedJudgement] = field(factory=dict, init=False)

    def intern_target(self, target: Target) -> Target:
        """The target as it was described first, if it is the same: what is identical is compared at once."""
        self._target = self._target if self._target == target else target
        return self._target

    def judge(
        self, contract: Contract, target: Target, case: Case, exchanges: Sequence[Exchange]
    ) -> Judgement | NotJudged:
        """The judgement of a case: the one known, where nothing is different."""
        if case.burst_size is not None:
            # How long it took counts as well.
            return judge(contract, target, case, exchanges)
        conversation = tuple((one.request, one.response) for one in exchanges)
        known = self._judgements.get(case.id)
        if known is not None and (known.exchanges, known.case, known.target) == (conversation, case, target):
            return known.judgement
        judged = judge(contract, target, case, exchanges)
        if self.is_learning:
            self._judgements[case.id] = _CachedJudgement(case, target, conversation, judged)
        return judged


@frozen
class DeterministicRequestEncoder(RequestEncoder):
    """Gives the same request the same bytes in every trial: date and nonce depend on nothing but what is asked."""

    cache: TrialCache
    time: datetime
    _probe_counts: Counter[Probe] = field(factory=Counter, init=False)
    _encoded_nonces: dict[str, str] = field(factory=dict, init=False)
    _lock: Lock = field(factory=Lock, init=False, eq=False, repr=False)

    def encode(self, probe: Probe, now: datetime, nonce: str) -> WireRequest:  # noqa: ARG002 the date stands still
        """The signed request of a probe; the same nonce again gives what the first request had."""
        # Bursts ask from several threads; no two requests may have the same place, nor the same nonce.
        with self._lock:
            return self._encode_cached(probe, nonce)

    def _encode_cached(self, probe: Probe, nonce: str) -> WireRequest:
        place, earlier = self._probe_counts[probe], self._encoded_nonces.get(nonce)
        self._probe_counts[probe] += 1
        key = probe, place, earlier
        if key not in self.cache.encoded_requests:
            own = earlier or f"nonce-{len(self.cache.encoded_requests)}"
            self.cache.encoded_requests[key] = super().encode(probe, self.time, own), own
        request, self._encoded_nonces[nonce] = self.cache.encoded_requests[key]
        return request


@define
class CachingResponder:
    """Notes what an emulator receives: its ids are the same in every trial, and so are outcomes where they may be.

    With `recalling`, a request that the reference decided is not decided again.
    """

    cache: TrialCache
    reuse_outcomes: bool
    _request_counts: Counter[WireRequest] = field(factory=Counter, init=False)
    _last_request: tuple[WireRequest, int] | None = field(default=None, init=False)
    _lock: Lock = field(factory=Lock, init=False, eq=False, repr=False)

    def handle(self, request: WireRequest, handler: Callable[[WireRequest], WireResponse]) -> WireResponse:
        """The reply to a request, which is the last one until it is answered: bursts come from several threads."""
        with self._lock:
            self._request_counts[request] += 1
            self._last_request = request, self._request_counts[request]
            return handler(request)

    def request_id(self) -> str:
        """The id for the request that came last: upper-case, like those of the service."""
        if self._last_request not in self.cache.request_ids:
            self.cache.request_ids[self._last_request] = str(
                uuid5(_NAMESPACE, str(len(self.cache.request_ids)))
            ).upper()
        return self.cache.request_ids[self._last_request]

    def cached_outcome(self, _request: WireRequest, decide: Callable[[], OperationResult]) -> OperationResult:
        """What comes of the request that came last."""
        known = self.cache.outcomes.get(self._last_request) if self.reuse_outcomes else None
        if known is not None:
            return known
        decided = decide()
        if self.cache.is_learning:
            self.cache.outcomes[self._last_request] = decided
        return decided
