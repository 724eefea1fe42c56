"""A named defect: small functions that take hold at fixed places of the way from request to reply."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, MutableMapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.refusals import Refusal
from imagesearch_conformance.emulator.roles import Roles
from imagesearch_conformance.emulator.search import Found, Query
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.signing.encoding import Pairs

T = TypeVar("T")


@frozen
class Circumstances:
    """What a hook may look at: the request as received, and how many came before it.

    `memory` lasts as long as the emulator, for defects of caches; the keys of each hook are its own.
    """

    contract: Contract
    roles: Roles
    store: Store
    request: WireRequest
    serial: int
    memory: MutableMapping[Hashable, Any]

    def turn(self, key: Hashable) -> int:
        """How often this was asked so far for a key, this time included."""
        times: int = self.memory.get(key, 0) + 1
        self.memory[key] = times
        return times


class Hook(Protocol[T]):
    """Changes one thing on its way, or hands it on as it is."""

    def __call__(self, value: T, about: Circumstances, /) -> T:
        """The value to go on with; documents may be changed in place."""


def unchanged(value: T, _about: Circumstances) -> T:
    """The hook that does nothing."""
    return value


def _as_given(value: T) -> T:
    return value


def _anywhere(_contract: Contract) -> bool:
    return True


def _nothing(_violation: Violation) -> bool:
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
    breaks: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()
    applies: Callable[[Contract], bool] = _anywhere
    settings: Callable[[EmulatorSettings], EmulatorSettings] = _as_given
    tolerance: Callable[[timedelta], timedelta] = _as_given
    overlooks: Callable[[Violation], bool] = _nothing
    received: Hook[WireRequest] = unchanged
    given: Hook[Pairs] = unchanged
    query: Hook[Query] = unchanged
    found: Hook[Found] = unchanged
    refusal: Hook[Refusal] = unchanged
    success: Hook[Document] = unchanged
    failure: Hook[Document] = unchanged
    reply: Hook[WireReply] = unchanged

    @property
    def late(self) -> bool:
        """Whether everything goes its right way until the outcome of a request is known."""
        early = (self.settings, self.tolerance, self.overlooks, self.received, self.given, self.query, self.found)
        return early == (_as_given, _as_given, _nothing, unchanged, unchanged, unchanged, unchanged)

    def trips(self, requirements: Iterable[str]) -> frozenset[str]:
        """Those of the requirements that go off in every run against the defect."""
        return _fitting((*self.breaks, *self.besides), requirements)

    def may_trip(self, requirements: Iterable[str]) -> frozenset[str]:
        """Those and the ones that go off in some runs: no others ever do."""
        return _fitting((*self.breaks, *self.besides, *self.sometimes), requirements)


def _fitting(patterns: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    wanted = tuple(patterns)
    return frozenset(one for one in names if any(fnmatchcase(one, pattern) for pattern in wanted))


Faults = tuple[Fault, ...]


def through(hooks: Iterable[Hook[T]], value: T, about: Circumstances) -> T:
    """The value after all hooks, in their order."""
    for hook in hooks:
        value = hook(value, about)
    return value
