"""The protocol around the operation: call styles, error codes before the operation, and rules for clients."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.model.target import SignatureScheme

PROTOCOL_FILE = "protocol.yaml"


@frozen
class CallStyle:
    """The names of the operation and its version in one call style, in headers or in the query.

    With a `companion_scheme`, requests also carry the names of that scheme's style.
    """

    in_header: bool
    action: str
    version: str
    extra: tuple[tuple[str, str], ...]
    companion_scheme: SignatureScheme | None


@frozen
class GradedCodes:
    """The acceptable codes for one defect, by grade."""

    documented: tuple[str, ...]
    tolerated: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All codes, documented ones first."""
        return self.documented + self.tolerated


@frozen
class ClientRules:
    """The parameters that a client may send besides those of the operation, its credentials, and its retries.

    `common_parameters` are those of call styles. `max_attempts` limits the requests of one call. `transient_codes` are
    errors after which a retry may succeed.
    """

    common_parameters: frozenset[str]
    credential_parameters: frozenset[str]
    credential_headers: frozenset[str]
    max_attempts: int
    transient_codes: frozenset[str]


@frozen
class Protocol:
    """The names and values of the protocol; `clock_tolerance` is in seconds, in both directions."""

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
    """Read protocol.yaml, and resolve its pointers."""
    root = SpecRecord.from_value(files.content(PROTOCOL_FILE), PROTOCOL_FILE)
    operation, authentication = root.child("operation"), root.child("authentication")
    endpoints = root.child("endpoints")
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
        rate_limits=tuple(root.child("flowControl").get("rates", list)),
        client_rules=_read_client_rules(root.child("client")),
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
    codes = record.child("refusals")
    return {
        name: GradedCodes(codes.child(name).strings("documented"), codes.child(name).strings("tolerated"))
        for name in codes.value
    }
