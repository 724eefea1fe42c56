"""What the emulator of a test is told to do: faults that are in force, faults that pass, and slowness."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from difflib import get_close_matches
from threading import Lock
from types import TracebackType
from typing import Self

from attrs import define, field

from imagesearch_conformance.errors import BadInput


@define(eq=False)
class FaultInForce:
    """A fault that lasts to the end of the test, or of the `with` statement that it is used in."""

    code: str
    _end: Callable[[FaultInForce], None]

    def end(self) -> None:
        """Ends the fault; whatever was in force before it is again."""
        self._end(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


@define(eq=False)
class Orders:
    """What a test asked for; thread-safe. `codes` are those that the contract has."""

    codes: frozenset[str]
    latency: float = 0.0
    _lasting: list[FaultInForce] = field(factory=list, init=False)
    _passing: deque[str] = field(factory=deque, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def fault(self, code: str) -> FaultInForce:
        """Every request is answered with a code from now on; raises BadInput for one that no table has."""
        ordered = FaultInForce(self._known(code), self._ended)
        with self._lock:
            self._lasting.append(ordered)
        return ordered

    def fault_once(self, code: str, times: int) -> None:
        """The next requests are answered with a code; raises BadInput."""
        if times < 1:
            raise BadInput(f"a fault happens once or more often, not {times} times", "fault_once")
        with self._lock:
            self._passing.extend([self._known(code)] * times)

    def delay(self, seconds: float) -> None:
        """Every reply takes so long from now on; raises BadInput for less than no time."""
        if not seconds >= 0:
            raise BadInput(f"a reply takes no time or some, not {seconds} seconds", "latency")
        self.latency = float(seconds)

    def due(self) -> str | None:
        """The code that answers the request that is there now, or None."""
        with self._lock:
            if self._passing:
                return self._passing.popleft()
            return self._lasting[-1].code if self._lasting else None

    def _ended(self, fault: FaultInForce) -> None:
        with self._lock:
            if fault in self._lasting:
                self._lasting.remove(fault)

    def _known(self, code: str) -> str:
        if code in self.codes:
            return code
        near = get_close_matches(code, sorted(self.codes), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`imagesearch-conformance explain CODE` knows them all"
        raise BadInput(f"no error code is called {code!r}", "fault", hint)
