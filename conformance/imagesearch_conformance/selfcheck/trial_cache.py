"""Cache that the trials of one runner share: most requests, responses and judgements are the same in all of them.

The cache changes no result. The same request is encoded to the same bytes and gets the same request id, so that its
response can be compared with that of the reference. A case with the exchanges of the reference, byte for byte, has
the judgement that it had there; this halves the time of a self-check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from uuid import UUID, uuid5

from attrs import define, field, frozen

from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.transport.request_encoder import RequestEncoder

_NAMESPACE = UUID("0f5f5d1a-6a0e-4b0e-9d86-3c1d0d6a5b42")

#: A request, and the number of equal ones up to it.
_RequestKey = tuple[WireRequest, int] | None

_CaseExchanges = tuple[tuple[WireRequest, WireResponse], ...]


@frozen
class _CachedJudgement:
    """Judgement of a case with the reference."""

    case: Case
    target: Target
    exchanges: _CaseExchanges
    judgement: Judgement | NotJudged


@define
class TrialCache:
    """Requests and request ids of earlier trials, and judgements of trials made with `is_learning`."""

    encoded_requests: dict[tuple[Probe, int, str | None], tuple[WireRequest, str]] = field(factory=dict, init=False)
    request_ids: dict[_RequestKey, str] = field(factory=dict, init=False)
    is_learning: bool = False
    _target: Target | None = field(default=None, init=False)
    _judgements: dict[str, _CachedJudgement] = field(factory=dict, init=False)

    def intern_target(self, target: Target) -> Target:
        """Return the earlier, equal target: identical values compare faster."""
        self._target = self._target if self._target == target else target
        return self._target

    def judge(
        self, contract: Contract, target: Target, case: Case, exchanges: Sequence[Exchange]
    ) -> Judgement | NotJudged:
        """Return the judgement of a case, the cached one if nothing differs."""
        if case.burst_size is not None:
            # The judgement of a burst depends on its duration too.
            return judge(contract, target, case, exchanges)
        pairs = tuple((exchange.request, exchange.response) for exchange in exchanges)
        cached = self._judgements.get(case.id)
        if cached is not None and (cached.exchanges, cached.case, cached.target) == (pairs, case, target):
            return cached.judgement
        judgement = judge(contract, target, case, exchanges)
        if self.is_learning:
            self._judgements[case.id] = _CachedJudgement(case, target, pairs, judgement)
        return judgement


@frozen
class DeterministicRequestEncoder(RequestEncoder):
    """Encodes the same request to the same bytes in every trial: date and nonce depend on the request alone."""

    cache: TrialCache
    time: datetime
    _probe_counts: Counter[Probe] = field(factory=Counter, init=False)
    _encoded_nonces: dict[str, str] = field(factory=dict, init=False)
    _lock: Lock = field(factory=Lock, init=False, eq=False, repr=False)

    def encode(self, probe: Probe, now: datetime, nonce: str) -> WireRequest:  # noqa: ARG002 the date is fixed
        """Return the signed request of a probe; a nonce that was given before gets the one encoded then."""
        # Bursts send from several threads; no two requests may get the same count or nonce.
        with self._lock:
            return self._encode_cached(probe, nonce)

    def _encode_cached(self, probe: Probe, nonce: str) -> WireRequest:
        count, earlier_nonce = self._probe_counts[probe], self._encoded_nonces.get(nonce)
        self._probe_counts[probe] += 1
        key = probe, count, earlier_nonce
        if key not in self.cache.encoded_requests:
            encoded_nonce = earlier_nonce or f"nonce-{len(self.cache.encoded_requests)}"
            request = super().encode(probe, self.time, encoded_nonce)
            self.cache.encoded_requests[key] = request, encoded_nonce
        request, self._encoded_nonces[nonce] = self.cache.encoded_requests[key]
        return request


@define
class RequestIdSource:
    """Gives the same request the same id in every trial."""

    cache: TrialCache
    _request_counts: Counter[WireRequest] = field(factory=Counter, init=False)
    _last_request: _RequestKey = field(default=None, init=False)
    _lock: Lock = field(factory=Lock, init=False, eq=False, repr=False)

    def handle(self, request: WireRequest, handler: Callable[[WireRequest], WireResponse]) -> WireResponse:
        """Return the response to a request, one at a time: bursts send from several threads."""
        with self._lock:
            self._request_counts[request] += 1
            self._last_request = request, self._request_counts[request]
            return handler(request)

    def request_id(self) -> str:
        """Return the id for the request being handled, in upper case like the ids of the service."""
        ids = self.cache.request_ids
        if self._last_request not in ids:
            ids[self._last_request] = str(uuid5(_NAMESPACE, str(len(ids)))).upper()
        return ids[self._last_request]
