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
from imagesearch_conformance.secret_encodings import ENCODED_RUN, MAX_ENCODED_WIDTH, build_finder, decode_candidates

#: Stands where a secret was.
REDACTED = "REDACTED"

#: The most of one body that is stored, in bytes.
MAX_STORED_BODY_BYTES = 64 * 1024

#: The most of one text that is stored outside of bodies and answers, in characters.
_MAX_TEXT_LENGTH = 4096

#: How deep a value observed in a reply is stored; deeper ones only serve to break readers.
_MAX_DEPTH = 32

_SECRET_PARAMETERS = re.compile(r"((?:^|[?&,\s])(?:Signature|SecurityToken)=)([^&,\s]+)", re.IGNORECASE)
#: What a signature looks like: V3 in hexadecimal, V2 in base 64, percent-encoded or not. Of fixed
#: length, or a reply of a megabyte would take minutes.
_SIGNATURE_PATTERN = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])|(?:[A-Za-z0-9+/]|%2[BbFf]){27}(?:=|%3[Dd])")

#: In characters; V2 makes 28, V3 makes 64.
_MIN_SIGNATURE_LENGTH = 28

#: What everything of that look is part of; most texts have none, and are done with sooner.
_SIGNATURE_CANDIDATE = re.compile(rf"(?<![A-Za-z0-9+/%=])[A-Za-z0-9+/%=]{{{_MIN_SIGNATURE_LENGTH},}}")

