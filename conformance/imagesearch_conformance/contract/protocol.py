"""The wire around the operation: how a call names it, and how refusals before it look."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.contract.documents import Documents
from imagesearch_conformance.contract.shape import Record
from imagesearch_conformance.model.target import SignatureScheme

FILE = "protocol.yaml"


@frozen
class Style:
    """How one call style names the operation: in a header or in the query, under which names.

    `also` is a style whose names are given beside its own.
    """

    in_header: bool
    action: str
    version: str
    extra: tuple[tuple[str, str], ...]
    also: SignatureScheme | None


@frozen
class GradedCodes:
    """Codes that may answer one thing, by grade."""

    documented: tuple[str, ...]
    tolerated: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """The codes of either grade, documented ones first."""
        return self.documented + self.tolerated


@frozen
class ClientRules:
    """What a client may send besides the operation's parameters, what of it is secret, and how often.

    `common` are parameters of call styles; `credentials` and `credential_headers` are or carry keys. `passing`
    are codes of refusals that another try may not meet.
    """

    common: frozenset[str]
    credentials: frozenset[str]
    credential_headers: frozenset[str]
    tries: int
    passing: frozenset[str]


@frozen
class Protocol:
    """Names and values of the wire; `clock_tolerance` is in seconds, both ways."""

    action: str
    version: str
    success: int
    media_type: str
    styles: Mapping[SignatureScheme, Style]
    operation_refusals: Mapping[str, GradedCodes]
    authentication_refusals: Mapping[str, GradedCodes]
    clock_tolerance: int
    signed_header: str
    regions: tuple[str, ...]
    hosts: tuple[str, ...]
    rates: tuple[int, ...]
    client: ClientRules


def read_protocol(documents: Documents) -> Protocol:
    """The content of protocol.yaml with its pointers followed."""
    whole = Record.of(documents.document(FILE), FILE)
    operation, authentication = whole.child("operation"), whole.child("authentication")
    endpoints = whole.child("endpoints")
    host = endpoints.get("host", str)
    return Protocol(
        action=documents.at(operation.child("action").get("pointer", str)),
        version=documents.at(operation.child("version").get("pointer", str)),
        success=operation.get("success", int),
        media_type=operation.get("mediaType", str),
        styles={scheme: _style(operation.child("styles").child(scheme.value)) for scheme in SignatureScheme},
        operation_refusals=_refusals(operation),
        authentication_refusals=_refusals(authentication),
        clock_tolerance=authentication.get("clockTolerance", int),
        signed_header=authentication.get("signedHeader", str),
        regions=endpoints.texts("regions"),
        hosts=tuple(host.replace("{region}", region) for region in endpoints.texts("regions")),
        rates=tuple(whole.child("flowControl").get("rates", list)),
        client=_client(whole.child("client")),
    )


def _client(record: Record) -> ClientRules:
    credentials = record.child("credentials")
    return ClientRules(
        frozenset(record.texts("common")),
        frozenset(credentials.texts("parameters")),
        frozenset(name.lower() for name in credentials.texts("headers")),
        record.get("tries", int),
        frozenset(record.texts("passing")),
    )


def _style(record: Record) -> Style:
    extra = record.get("extra", dict, {})
    also = record.get("also", str, None)
    return Style(
        record.get("in", str) == "header",
        record.get("action", str),
        record.get("version", str),
        tuple(extra.items()),
        SignatureScheme(also) if also else None,
    )


def _refusals(record: Record) -> Mapping[str, GradedCodes]:
    found = record.child("refusals")
    return {name: _codes(found.child(name)) for name in found.value}


def _codes(record: Record) -> GradedCodes:
    return GradedCodes(record.texts("documented"), record.texts("tolerated"))
