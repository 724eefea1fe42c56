"""One scenario for clients as a test has it, and the rehearsals that tests share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from attrs import define, field

from imagesearch_conformance.model.target import Credentials

if TYPE_CHECKING:
    from imagesearch_conformance.rehearsal import Make, Rehearsal  # heavy, and wanted by scenarios only


@define(eq=False)
class ClientScenario:
    """One thing that a client is asked to do, with what it may send and hand back."""

    id: str
    title: str
    _place: Rehearsals
    _of: Hashable

    def check(self, make: Make) -> None:
        """Plays the scenario with the client that `make(endpoint, key)` gives.

        The client is a callable that takes the parameters by their wire names and returns the body of the reply, or
        status and body. Raises AssertionError that explains what departed.
        """
        __tracebackhide__ = True  # pytest shows the test, not this
        self._place.rehearsal(self._of, make).check(self.id)


@define(eq=False)
class Rehearsals:
    """One rehearsal for each test function: the nonces of all its scenarios are compared."""

    document: str | None = None
    _made: dict[Hashable, tuple[Rehearsal, _Current]] = field(factory=dict, init=False)
    _open: ExitStack = field(factory=ExitStack, init=False)

    def rehearsal(self, of: Hashable, make: Make) -> Rehearsal:
        """The rehearsal of a test function, playing with the client that is made here."""
        if of not in self._made:
            from imagesearch_conformance.rehearsal import Rehearsal  # noqa: PLC0415 heavy

            current = _Current(make)
            opened = self._open.enter_context(Rehearsal(current.opened, document=self.document))
            self._made[of] = (opened, current)
        rehearsal, current = self._made[of]
        current.playing(make)
        return rehearsal

    def close(self) -> None:
        """Ends all rehearsals."""
        self._open.close()


@define(eq=False)
class _Current:
    """The client that is playing: tests may make it anew for each scenario, since theirs is a new closure."""

    make: Make
    _where: tuple[str, Credentials] | None = field(default=None, init=False)
    _client: Callable[[Any], Any] | None = field(default=None, init=False)

    def opened(self, endpoint: str, key: Credentials) -> Callable[[Any], Any]:
        """Stands for the client in the rehearsal."""
        self._where = (endpoint, key)
        return self._search

    def playing(self, make: Make) -> None:
        """Takes the client of this maker from now on."""
        if self._where is not None and (self._client is None or make is not self.make):
            self.make, self._client = make, make(*self._where)

    def _search(self, parameters: Any) -> Any:
        if self._client is None:
            raise RuntimeError("no client was made")
        return self._client(parameters)