_TOKEN_HEADERS = frozenset({"x-acs-security-token"})
_SIGNING_HEADERS = ("authorization", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")


@frozen
class Redactor:
    """Takes secrets out of text; knows those of the target, and finds signatures by where they stand.

    `signatures` are recognised by their shape, the `own` ones of an exchange in whatever notation, as secrets are.
    """

    secrets: tuple[str, ...]
    known_signatures: frozenset[str] = frozenset()
    own_signatures: tuple[str, ...] = ()

    @classmethod
    def for_target(cls, target: Target) -> Redactor:
        """The redactor that knows the keys of a target."""
        keys = [key for key in (target.credentials, target.unauthorized_credentials) if key is not None]
        return cls(tuple(sorted({secret for key in keys for secret in _secrets(key)})))

    def with_own_signatures(self, exchanges: Iterable[Exchange]) -> Redactor:
        """A redactor that also knows the signatures these exchanges carry, wherever they are echoed."""
        found = {value for one in exchanges for value in _signatures(one.request)}
        return evolve(self, own_signatures=tuple(sorted({*self.own_signatures, *found})))

    def with_known_signatures(self, exchanges: Iterable[Exchange]) -> Redactor:
        """A redactor that recognises the signatures of many exchanges by their shape, in any reply."""
        found = {unquote(value) for one in exchanges for value in _signatures(one.request)}
        return evolve(self, known_signatures=self.known_signatures | found)

    def redact_text(self, text: str) -> str:
        """The text without secrets."""
        # Signatures first: a short secret may happen to stand in one, and would leave the rest of it. What is
        # too short for one comes last: it may happen to stand in a secret.
        signing = tuple(one for one in self.own_signatures if len(one) >= _MIN_SIGNATURE_LENGTH)
        other = tuple(one for one in self.own_signatures if len(one) < _MIN_SIGNATURE_LENGTH)
        clean = _replace_secrets(_replace_secrets(_replace_secrets(text, signing), self.secrets), other)
        return (
            ENCODED_RUN.sub(self._redact_encoded, _SIGNATURE_CANDIDATE.sub(self._redact_signatures, clean))
            if self.known_signatures
            else clean
        )

    def _redact_encoded(self, match: re.Match[str]) -> str:
        shapes = (one for text in decode_candidates(match[0]) for one in _SIGNATURE_PATTERN.findall(text))
        return REDACTED if any(unquote(one) in self.known_signatures for one in shapes) else match[0]

    def _redact_signatures(self, match: re.Match[str]) -> str:
        return _SIGNATURE_PATTERN.sub(
            lambda one: REDACTED if unquote(one[0]) in self.known_signatures else one[0], match[0]
        )

    def redact_and_clip(self, text: str, max_length: int = _MAX_TEXT_LENGTH) -> str:
        """The text without secrets, and no longer than so many characters: by default than people read."""
        clean = self._redact_prefix(text, max_length + 1)
        return clean if len(clean) <= max_length else f"{clean[:max_length]}... ({len(text)} characters)"

    def _redact_prefix(self, text: str, max_length: int) -> str:
        """The beginning of a text without secrets; what lies far beyond is never looked at.

        A secret at the place of that first cut may be halved and so not be found: as much as the
        longest secret can take is looked at in addition, and left out afterwards.
        """
        margin = MAX_ENCODED_WIDTH * max(
            _max_length(self.secrets), _max_length(self.known_signatures), _max_length(self.own_signatures)
        )
        if len(text) <= max_length + margin:
            return self.redact_text(text)[:max_length]
        clean = self.redact_text(text[: max_length + margin])
        return clean[: max(0, min(max_length, len(clean) - margin))]

    def redact_value(self, value: Any, max_length: int = _MAX_TEXT_LENGTH, depth: int = 0) -> Any:
        """A JSON value without secrets in any of its texts; numbers that JSON cannot hold become text."""
        if isinstance(value, str):
            return self.redact_and_clip(value, max_length)
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(value, (dict, list, tuple)) and depth == _MAX_DEPTH:
            return "..."
        if isinstance(value, dict):
            return {
                self.redact_and_clip(name): self.redact_value(one, max_length, depth + 1) for name, one in value.items()
            }
        return (
            [self.redact_value(one, max_length, depth + 1) for one in value]
            if isinstance(value, (list, tuple))
            else value
        )

    def serialize_exchange(self, exchange: Exchange, endpoint: str) -> dict[str, Any]:
        """An exchange in the shape of the report's schema."""
        own = self.with_own_signatures([exchange])
        request, reply = exchange.request, exchange.response
        return {
            "sentAt": exchange.sent_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "seconds": round(exchange.seconds, 6),
            "curl": own.redact_text(curl_command(request, endpoint)),
            "request": {
                "method": request.method,
                "url": own.redact_text(_SECRET_PARAMETERS.sub(rf"\1{REDACTED}", endpoint + request.target)),
                "headers": own.redact_headers(request.headers),
                "body": own.redact_text(
                    _SECRET_PARAMETERS.sub(rf"\1{REDACTED}", request.body.decode("utf-8", "replace"))
                ),
            },
            "response": {
                "status": reply.status,
                "headers": own.redact_headers(reply.headers),
                **own.serialize_body(reply.body),
                "truncated": reply.truncated or len(reply.body) > MAX_STORED_BODY_BYTES,
                **({"readTruncated": True} if reply.truncated else {}),
            },
        }

    def redact_headers(self, headers: Headers) -> list[list[str]]:
        """Headers as pairs, those that are secret as a whole blanked."""
        return [
            [self.redact_text(name), REDACTED if name.lower() in _TOKEN_HEADERS else self._redact_header(value)]
            for name, value in headers
        ]

    def _redact_header(self, value: str) -> str:
        return self.redact_text(_SECRET_PARAMETERS.sub(rf"\1{REDACTED}", value))

    def serialize_body(self, body: bytes) -> dict[str, str]:
        """The beginning of a body as text where it is text, else in base 64."""
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            kept = self._redact_prefix(body.decode("latin-1"), MAX_STORED_BODY_BYTES).encode("latin-1")
            return {"bodyBase64": base64.b64encode(kept).decode("ascii")}
        return {
            "body": self._redact_prefix(text, MAX_STORED_BODY_BYTES)
            .encode()[:MAX_STORED_BODY_BYTES]
            .decode("utf-8", "ignore")
        }


def _replace_secrets(text: str, secrets: tuple[str, ...]) -> str:
    """The text without these secrets, in whatever notation."""
    return build_finder(secrets).replace(text, REDACTED) if secrets else text


@lru_cache(maxsize=16)
def _max_length(secrets: Collection[str]) -> int:
    """The length of the longest."""
    return max(map(len, secrets), default=0)


def has_redacted_secret(text: str) -> bool:
    """Whether a secret was taken out of a text, or what looks so, elsewhere than where every signature stands."""
    return REDACTED in _SECRET_PARAMETERS.sub("", text)


def curl_command(request: WireRequest, endpoint: str) -> str:
    """A command that sends the request again, without what signs it: a signature would have expired."""
    parts = ["curl", "-sS", "-X", request.method]
    for name, value in request.headers:
        if name.lower() not in (*_SIGNING_HEADERS, *_TOKEN_HEADERS, "host", "accept-encoding", "content-length"):
            parts += ["-H", f"{name}: {value}"]
    if request.body:
        parts += ["--data-raw", _SECRET_PARAMETERS.sub(rf"\1{REDACTED}", request.body.decode("utf-8", "replace"))]
    target = _SECRET_PARAMETERS.sub(rf"\1{REDACTED}", request.target)
    return shlex.join([*parts, endpoint + target])


def _secrets(credentials: Credentials) -> list[str]:
    return [one for one in (credentials.access_key_secret, credentials.security_token) if one]


def _signatures(request: WireRequest) -> list[str]:
    places = (request.header("authorization") or "", request.target, request.body.decode("utf-8", "replace"))
    raw = [found[2] for place in places for found in _SECRET_PARAMETERS.finditer(place)]
    return [form for value in raw for form in {value, unquote_plus(value)}]
