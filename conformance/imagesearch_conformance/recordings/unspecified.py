"""What of a recorded call the page does not speak of, whatever its parameters say."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.cases.generated_placeholders import GENERATED_UNSPECIFIED
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Location
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.recordings.select_calls import RecordedCall
from imagesearch_conformance.signing.encoding import parse_form

#: What may have been encoded once or twice, where a recording has parameters and not the body that they came in.
_ENCODING_CHARACTERS = frozenset("%+")

#: Our own header that asks for an error code: a target of which nobody says that it knows it may still do so.
FAULT_HEADER = "x-conformance-fault"


def unspecified_requirements(contract: Contract, call: RecordedCall) -> Iterator[str]:
    """The requirements about what the page leaves open, most telling first."""
    if call.request.method.upper() != "POST":
        yield "silence.method"
    if call.parsed_request.version is None:
        yield "silence.version"
    if call.parsed_request.action != contract.protocol.action:
        yield "silence.case"
    if call.has_repeated_parameter:
        yield "silence.repeated"
    if set(call.parameters) - {one.name for one in contract.parameters}:
        yield "silence.unknown"
    if _has_misplaced_parameter(contract, call.request):
        yield "silence.location"
    if (
        _has_undeclared_body(contract, call.request)
        or _is_possibly_reencoded(call)
        or call.request.header(FAULT_HEADER)
    ):
        yield GENERATED_UNSPECIFIED
    if call.request.path != "/":
        yield GENERATED_UNSPECIFIED


def _has_misplaced_parameter(contract: Contract, request: WireRequest) -> bool:
    """Whether a parameter travels in another place than the contract has it."""
    queried = {name for name, _ in parse_form(request.query)}
    formed = {name for name, _ in parse_form(request.body)}
    places = {one.name: one.location for one in contract.parameters}
    return any(places.get(one, Location.QUERY) is not Location.QUERY for one in queried) or any(
        places.get(one) is Location.QUERY for one in formed
    )


def _has_undeclared_body(contract: Contract, request: WireRequest) -> bool:
    """Whether there is a body that is not declared as form data."""
    declared = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return bool(request.body) and declared != contract.protocol.media_type


def _is_possibly_reencoded(call: RecordedCall) -> bool:
    """Whether the parameters were told one by one, and may be told as they were encoded."""
    return not call.entry.has_exact_request and any(
        _ENCODING_CHARACTERS & set(value) for value in call.parameters.values()
    )
