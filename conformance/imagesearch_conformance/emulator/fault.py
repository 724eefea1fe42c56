"""A named defect: small functions that take hold at fixed places of the way from request to reply."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, MutableMapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.parameter_roles import ParameterRoles
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.success_body import JsonObject
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing.encoding import Pairs

T = TypeVar("T")


@frozen
class FaultContext:
    """What a hook may look at: the request as received, and how many came before it.

    `memory` lasts as long as the emulator, for defects of caches; the keys of each hook are its own.
    """

    contract: Contract
    roles: ParameterRoles
    store: Store
    request: WireRequest
    request_number: int
    state: MutableMapping[Hashable, Any]

    def increment_count(self, key: Hashable) -> int:
        """How often this was asked so far for a key, this time included."""
        times: int = self.state.get(key, 0) + 1
        self.state[key] = times
        return times


class Hook(Protocol[T]):
    """Changes one thing on its way, or hands it on as it is."""

    def __call__(self, value: T, context: FaultContext, /) -> T:
        """The value to go on with; documents may be changed in place."""


def no_change(value: T, _context: FaultContext) -> T:
    """The hook that does nothing."""
    return value


def _identity(value: T) -> T:
    return value


def _applies_always(_contract: Contract) -> bool:
    return True


def _ignores_nothing(_violation: Violation) -> bool:
    return False


@frozen
class Fault:
    """One defect; each hook that is not given changes nothing.

    `breaks` are the ids of the requirements that the defect breaks, all of which a run notices;
    `besides` those that go off as well although they are not broken, each with its reason in a
    comment; `sometimes` those that it breaks only where requests come in a certain order, as with
    caches. All may hold patterns (`error.*.status`).

    `applies` says whether a contract has what the defect is about. `settings` and `tolerance` (of
    the clock) take effect when the emulator is made. `overlooks` tells the rules whose violation goes
    unnoticed. In order of the way: `received` is the whole request, `given` its parameters as pairs,
    `query` what is searched for, `found` the result, `refusal` the error that answers, `success` and
    `failure` the JSON documents, `reply` the whole reply.
    """

    name: str
    description: str
    violates: tuple[str, ...] = ()
    side_effects: tuple[str, ...] = ()
    order_dependent: tuple[str, ...] = ()
    applies: Callable[[Contract], bool] = _applies_always
    settings: Callable[[EmulatorSettings], EmulatorSettings] = _identity
    tolerance: Callable[[timedelta], timedelta] = _identity
    ignores_violation: Callable[[Violation], bool] = _ignores_nothing
    request: Hook[WireRequest] = no_change
    parameters: Hook[Pairs] = no_change
    query: Hook[Query] = no_change
    result: Hook[SearchResult] = no_change
    error: Hook[ErrorResponse] = no_change
    success_body: Hook[JsonObject] = no_change
    error_body: Hook[JsonObject] = no_change
    response: Hook[WireResponse] = no_change

    def must_fail(self, requirements: Iterable[str]) -> frozenset[str]:
        """Those of the requirements that go off in every run against the defect."""
        return _match_patterns((*self.violates, *self.side_effects), requirements)

    def may_fail(self, requirements: Iterable[str]) -> frozenset[str]:
        """Those and the ones that go off in some runs: no others ever do."""
        return _match_patterns((*self.violates, *self.side_effects, *self.order_dependent), requirements)


def _match_patterns(patterns: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    wanted = tuple(patterns)
    return frozenset(one for one in names if any(fnmatchcase(one, pattern) for pattern in wanted))


Faults = tuple[Fault, ...]


def apply_hooks(hooks: Iterable[Hook[T]], value: T, context: FaultContext) -> T:
    """The value after all hooks, in their order."""
    for hook in hooks:
        value = hook(value, context)
    return value
