"""The wire around the operation: how a call names it, and how refusals before it look."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.model.target import SignatureScheme

PROTOCOL_FILE = "protocol.yaml"


@frozen
class CallStyle:
    """How one call style names the operation: in a header or in the query, under which names.

    `also` is a style whose names are given beside its own.
    """

    in_header: bool
    action: str
    version: str
    extra: tuple[tuple[str, str], ...]
    companion_scheme: SignatureScheme | None


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

    common_parameters: frozenset[str]
    credential_parameters: frozenset[str]
    credential_headers: frozenset[str]
    max_attempts: int
    transient_codes: frozenset[str]


@frozen
class Protocol:
    """Names and values of the wire; `clock_tolerance` is in seconds, both ways."""

    action: str
    version: str
    success_status: int
    media_type: str
    call_styles: Mapping[SignatureScheme, CallStyle]
    operation_error_codes: Mapping[str, GradedCodes]
    authentication_error_codes: Mapping[str, GradedCodes]
    clock_tolerance: int
    signed_header: str
    regions: tuple[str, ...]
    hosts: tuple[str, ...]
    rate_limits: tuple[int, ...]
    client_rules: ClientRules


def read_protocol(files: SpecFiles) -> Protocol:
    """The content of protocol.yaml with its pointers followed."""
    whole = SpecRecord.from_value(files.content(PROTOCOL_FILE), PROTOCOL_FILE)
    operation, authentication = whole.child("operation"), whole.child("authentication")
    endpoints = whole.child("endpoints")
    host = endpoints.get("host", str)
    return Protocol(
        action=files.resolve(operation.child("action").get("pointer", str)),
        version=files.resolve(operation.child("version").get("pointer", str)),
        success_status=operation.get("success", int),
        media_type=operation.get("mediaType", str),
        call_styles={
            scheme: _read_call_style(operation.child("styles").child(scheme.value)) for scheme in SignatureScheme
        },
        operation_error_codes=_read_error_codes(operation),
        authentication_error_codes=_read_error_codes(authentication),
        clock_tolerance=authentication.get("clockTolerance", int),
        signed_header=authentication.get("signedHeader", str),
        regions=endpoints.strings("regions"),
        hosts=tuple(host.replace("{region}", region) for region in endpoints.strings("regions")),
        rate_limits=tuple(whole.child("flowControl").get("rates", list)),
        client_rules=_read_client_rules(whole.child("client")),
    )


def _read_client_rules(record: SpecRecord) -> ClientRules:
    credentials = record.child("credentials")
    return ClientRules(
        frozenset(record.strings("common")),
        frozenset(credentials.strings("parameters")),
        frozenset(name.lower() for name in credentials.strings("headers")),
        record.get("tries", int),
        frozenset(record.strings("passing")),
    )


def _read_call_style(record: SpecRecord) -> CallStyle:
    extra = record.get("extra", dict, {})
    also = record.get("also", str, None)
    return CallStyle(
        record.get("in", str) == "header",
        record.get("action", str),
        record.get("version", str),
        tuple(extra.items()),
        SignatureScheme(also) if also else None,
    )


def _read_error_codes(record: SpecRecord) -> Mapping[str, GradedCodes]:
    found = record.child("refusals")
    return {name: _read_graded_codes(found.child(name)) for name in found.value}


def _read_graded_codes(record: SpecRecord) -> GradedCodes:
    return GradedCodes(record.strings("documented"), record.strings("tolerated"))
