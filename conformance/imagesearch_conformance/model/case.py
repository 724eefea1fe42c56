"""A case: what to send, why, and which outcomes are acceptable. It cannot send itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import evolve, frozen

from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.relation import Relation

Parameters = tuple[tuple[str, str], ...]


class Location(StrEnum):
    """Where the parameters of the operation travel."""

    BODY = "body"
    QUERY = "query"
    FORM = "form"  #: in the body whatever the contract says of a parameter


class Identity(StrEnum):
    """Whose access key signs a request."""

    OWN = "own"
    UNSIGNED = "nobody"  #: the request goes unsigned
    STRANGER = "stranger"  #: a key id that does not exist
    IMPOSTOR = "impostor"  #: our key id with a wrong secret
    UNAUTHORIZED = "unauthorized"  #: a valid key without the permission


class Tampering(StrEnum):
    """What is changed after a request was signed."""

    NONE = "none"
    BODY = "body"
    QUERY = "query"
    UNSIGNED_HEADER = "unsigned-header"  #: a header that has to be signed is left out


@frozen
class Authentication:
    """How one request is signed, and what is wrong with that, if anything.

    `skew` is in seconds, positive for the future; `date` replaces the formatted date; requests of
    one case that give the same `nonce` label share one nonce.
    """

    identity: Identity = Identity.OWN
    skew: int = 0
    date: str | None = None
    nonce_label: str | None = None
    tampering: Tampering = Tampering.NONE


@frozen(cache_hash=True)
class Request:
    """What is said to the operation, before it is encoded and signed; order and repeats count."""

    action: str | None
    version: str | None
    parameters: Parameters
    method: str = "POST"
    location: Location = Location.BODY
    headers: Parameters = ()

    def value(self, name: str) -> str | None:
        """The first value given for a parameter, or None."""
        return next((value for key, value in self.parameters if key == name), None)

    def with_parameters(self, changes: Mapping[str, str | None]) -> Request:
        """A copy in which these parameters have these values; None leaves one out."""
        merged: dict[str, str | None] = {**dict(self.parameters), **changes}
        return evolve(self, parameters=tuple((name, value) for name, value in merged.items() if value is not None))


@frozen
class Violation:
    """One rule that a request breaks: a parameter (or `authentication`) and the keyword broken."""

    parameter: str
    keyword: str

    def __str__(self) -> str:
        return f"{self.parameter}: {self.keyword}"


@frozen
class Mutation:
    """The single change that makes a request invalid; `before` and `after` are wire values."""

    pointer: str
    keyword: str
    before: str | None
    after: str | None


@frozen(cache_hash=True)
class Probe:
    """One request of a case; probes that are equal may share one exchange unless `fresh`."""

    request: Request
    authentication: Authentication = Authentication()
    fresh: bool = False


@frozen
class Case:
    """What to send and why; frozen data.

    `violations` is exactly what the bytes sent must show. `relation` names the property that ties
    several probes together. `burst` asks for the one probe to be sent up to that many times within
    a second. `examples` is how many generated requests a case stands for; they are made while a run
    goes. `inapplicable` is the reason why this target cannot be asked.
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
        """How many requests the case sends at the most."""
        return 0 if self.not_applicable_reason else (self.burst_size or len(self.probes) + (self.examples or 0))
