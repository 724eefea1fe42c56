"""Redaction of secrets in texts, values and exchanges, and the bounded form in which reports store exchanges."""

from __future__ import annotations

import base64
import math
import re
import shlex
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import unquote, unquote_plus

from attrs import evolve, field, frozen

from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, Headers, WireRequest
from imagesearch_conformance.secret_encodings import (
    ENCODED_RUN,
    MAX_ENCODED_WIDTH,
    SecretFinder,
    build_finder,
    decode_candidates,
)

#: The replacement for a secret.
REDACTED = "REDACTED"

#: The maximum length of a stored body, in bytes.
MAX_STORED_BODY_BYTES = 64 * 1024

#: The maximum length of other stored texts, in characters.
_MAX_TEXT_LENGTH = 4096

#: The maximum depth of a stored JSON value; deeper values only serve to break readers.
_MAX_DEPTH = 32

_SECRET_PARAMETERS = re.compile(r"((?:^|[?&,\s])(?:Signature|SecurityToken)=)([^&,\s]+)", re.IGNORECASE)
#: The shape of a signature: V3 in hexadecimal, V2 in base64, percent-encoded or not. The length is fixed, since
#: otherwise a response of a megabyte would take minutes.
_SIGNATURE_PATTERN = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])|(?:[A-Za-z0-9+/]|%2[BbFf]){27}(?:=|%3[Dd])")

#: In characters; a V2 signature has 28, a V3 signature 64.
_MIN_SIGNATURE_LENGTH = 28

#: Any text with such a shape is inside a match of this pattern. Most texts have none, which is faster to find out.
_SIGNATURE_CANDIDATE = re.compile(rf"(?<![A-Za-z0-9+/%=])[A-Za-z0-9+/%=]{{{_MIN_SIGNATURE_LENGTH},}}")

