"""The exchanges of cases as a report holds them: a body that several cases share is written once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import define, field

from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.redaction import Redactor

#: The names under which a reply's body is stored.
BODY_KEYS = ("body", "bodyBase64")

#: A shorter body is no longer than a reference to it.
_MIN_SHARED_LENGTH = 200

#: Names the exchanges before which an exchange may stand again: those of a case, of an example, or a denial.
ExchangeRef = dict[str, Any]


@define
class ExchangeWriter:
    """Writes exchanges, and remembers how each is written where it stands again.

    `address` tells where a request came to, `defects` what is wrong with its signature: once it is redacted nobody can
    see it.
    """

    redactor: Redactor
    find_address: Callable[[Exchange], str]
    find_defects: Callable[[Exchange], frozenset[str]]
    _repeat_entries: dict[int, dict[str, Any]] = field(factory=dict, init=False)

    def write_case(self, case_id: str, exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
        """The exchanges of one case, in the shape of the report's schema."""
        return self.write_exchanges({"case": case_id}, exchanges)

    def write_exchanges(self, owner: ExchangeRef, exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
        """The exchanges that stand at a place."""
        return [self._write_exchange(one, owner | {"exchange": index}) for index, one in enumerate(exchanges)]

    def _write_exchange(self, exchange: Exchange, ref: ExchangeRef) -> dict[str, Any]:
        if again := self._repeat_entries.get(id(exchange)):
            return again
        written = self.redactor.serialize_exchange(exchange, self.find_address(exchange))
        if defects := self.find_defects(exchange):
            written |= {"signatureDefects": sorted(defects)}
        self._repeat_entries[id(exchange)] = _replace_body(written, ref) | {"again": ref}
        return written


def _replace_body(entry: dict[str, Any], ref: ExchangeRef) -> dict[str, Any]:
    """The exchange with a reference in place of its body, where that is shorter."""
    body = next(name for name in BODY_KEYS if name in entry["response"])
    if len(entry["response"][body]) < _MIN_SHARED_LENGTH:
        return entry
    response = {name: value for name, value in entry["response"].items() if name != body}
    return entry | {"response": response | {"bodyOf": ref}}
