"""The exchanges of cases as a report holds them: a body that several cases share is written once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.exchange import Exchange

#: The names under which a reply's body is stored.
_BODIES = ("body", "bodyBase64")

#: A shorter body is no longer than a reference to it.
_WORTH_SHARING = 200


@define
class Evidence:
    """Writes exchanges, and remembers how each is written where it stands again."""

    redactor: Redactor
    endpoint: str
    _written: dict[int, dict[str, Any]] = field(factory=dict, init=False)

    def of_case(self, case_id: str, exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
        """The exchanges of one case, in the shape of the report's schema."""
        return [self._exchange(one, {"case": case_id, "exchange": index}) for index, one in enumerate(exchanges)]

    def _exchange(self, exchange: Exchange, place: dict[str, Any]) -> dict[str, Any]:
        if again := self._written.get(id(exchange)):
            return again
        written = self.redactor.exchange(exchange, self.endpoint)
        self._written[id(exchange)] = _without_body(written, place)
        return written


def _without_body(written: dict[str, Any], place: dict[str, Any]) -> dict[str, Any]:
    """The exchange with a reference in place of its body, where that is shorter."""
    body = next(name for name in _BODIES if name in written["response"])
    if len(written["response"][body]) < _WORTH_SHARING:
        return written
    response = {name: value for name, value in written["response"].items() if name != body}
    return written | {"response": response | {"bodyOf": place}}
