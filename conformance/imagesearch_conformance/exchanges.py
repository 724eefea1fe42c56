"""Exchanges as evidence: redacted, bounded, and in the shape in which reports store them."""

from __future__ import annotations

import base64
import math
import re
import shlex
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, unquote_plus

from attrs import evolve, frozen

from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.target import Credentials, Target
from imagesearch_conformance.model.wire import Headers, WireRequest
from imagesearch_conformance.notations import STRETCH, WIDEST, finder, uncoded

#: Stands where a secret was.
REDACTED = "REDACTED"

#: The most of one body that is stored, in bytes.
MOST_STORED = 64 * 1024

#: The most of one text that is stored outside of bodies and answers, in characters.
_MOST_SAID = 4096

#: How deep a value observed in a reply is stored; deeper ones only serve to break readers.
_DEEPEST = 32

_SIGNED_PARTS = re.compile(r"((?:^|[?&,\s])(?:Signature|SecurityToken)=)([^&,\s]+)", re.IGNORECASE)
#: What a signature looks like: V3 in hexadecimal, V2 in base 64, percent-encoded or not. Of fixed
#: length, or a reply of a megabyte would take minutes.
_SHAPE = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])|(?:[A-Za-z0-9+/]|%2[BbFf]){27}(?:=|%3[Dd])")

#: In characters; V2 makes 28, V3 makes 64.
_LEAST_SIGNATURE = 28

#: What everything of that look is part of; most texts have none, and are done with sooner.
_RUN = re.compile(rf"(?<![A-Za-z0-9+/%=])[A-Za-z0-9+/%=]{{{_LEAST_SIGNATURE},}}")

