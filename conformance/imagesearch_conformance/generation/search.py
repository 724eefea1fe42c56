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

from imagesearch_conformance.generation.form_encoding import WireParameters

#: What makes parameters, and what names that they depart from.
ParameterStrategy = st.SearchStrategy[WireParameters]
FailureCheck = Callable[[WireParameters], str | None]

#: More than a search has turns, so that no two of different seeds are alike.
_MAX_TURNS = 1_000_000


class SearchStopped(BaseException):
    """Ends a search at once, whatever it is about to do."""


class _ExampleFailed(Exception):
    """An example departs; a class of its own for each name, since Hypothesis tells failures apart by that."""


@define
class ExampleSearch:
    """One search through one source.

    `departure` names what an example departs from, or is None; the same example always gives the
    same name. `kept` is the directory of the example database.
    """

    strategy: ParameterStrategy
    failure_check: FailureCheck
    database_key: str
    seed: int
    max_examples: int
    database_directory: Path | None = None
    _failure_types: dict[str, type[_ExampleFailed]] = field(factory=dict, init=False)

    def replay_failures(self) -> None:
        """Tries the failures of earlier runs; raises Over when `departure` does."""
        if self.database_directory is not None:
            self._execute((Phase.reuse,), self.seed)

    def find_failure(self, turn: int) -> None:
        """Generates examples until one fails, and makes that small; raises Over when `departure` does."""
        self._execute((Phase.generate, Phase.shrink), self.seed * _MAX_TURNS + turn)

    def _execute(self, phases: tuple[Phase, ...], run_seed: int) -> None:
        drawer = (
            None if self.database_directory is None else _NamespacedDatabase(self.database_directory, self.database_key)
        )
        quiet = self._settings(phases, drawer)

        def check_example(example: WireParameters) -> None:
            try:
                name = self.failure_check(example)
            except BaseException:
                # Hypothesis keeps whatever it was interrupted at, and that departs from nothing.
                if drawer is not None:
                    drawer.closed = True
                raise
            if name is not None:
                raise self._failure(name)

        # What Hypothesis would tell a programmer is not for the user of a run.
        with warnings.catch_warnings(), _suppress_failures():
            warnings.simplefilter("ignore")
            # In this order: a seed that is set last turns the database off.
            quiet(seed(run_seed)(given(self.strategy)(check_example)))()

    def _settings(self, phases: tuple[Phase, ...], database: _NamespacedDatabase | None) -> settings:
        return settings(
            max_examples=self.max_examples,
            phases=phases,
            database=database,
            deadline=None,
            derandomize=False,
            print_blob=False,
            report_multiple_bugs=Phase.reuse in phases,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )

    def _failure(self, name: str) -> _ExampleFailed:
        kind = self._failure_types.setdefault(name, type("ExampleFailed", (_ExampleFailed,), {}))
        return kind(name)


@contextmanager
def _suppress_failures() -> Iterator[None]:
    """Ends what Hypothesis raises for departures: whoever searches was told of each while it went."""
    try:
        yield
    except (_ExampleFailed, Flaky, Unsatisfiable, SkipTest):
        # Skipped is what had nothing to try: no failures of earlier runs.
        return
    except ExceptionGroup as several:
        _, further = several.split(_ExampleFailed)
        if further is not None:
            raise further from None


class _NamespacedDatabase(ExampleDatabase):
    """A part of an example database: what one source found out about one target; nothing enters a closed one."""

    def __init__(self, directory: Path, namespace: str) -> None:
        super().__init__()
        self.closed = False
        self._database, self._namespace = DirectoryBasedExampleDatabase(directory), namespace

    def save(self, key: bytes, value: bytes) -> None:
        if not self.closed:
            self._database.save(self._namespaced_key(key), value)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        return self._database.fetch(self._namespaced_key(key))

    def delete(self, key: bytes, value: bytes) -> None:
        self._database.delete(self._namespaced_key(key), value)

    def _namespaced_key(self, key: bytes) -> bytes:
        return hashlib.sha256(self._namespace.encode() + b"\0" + key).digest()[:16]
