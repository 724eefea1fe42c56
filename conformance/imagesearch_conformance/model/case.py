"""Cases: the requests to send, the rules they violate, and the acceptable outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import evolve, frozen

from imagesearch_conformance.model.expectation import Expectation, Relation

Parameters = tuple[tuple[str, str], ...]


class Location(StrEnum):
    """The part of a request that carries the parameters of the operation."""

    BODY = "body"
    QUERY = "query"
    FORM = "form"  #: all in the body, also those that the contract sends in the query


class Identity(StrEnum):
    """The access key that signs a request."""

    OWN = "own"
    UNSIGNED = "nobody"  #: none: the request is not signed
    STRANGER = "stranger"  #: a key id that does not exist
    IMPOSTOR = "impostor"  #: the target's key id with a wrong secret
    UNAUTHORIZED = "unauthorized"  #: a valid key without the permission


class Tampering(StrEnum):
    """The difference between a request as signed and as sent."""

    NONE = "none"
    BODY = "body"
    QUERY = "query"
    UNSIGNED_HEADER = "unsigned-header"  #: a header that has to be signed is not


@frozen
class Authentication:
    """The signature of one request, and its intended defect, if any.

    `skew` is in seconds, positive for the future. `date` replaces the formatted date. Requests of one case with the
    same `nonce_label` share a nonce.
    """

    identity: Identity = Identity.OWN
    skew: int = 0
    date: str | None = None
    nonce_label: str | None = None
    tampering: Tampering = Tampering.NONE


@frozen(cache_hash=True)
class Request:
    """A request to the operation before encoding and signing; parameters are ordered and may be repeated."""

    action: str | None
    version: str | None
    parameters: Parameters
    method: str = "POST"
    location: Location = Location.BODY
    headers: Parameters = ()

    def value(self, name: str) -> str | None:
        """Return the first value of a parameter, or None."""
        return next((value for key, value in self.parameters if key == name), None)

    def with_parameters(self, changes: Mapping[str, str | None]) -> Request:
        """Return a copy with these values; None removes a parameter."""
        merged: dict[str, str | None] = {**dict(self.parameters), **changes}
        return evolve(self, parameters=tuple((name, value) for name, value in merged.items() if value is not None))


@frozen
class Violation:
    """A rule that a request violates: a parameter (or `authentication`, ...) and the violated keyword."""

    parameter: str
    keyword: str

    def __str__(self) -> str:
        return f"{self.parameter}: {self.keyword}"


@frozen
class Mutation:
    """The single change that makes a request invalid; `before` and `after` are values as on the wire."""

    pointer: str
    keyword: str
    before: str | None
    after: str | None


@frozen(cache_hash=True)
class Probe:
    """One request of a case; equal probes may share one exchange unless they are `fresh`."""

    request: Request
    authentication: Authentication = Authentication()
    fresh: bool = False


@frozen
class Case:
    """The requests to send, and the acceptable outcomes.

    `violations` are exactly the rules that the bytes sent must violate. `relation` is the property that the responses
    to the probes must have. With a `burst_size`, the one probe is sent up to that many times within a second.
    `examples` is the number of generated requests that the case stands for; they are generated during the run.
    `not_applicable_reason` says why the case cannot be sent to this target.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    probes: tuple[Probe, ...]
    expectation: Expectation
    violations: frozenset[Violation] = frozenset()
    mutation: Mutation | None = None
    relation: Relation | None = None
    interpretation: str | None = None
    burst_size: int | None = None
    examples: int | None = None
    not_applicable_reason: str | None = None

    @property
    def max_requests(self) -> int:
        """The maximum number of requests that the case sends."""
        return 0 if self.not_applicable_reason else (self.burst_size or len(self.probes) + (self.examples or 0))
