"""Looks for examples that depart from something, and makes them small: Hypothesis does both."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import SkipTest

from attrs import define, field
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase
from hypothesis.errors import Flaky, Unsatisfiable

from imagesearch_conformance.cases.fuzz.wire import Wire

#: What makes parameters, and what names that they depart from.
Strategy = st.SearchStrategy[Wire]
Departure = Callable[[Wire], str | None]

#: More than a search has turns, so that no two of different seeds are alike.
_TURNS = 1_000_000


class Over(BaseException):
    """Ends a search at once, whatever it is about to do."""


class _Departed(Exception):
    """An example departs; a class of its own for each name, since Hypothesis tells failures apart by that."""


@define
class Search:
    """One search through one source.

    `departure` names what an example departs from, or is None; the same example always gives the
    same name. `kept` is the directory of the example database.
    """

    strategy: Strategy
    departure: Departure
    key: str
    seed: int
    examples: int
    kept: Path | None = None
    _kinds: dict[str, type[_Departed]] = field(factory=dict, init=False)

    def again(self) -> None:
        """Tries the failures of earlier runs; raises Over when `departure` does."""
        if self.kept is not None:
            self._run((Phase.reuse,), self.seed)

    def anew(self, turn: int) -> None:
        """Generates examples until one fails, and makes that small; raises Over when `departure` does."""
        self._run((Phase.generate, Phase.shrink), self.seed * _TURNS + turn)

    def _run(self, phases: tuple[Phase, ...], chance: int) -> None:
        drawer = None if self.kept is None else _Drawer(self.kept, self.key)
        quiet = self._quiet(phases, drawer)

        def examined(example: Wire) -> None:
            try:
                name = self.departure(example)
            except BaseException:
                # Hypothesis keeps whatever it was interrupted at, and that departs from nothing.
                if drawer is not None:
                    drawer.closed = True
                raise
            if name is not None:
                raise self._kind(name)

        # What Hypothesis would tell a programmer is not for the user of a run.
        with warnings.catch_warnings(), _departures_told():
            warnings.simplefilter("ignore")
            # In this order: a seed that is set last turns the database off.
            quiet(seed(chance)(given(self.strategy)(examined)))()

    def _quiet(self, phases: tuple[Phase, ...], drawer: _Drawer | None) -> settings:
        return settings(
            max_examples=self.examples,
            phases=phases,
            database=drawer,
            deadline=None,
            derandomize=False,
            print_blob=False,
            report_multiple_bugs=Phase.reuse in phases,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )

    def _kind(self, name: str) -> _Departed:
        kind = self._kinds.setdefault(name, type("Departed", (_Departed,), {}))
        return kind(name)


@contextmanager
def _departures_told() -> Iterator[None]:
    """Ends what Hypothesis raises for departures: whoever searches was told of each while it went."""
    try:
        yield
    except (_Departed, Flaky, Unsatisfiable, SkipTest):
        # Skipped is what had nothing to try: no failures of earlier runs.
        return
    except ExceptionGroup as several:
        _, further = several.split(_Departed)
        if further is not None:
            raise further from None


class _Drawer(ExampleDatabase):
    """A part of an example database: what one source found out about one target; nothing enters a closed one."""

    def __init__(self, directory: Path, name: str) -> None:
        super().__init__()
        self.closed = False
        self._whole, self._name = DirectoryBasedExampleDatabase(directory), name

    def save(self, key: bytes, value: bytes) -> None:
        if not self.closed:
            self._whole.save(self._own(key), value)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        return self._whole.fetch(self._own(key))

    def delete(self, key: bytes, value: bytes) -> None:
        self._whole.delete(self._own(key), value)

    def _own(self, key: bytes) -> bytes:
        return hashlib.sha256(self._name.encode() + b"\0" + key).digest()[:16]
