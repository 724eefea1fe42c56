"""Search for failing examples with Hypothesis, and their simplification towards the minimal request."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import SkipTest

from attrs import define, evolve, field
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase
from hypothesis.errors import Flaky, Unsatisfiable

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.filters.ast import AttributeCondition, Condition, MembershipNode, render
from imagesearch_conformance.oracle.filter_status import parse_filter
from imagesearch_conformance.oracle.oracle import WireParameters

#: Returns the name of the failure of an example, or None.
ParameterStrategy = st.SearchStrategy[WireParameters]
FailureCheck = Callable[[WireParameters], str | None]

#: More turns than a search has, so that different seeds never share a run seed.
_MAX_TURNS = 1_000_000


class SearchStopped(BaseException):
    """Raised by a failure check to stop a search at once."""


class _ExampleFailed(Exception):
    """A failing example; each failure has a subclass of its own, by which Hypothesis distinguishes failures."""


@define
class ExampleSearch:
    """A search through one source of examples.

    `failure_check` has to be deterministic. `database_directory` is the directory of the example database, if any.
    """

    strategy: ParameterStrategy
    failure_check: FailureCheck
    database_key: str
    seed: int
    max_examples: int
    database_directory: Path | None = None
    _failure_types: dict[str, type[_ExampleFailed]] = field(factory=dict, init=False)

    def replay_failures(self) -> None:
        """Retry the failures of earlier runs; raise SearchStopped when the check does."""
        if self.database_directory is not None:
            self._execute((Phase.reuse,), self.seed)

    def find_failure(self, turn: int) -> None:
        """Generate examples until one fails, and shrink it; raise SearchStopped when the check does."""
        self._execute((Phase.generate, Phase.shrink), self.seed * _MAX_TURNS + turn)

    def _execute(self, phases: tuple[Phase, ...], run_seed: int) -> None:
        database = None
        if self.database_directory is not None:
            database = _NamespacedDatabase(self.database_directory, self.database_key)
        apply_settings = self._settings(phases, database)

        def check_example(example: WireParameters) -> None:
            try:
                name = self.failure_check(example)
            except BaseException:
                # Hypothesis saves the example at which it was interrupted, although that one does not fail.
                if database is not None:
                    database.closed = True
                raise
            if name is not None:
                raise self._failure(name)

        # Warnings of Hypothesis are for developers of strategies, not for users of a run.
        with warnings.catch_warnings(), _suppress_failures():
            warnings.simplefilter("ignore")
            # The order matters: a seed that is applied last disables the database.
            apply_settings(seed(run_seed)(given(self.strategy)(check_example)))()

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
        failure_type = self._failure_types.setdefault(name, type("ExampleFailed", (_ExampleFailed,), {}))
        return failure_type(name)


@contextmanager
def _suppress_failures() -> Iterator[None]:
    """Suppress the exceptions that Hypothesis raises for failures: the check has seen each of them."""
    try:
        yield
    except (_ExampleFailed, Flaky, Unsatisfiable, SkipTest):
        # Hypothesis skips a search without examples, as when there are no failures of earlier runs.
        return
    except ExceptionGroup as group:
        _, others = group.split(_ExampleFailed)
        if others is not None:
            raise others from None


class _NamespacedDatabase(ExampleDatabase):
    """The part of an example database for one source and one target; a closed one does not save."""

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


#: Integers with more digits are not simplified as numbers.
_MAX_DIGITS = 18


def simpler_requests(
    contract: Contract, minimal: WireParameters, parameters: WireParameters
) -> Iterator[WireParameters]:
    """Yield requests that are one step closer to the minimal request, the simplest first."""
    names = [name for name in {**minimal, **parameters} if parameters.get(name) != minimal.get(name)]
    for name in names:
        yield _with_parameter(parameters, name, minimal.get(name))
    for parameter in contract.parameters:
        if parameter.name in names and parameter.name in parameters:
            for text in _simpler_values(contract, parameter, parameters[parameter.name]):
                yield _with_parameter(parameters, parameter.name, text)


def _with_parameter(parameters: WireParameters, name: str, new_value: str | None) -> WireParameters:
    rest = {other: value for other, value in parameters.items() if other != name}
    return rest if new_value is None else {**rest, name: new_value}


def _simpler_values(contract: Contract, parameter: Parameter, text: str) -> Iterator[str]:
    condition = parse_filter(contract, text) if parameter.is_filter else None
    if condition is not None:
        yield from map(render, _simpler_conditions(condition))
    elif parameter.is_integer and text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
        minimum, value = parameter.minimum or 0, int(text)
        smaller = (minimum, (minimum + value) // 2, value - (value - minimum) // 4, value - 1)
        yield from (str(candidate) for candidate in dict.fromkeys(smaller) if minimum <= candidate < value)
    else:
        half = len(text) // 2
        yield from (part for part in (text[:half], text[half:], text[:-1]) if len(part) < len(text))


def _simpler_conditions(condition: Condition) -> Iterator[Condition]:
    """Yield the condition without one of its parts."""
    if isinstance(condition, MembershipNode):
        operands, count = condition.operands, len(condition.operands)
        halves = [operands[: count // 2], operands[count // 2 :]]
        rest = [operands[:index] + operands[index + 1 :] for index in range(count)]
        yield from (evolve(condition, operands=part) for part in (*halves, *rest) if part and part != operands)
    if isinstance(condition, AttributeCondition):
        return
    join = type(condition)
    yield from (condition.left, condition.right)
    yield from (join(part, condition.right) for part in _simpler_conditions(condition.left))
    yield from (join(condition.left, part) for part in _simpler_conditions(condition.right))