_TOKEN_HEADERS = frozenset({"x-acs-security-token"})
_SIGNING_HEADERS = ("authorization", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")


@frozen
class Redactor:
    """Takes secrets out of text; knows those of the target, and finds signatures by where they stand.

    `signatures` are recognised by their shape, the `own` ones of an exchange in whatever notation, as secrets are.
    """

    secrets: tuple[str, ...]
    signatures: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()

    @classmethod
    def of(cls, target: Target) -> Redactor:
        """The redactor that knows the keys of a target."""
        keys = [key for key in (target.credentials, target.unauthorized) if key is not None]
        return cls(tuple(sorted({secret for key in keys for secret in _secrets(key)})))

    def knowing(self, exchanges: Iterable[Exchange]) -> Redactor:
        """A redactor that also knows the signatures these exchanges carry, wherever they are echoed."""
        found = {value for one in exchanges for value in _signatures(one.request)}
        return evolve(self, own=tuple(sorted({*self.own, *found})))

    def aware(self, exchanges: Iterable[Exchange]) -> Redactor:
        """A redactor that recognises the signatures of many exchanges by their shape, in any reply."""
        found = {unquote(value) for one in exchanges for value in _signatures(one.request)}
        return evolve(self, signatures=self.signatures | found)

    def text(self, text: str) -> str:
        """The text without secrets."""
        # Signatures first: a short secret may happen to stand in one, and would leave the rest of it. What is
        # too short for one comes last: it may happen to stand in a secret.
        signing = tuple(one for one in self.own if len(one) >= _LEAST_SIGNATURE)
        other = tuple(one for one in self.own if len(one) < _LEAST_SIGNATURE)
        clean = _without(_without(_without(text, signing), self.secrets), other)
        return STRETCH.sub(self._uncoded, _RUN.sub(self._unsigned, clean)) if self.signatures else clean

    def _uncoded(self, found: re.Match[str]) -> str:
        shapes = (one for text in uncoded(found[0]) for one in _SHAPE.findall(text))
        return REDACTED if any(unquote(one) in self.signatures for one in shapes) else found[0]

    def _unsigned(self, run: re.Match[str]) -> str:
        return _SHAPE.sub(lambda one: REDACTED if unquote(one[0]) in self.signatures else one[0], run[0])

    def said(self, text: str, most: int = _MOST_SAID) -> str:
        """The text without secrets, and no longer than so many characters: by default than people read."""
        clean = self._beginning(text, most + 1)
        return clean if len(clean) <= most else f"{clean[:most]}... ({len(text)} characters)"

    def _beginning(self, text: str, most: int) -> str:
        """The beginning of a text without secrets; what lies far beyond is never looked at.

        A secret at the place of that first cut may be halved and so not be found: as much as the
        longest secret can take is looked at in addition, and left out afterwards.
        """
        margin = WIDEST * max(_most(self.secrets), _most(self.signatures), _most(self.own))
        if len(text) <= most + margin:
            return self.text(text)[:most]
        clean = self.text(text[: most + margin])
        return clean[: max(0, min(most, len(clean) - margin))]

    def value(self, value: Any, most: int = _MOST_SAID, depth: int = 0) -> Any:
        """A JSON value without secrets in any of its texts; numbers that JSON cannot hold become text."""
        if isinstance(value, str):
            return self.said(value, most)
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(value, (dict, list, tuple)) and depth == _DEEPEST:
            return "..."
        if isinstance(value, dict):
            return {self.said(name): self.value(one, most, depth + 1) for name, one in value.items()}
        return [self.value(one, most, depth + 1) for one in value] if isinstance(value, (list, tuple)) else value

    def exchange(self, exchange: Exchange, endpoint: str) -> dict[str, Any]:
        """An exchange in the shape of the report's schema."""
        own = self.knowing([exchange])
        request, reply = exchange.request, exchange.reply
        return {
            "sentAt": exchange.sent_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "seconds": round(exchange.seconds, 6),
            "curl": own.text(curl(request, endpoint)),
            "request": {
                "method": request.method,
                "url": own.text(_SIGNED_PARTS.sub(rf"\1{REDACTED}", endpoint + request.target)),
                "headers": own.headers(request.headers),
                "body": own.text(_SIGNED_PARTS.sub(rf"\1{REDACTED}", request.body.decode("utf-8", "replace"))),
            },
            "response": {
                "status": reply.status,
                "headers": own.headers(reply.headers),
                **own.body(reply.body),
                "truncated": reply.truncated or len(reply.body) > MOST_STORED,
                **({"overlong": True} if reply.truncated else {}),
            },
        }

    def headers(self, headers: Headers) -> list[list[str]]:
        """Headers as pairs, those that are secret as a whole blanked."""
        return [
            [self.text(name), REDACTED if name.lower() in _TOKEN_HEADERS else self._header(value)]
            for name, value in headers
        ]

    def _header(self, value: str) -> str:
        return self.text(_SIGNED_PARTS.sub(rf"\1{REDACTED}", value))

    def body(self, body: bytes) -> dict[str, str]:
        """The beginning of a body as text where it is text, else in base 64."""
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            kept = self._beginning(body.decode("latin-1"), MOST_STORED).encode("latin-1")
            return {"bodyBase64": base64.b64encode(kept).decode("ascii")}
        return {"body": self._beginning(text, MOST_STORED).encode()[:MOST_STORED].decode("utf-8", "ignore")}


def _without(text: str, secrets: tuple[str, ...]) -> str:
    """The text without these secrets, in whatever notation."""
    return finder(secrets).replaced(text, REDACTED) if secrets else text


@lru_cache(maxsize=16)
def _most(secrets: Collection[str]) -> int:
    """The length of the longest."""
    return max(map(len, secrets), default=0)


def hides(text: str) -> bool:
    """Whether a secret was taken out of a text, or what looks so, elsewhere than where every signature stands."""
    return REDACTED in _SIGNED_PARTS.sub("", text)


def curl(request: WireRequest, endpoint: str) -> str:
    """A command that sends the request again, without what signs it: a signature would have expired."""
    parts = ["curl", "-sS", "-X", request.method]
    for name, value in request.headers:
        if name.lower() not in (*_SIGNING_HEADERS, *_TOKEN_HEADERS, "host", "accept-encoding", "content-length"):
            parts += ["-H", f"{name}: {value}"]
    if request.body:
        parts += ["--data-raw", _SIGNED_PARTS.sub(rf"\1{REDACTED}", request.body.decode("utf-8", "replace"))]
    target = _SIGNED_PARTS.sub(rf"\1{REDACTED}", request.target)
    return shlex.join([*parts, endpoint + target])


def _secrets(key: Credentials) -> list[str]:
    return [one for one in (key.access_key_secret, key.security_token) if one]


def _signatures(request: WireRequest) -> list[str]:
    places = (request.header("authorization") or "", request.target, request.body.decode("utf-8", "replace"))
    raw = [found[2] for place in places for found in _SIGNED_PARTS.finditer(place)]
    return [form for value in raw for form in {value, unquote_plus(value)}]
