"""The exchanges of cases as a report holds them: a body that several cases share is written once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import define, field

from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.exchange import Exchange

#: The names under which a reply's body is stored.
BODIES = ("body", "bodyBase64")

#: A shorter body is no longer than a reference to it.
_WORTH_SHARING = 200

#: Names the exchanges before which an exchange may stand again: those of a case, of an example, or a denial.
Place = dict[str, Any]


@define
class Evidence:
    """Writes exchanges, and remembers how each is written where it stands again.

    `address` tells where a request came to, `defects` what is wrong with its signature: once it is redacted nobody can
    see it.
    """

    redactor: Redactor
    address: Callable[[Exchange], str]
    defects: Callable[[Exchange], frozenset[str]]
    _written: dict[int, dict[str, Any]] = field(factory=dict, init=False)

    def of_case(self, case_id: str, exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
        """The exchanges of one case, in the shape of the report's schema."""
        return self.of({"case": case_id}, exchanges)

    def of(self, place: Place, exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
        """The exchanges that stand at a place."""
        return [self._exchange(one, place | {"exchange": index}) for index, one in enumerate(exchanges)]

    def _exchange(self, exchange: Exchange, place: Place) -> dict[str, Any]:
        if again := self._written.get(id(exchange)):
            return again
        written = self.redactor.exchange(exchange, self.address(exchange))
        if defects := self.defects(exchange):
            written |= {"signatureDefects": sorted(defects)}
        self._written[id(exchange)] = _without_body(written, place) | {"again": place}
        return written


def _without_body(written: dict[str, Any], place: Place) -> dict[str, Any]:
    """The exchange with a reference in place of its body, where that is shorter."""
    body = next(name for name in BODIES if name in written["response"])
    if len(written["response"][body]) < _WORTH_SHARING:
        return written
    response = {name: value for name, value in written["response"].items() if name != body}
    return written | {"response": response | {"bodyOf": place}}