_TOKEN_HEADERS = frozenset({"x-acs-security-token"})
_SIGNING_HEADERS = ("authorization", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")


@frozen
class Redactor:
    """Replaces secrets, and signatures of which the position or the value is known.

    `known_signatures` are recognised by their shape; `own_signatures`, those of one exchange, in every encoding, as
    secrets are. `max_known_length` is the length of the longest known signature.
    """

    secrets: SecretFinder = field(converter=build_finder)
    known_signatures: frozenset[str] = frozenset()
    max_known_length: int = 0
    own_signatures: tuple[str, ...] = ()

    @classmethod
    def for_target(cls, target: Target) -> Redactor:
        """Create a redactor for the keys of a target."""
        keys = [key for key in (target.credentials, target.unauthorized_credentials) if key is not None]
        secrets = {secret for key in keys for secret in (key.access_key_secret, key.security_token) if secret}
        return cls(tuple(sorted(secrets)))

    def with_own_signatures(self, exchanges: Iterable[Exchange]) -> Redactor:
        """Return a redactor that also replaces the signatures of these exchanges, in every encoding."""
        signatures = {value for exchange in exchanges for value in _signatures(exchange.request)}
        return evolve(self, own_signatures=tuple(sorted(signatures.union(self.own_signatures))))

    def with_known_signatures(self, exchanges: Iterable[Exchange]) -> Redactor:
        """Return a redactor that also recognises the signatures of these exchanges by their shape."""
        signatures = {unquote(value) for exchange in exchanges for value in _signatures(exchange.request)}
        known = self.known_signatures | signatures
        return evolve(self, known_signatures=known, max_known_length=max(map(len, known), default=0))

    @cached_property
    def _finders(self) -> tuple[SecretFinder, ...]:
        # Signatures first: a short secret may occur in a signature by chance, and its replacement would leave the rest
        # of the signature. Values too short for a signature last: they may occur in a secret by chance.
        long = build_finder(value for value in self.own_signatures if len(value) >= _MIN_SIGNATURE_LENGTH)
        short = build_finder(value for value in self.own_signatures if len(value) < _MIN_SIGNATURE_LENGTH)
        return long, self.secrets, short

    def redact_text(self, text: str) -> str:
        """Replace all secrets of a text."""
        for finder in self._finders:
            text = finder.replace(text, REDACTED)
        if not self.known_signatures:
            return text
        text = _SIGNATURE_CANDIDATE.sub(lambda match: self._redact_signatures(match[0]), text)
        return ENCODED_RUN.sub(lambda match: self._redact_encoded(match[0]), text)

    def _redact_signatures(self, text: str) -> str:
        return _SIGNATURE_PATTERN.sub(
            lambda match: REDACTED if unquote(match[0]) in self.known_signatures else match[0], text
        )

    def _redact_encoded(self, encoded: str) -> str:
        shapes = (shape for text in decode_candidates(encoded) for shape in _SIGNATURE_PATTERN.findall(text))
        return REDACTED if any(unquote(shape) in self.known_signatures for shape in shapes) else encoded

    def redact_and_clip(self, text: str, max_length: int = _MAX_TEXT_LENGTH) -> str:
        """Replace all secrets of a text, and shorten it to `max_length` characters."""
        clean = self._redact_prefix(text, max_length + 1)
        return clean if len(clean) <= max_length else f"{clean[:max_length]}... ({len(text)} characters)"

    def _redact_prefix(self, text: str, max_length: int) -> str:
        """Return the beginning of a text without secrets, without searching the rest of it.

        A secret that crosses the cut would not be found. So the cut is made later by the length of the longest encoded
        secret, and that margin is removed afterwards.
        """
        margin = MAX_ENCODED_WIDTH * max(self.max_known_length, *(finder.max_length for finder in self._finders))
        if len(text) <= max_length + margin:
            return self.redact_text(text)[:max_length]
        clean = self.redact_text(text[: max_length + margin])
        return clean[: max(0, min(max_length, len(clean) - margin))]

    def redact_value(self, value: Any, max_length: int = _MAX_TEXT_LENGTH, depth: int = 0) -> Any:
        """Replace all secrets in the texts of a JSON value; numbers that JSON cannot represent become texts."""
        if isinstance(value, str):
            return self.redact_and_clip(value, max_length)
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(value, (dict, list, tuple)) and depth == _MAX_DEPTH:
            return "..."
        if isinstance(value, dict):
            return {
                self.redact_and_clip(name): self.redact_value(item, max_length, depth + 1)
                for name, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.redact_value(item, max_length, depth + 1) for item in value]
        return value

    def serialize_exchange(self, exchange: Exchange, endpoint: str) -> dict[str, Any]:
        """Return an exchange as `schemas/report.json` describes it."""
        own = self.with_own_signatures([exchange])
        request, response = exchange.request, exchange.response
        return {
            "sentAt": exchange.sent_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "seconds": round(exchange.seconds, 6),
            "curl": own.redact_text(curl_command(request, endpoint)),
            "request": {
                "method": request.method,
                "url": own.redact_text(_redact_parameters(endpoint + request.target)),
                "headers": own.redact_headers(request.headers),
                "body": own.redact_text(_redact_parameters(request.body.decode("utf-8", "replace"))),
            },
            "response": {
                "status": response.status,
                "headers": own.redact_headers(response.headers),
                **own.serialize_body(response.body),
                "truncated": response.truncated or len(response.body) > MAX_STORED_BODY_BYTES,
                **({"readTruncated": True} if response.truncated else {}),
            },
        }

    def redact_headers(self, headers: Headers) -> list[list[str]]:
        """Return headers as pairs, with the whole value of a token replaced."""
        return [
            [
                self.redact_text(name),
                REDACTED if name.lower() in _TOKEN_HEADERS else self.redact_text(_redact_parameters(value)),
            ]
            for name, value in headers
        ]

    def serialize_body(self, body: bytes) -> dict[str, str]:
        """Return the beginning of a body, as text if it is UTF-8, otherwise in base64."""
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            clean = self._redact_prefix(body.decode("latin-1"), MAX_STORED_BODY_BYTES).encode("latin-1")
            return {"bodyBase64": base64.b64encode(clean).decode("ascii")}
        clean = self._redact_prefix(text, MAX_STORED_BODY_BYTES).encode()
        return {"body": clean[:MAX_STORED_BODY_BYTES].decode("utf-8", "ignore")}


def _redact_parameters(text: str) -> str:
    """Replace signatures and tokens by their position: after the name of the parameter."""
    return _SECRET_PARAMETERS.sub(rf"\1{REDACTED}", text)


def has_redacted_secret(text: str) -> bool:
    """Return whether `REDACTED` occurs elsewhere than as the value of a signature or token parameter."""
    return REDACTED in _SECRET_PARAMETERS.sub("", text)


def curl_command(request: WireRequest, endpoint: str) -> str:
    """Return a command that sends the request again, unsigned, since its signature would have expired."""
    parts = ["curl", "-sS", "-X", request.method]
    for name, value in request.headers:
        if name.lower() not in (*_SIGNING_HEADERS, *_TOKEN_HEADERS, "host", "accept-encoding", "content-length"):
            parts += ["-H", f"{name}: {value}"]
    if request.body:
        parts += ["--data-raw", _redact_parameters(request.body.decode("utf-8", "replace"))]
    return shlex.join([*parts, endpoint + _redact_parameters(request.target)])


def _signatures(request: WireRequest) -> list[str]:
    texts = (request.header("authorization") or "", request.target, request.body.decode("utf-8", "replace"))
    values = [match[2] for text in texts for match in _SECRET_PARAMETERS.finditer(text)]
    return [form for value in values for form in {value, unquote_plus(value)}]
