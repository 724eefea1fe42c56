"""Exchanges as a report stores them, read back: what was one exchange is one again."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import define, field, frozen

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.exchanges import REDACTED
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.reports.evidence import BODIES, Place

#: The longest that an exchange may have taken, in seconds, and the years in which it may have been made.
_LONGEST, _YEARS = 10**6, range(1970, 9000)


@frozen(eq=False)
class Stored:
    """An exchange of a report.

    `defects` are those of its signature, as they were seen when it was sent. `whole` says whether the
    reply is stored as far as it was judged, `redacted` whether a secret was taken out of it. What is `astray`
    came to the other host that a client was sent to.
    """

    exchange: Exchange
    defects: frozenset[str]
    whole: bool
    redacted: bool
    astray: bool = False


@define
class Shelf:
    """Reads the exchanges of a report in the order in which they stand.

    `elsewhere` is the other host of a client. `changed` are places where a copy of an exchange is not what it is
    a copy of.
    """

    endpoint: str
    elsewhere: str | None = None
    changed: list[str] = field(factory=list, init=False)
    _known: dict[str, tuple[Mapping[str, Any], Stored]] = field(factory=dict, init=False)

    def read(self, place: Place, written: Sequence[dict[str, Any]]) -> tuple[Stored, ...]:
        """The exchanges that stand at a place; raises BadInput where they are none."""
        return tuple(self._read(place | {"exchange": index}, one) for index, one in enumerate(written))

    def _read(self, place: Place, written: dict[str, Any]) -> Stored:
        again = written.get("again")
        if again is None and "bodyOf" in written["response"]:
            raise BadInput("a body is said to be that of another exchange, and the exchange is not", _named(place))
        if again is None:
            self._known[_named(place)] = written, self._stored(place, written)
            return self._known[_named(place)][1]
        if _named(again) not in self._known:
            raise BadInput(f"there is no exchange {_named(again)} before this one", _named(place))
        original, stored = self._known[_named(again)]
        if not _same(written, original):
            self.changed.append(_named(place))
        return stored

    def _stored(self, place: Place, written: dict[str, Any]) -> Stored:
        try:
            exchange = Exchange(self._request(written["request"]), _reply(written["response"]), *_times(written))
        except (ValueError, KeyError) as problem:
            raise BadInput(f"this is no exchange: {problem}", _named(place)) from None
        response = written["response"]
        whole = bool(response.get("overlong")) or not response["truncated"]
        defects = frozenset(written.get("signatureDefects", ()))
        astray = self._address(written["request"]["url"]) != self.endpoint
        return Stored(exchange, defects, whole, REDACTED in "".join(_texts(exchange.reply)), astray)

    def _request(self, written: dict[str, Any]) -> WireRequest:
        url: str = written["url"]
        target = url.removeprefix(self._address(url))
        return WireRequest(written["method"], target, _pairs(written["headers"]), written["body"].encode("utf-8"))

    def _address(self, url: str) -> str:
        if self.elsewhere is not None and url.startswith(self.elsewhere):
            return self.elsewhere
        # What a client sends may be no path.
        if not url.startswith(f"{self.endpoint}/" if self.elsewhere is None else self.endpoint):
            raise ValueError("it was sent to another endpoint than the target's")
        return self.endpoint


def _same(copy: dict[str, Any], original: Mapping[str, Any]) -> bool:
    """Whether a copy says the same; instead of the body it may say whose it is."""
    again, response = copy["again"], dict(copy["response"])
    if response.pop("bodyOf", again) != again:
        return False
    bodies = {name: value for name, value in original["response"].items() if name in BODIES}
    said = {name: value for name, value in copy.items() if name != "again"}
    return said | {"response": bodies | response} == original


def _named(place: Place) -> str:
    return json.dumps(place, sort_keys=True)


def _reply(written: dict[str, Any]) -> WireReply:
    if "body" in written:
        body = written["body"].encode("utf-8")
    else:
        body = base64.b64decode(written["bodyBase64"], validate=True)
    return WireReply(written["status"], _pairs(written["headers"]), body, bool(written.get("overlong")))


def _times(written: dict[str, Any]) -> tuple[datetime, float]:
    """When it was sent, and how long it took."""
    sent = datetime.strptime(written["sentAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    seconds = written["seconds"]
    if sent.year not in _YEARS or not (math.isfinite(seconds) and seconds <= _LONGEST):
        raise ValueError("nothing was sent then, or took so long")
    return sent, seconds


def _pairs(written: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in written)


def _texts(reply: WireReply) -> Iterator[str]:
    yield reply.body.decode("utf-8", "replace")
    yield from (value for _, value in reply.headers)
