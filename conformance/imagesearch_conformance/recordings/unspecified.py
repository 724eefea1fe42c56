"""Find what the documentation leaves open in a recorded call, whatever its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.cases.generated_placeholders import GENERATED_UNSPECIFIED
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Location
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.recordings.select_calls import RecordedCall
from imagesearch_conformance.signing.encoding import parse_form

#: Characters that show a value encoded once or twice, if a recording has parameters without their body.
_ENCODING_CHARACTERS = frozenset("%+")

#: Our header that requests an error code: a target may support it although no profile declares that.
FAULT_HEADER = "x-conformance-fault"


def unspecified_requirements(contract: Contract, call: RecordedCall) -> Iterator[str]:
    """The requirements about unspecified behaviour, the most specific first."""
    if call.request.method.upper() != "POST":
        yield "silence.method"
    if call.parsed_request.version is None:
        yield "silence.version"
    if call.parsed_request.action != contract.protocol.action:
        yield "silence.case"
    if call.has_repeated_parameter:
        yield "silence.repeated"
    if set(call.parameters) - {parameter.name for parameter in contract.parameters}:
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
    """Return whether a parameter is in the query instead of the form, or the other way round."""
    locations = {parameter.name: parameter.location for parameter in contract.parameters}
    in_query, in_form = (
        {name for name, _ in parse_form(request.query)},
        {name for name, _ in parse_form(request.body)},
    )
    return any(locations.get(name, Location.QUERY) is not Location.QUERY for name in in_query) or any(
        locations.get(name) is Location.QUERY for name in in_form
    )


def _has_undeclared_body(contract: Contract, request: WireRequest) -> bool:
    """Return whether there is a body that is not declared as form data."""
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return bool(request.body) and media_type != contract.protocol.media_type


def _is_possibly_reencoded(call: RecordedCall) -> bool:
    """Return whether the recording has parameters one by one, possibly still encoded."""
    return not call.entry.has_exact_request and any(
        _ENCODING_CHARACTERS & set(value) for value in call.parameters.values()
    )
