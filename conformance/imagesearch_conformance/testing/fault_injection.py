"""What the emulator of a test is told to do: faults that are in force, faults that pass, and slowness."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from difflib import get_close_matches
from threading import Lock
from types import TracebackType
from typing import Self

from attrs import define, field

from imagesearch_conformance.errors import InvalidInput


@define(eq=False)
class ActiveFault:
    """A fault that lasts to the end of the test, or of the `with` statement that it is used in."""

    code: str
    _on_end: Callable[[ActiveFault], None]

    def end(self) -> None:
        """Ends the fault; whatever was in force before it is again."""
        self._on_end(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


@define(eq=False)
class FaultInjector:
    """What a test asked for; thread-safe. `codes` are those that the contract has."""

    error_codes: frozenset[str]
    latency: float = 0.0
    _active_faults: list[ActiveFault] = field(factory=list, init=False)
    _one_time_codes: deque[str] = field(factory=deque, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def add_fault(self, code: str) -> ActiveFault:
        """Every request is answered with a code from now on; raises BadInput for one that no table has."""
        ordered = ActiveFault(self._check_code(code), self._remove)
        with self._lock:
            self._active_faults.append(ordered)
        return ordered

    def add_one_time_fault(self, code: str, times: int) -> None:
        """The next requests are answered with a code; raises BadInput."""
        if times < 1:
            raise InvalidInput(f"a fault happens once or more often, not {times} times", "fault_once")
        with self._lock:
            self._one_time_codes.extend([self._check_code(code)] * times)

    def set_latency(self, seconds: float) -> None:
        """Every reply takes so long from now on; raises BadInput for less than no time."""
        if not seconds >= 0:
            raise InvalidInput(f"a reply takes no time or some, not {seconds} seconds", "latency")
        self.latency = float(seconds)

    def next_code(self) -> str | None:
        """The code that answers the request that is there now, or None."""
        with self._lock:
            if self._one_time_codes:
                return self._one_time_codes.popleft()
            return self._active_faults[-1].code if self._active_faults else None

    def _remove(self, fault: ActiveFault) -> None:
        with self._lock:
            if fault in self._active_faults:
                self._active_faults.remove(fault)

    def _check_code(self, code: str) -> str:
        if code in self.error_codes:
            return code
        near = get_close_matches(code, sorted(self.error_codes), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`imagesearch-conformance explain CODE` knows them all"
        raise InvalidInput(f"no error code is called {code!r}", "fault", hint)
