"""Named faults: hooks at fixed stages between request and response."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, MutableMapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.parameter_roles import ParameterRoles
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing.encoding import Pairs

T = TypeVar("T")


@frozen
class FaultContext:
    """The context of a hook: the request as received and its number.

    `state` lasts as long as the emulator, for faults of caches; each hook uses keys of its own.
    """

    contract: Contract
    roles: ParameterRoles
    store: Store
    request: WireRequest
    request_number: int
    state: MutableMapping[Hashable, Any]

    def increment_count(self, key: Hashable) -> int:
        """Increment the counter of a key and return it."""
        count: int = self.state.get(key, 0) + 1
        self.state[key] = count
        return count


class Hook(Protocol[T]):
    """Changes a value between request and response, or returns it unchanged."""

    def __call__(self, value: T, context: FaultContext, /) -> T:
        """Return the value to continue with; bodies may be changed in place."""


def no_change(value: T, _context: FaultContext) -> T:
    """Return the value unchanged."""
    return value


def _identity(value: T) -> T:
    return value


def _applies_always(_contract: Contract) -> bool:
    return True


def _ignores_nothing(_violation: Violation) -> bool:
    return False


@frozen
class Fault:
    """A named defect of an endpoint; hooks change nothing by default.

    `description` is one sentence, which users read in `emulate --list-faults`.

    Requirements, as ids or patterns (`error.*.status`):

    - `violates`: violated by the fault; a run detects all of them.
    - `side_effects`: fail as well although the fault does not violate them; a comment gives the reason.
    - `order_dependent`: violated only if requests arrive in a certain order, as with caches.

    `applies` tells whether a contract has the feature concerned. `settings` and `tolerance` (of the clock)
    take effect when the emulator is created. Violations that match `ignores_violation` are not reported.
    The hooks run in this order: `request`, `parameters` (name-value pairs), `query`, `result`, `error`,
    `success_body`, `error_body`, `response`.
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
        """Return the requirements that fail in every run against the fault."""
        return _match_patterns((*self.violates, *self.side_effects), requirements)

    def may_fail(self, requirements: Iterable[str]) -> frozenset[str]:
        """Return the requirements that fail in at least some runs; no others ever fail."""
        return _match_patterns((*self.violates, *self.side_effects, *self.order_dependent), requirements)


def _match_patterns(patterns: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    patterns = tuple(patterns)
    return frozenset(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))


Faults = tuple[Fault, ...]


def apply_hooks(hooks: Iterable[Hook[T]], value: T, context: FaultContext) -> T:
    """Return the value after all hooks, applied in order."""
    for hook in hooks:
        value = hook(value, context)
    return value
