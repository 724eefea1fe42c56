"""Select the calls of this operation from a recording, in any call style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import evolve, frozen

from imagesearch_conformance.checks.parsed_request import ParsedRequest, parse_request
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.protocol import CallStyle
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.recordings.model import HarEntry
from imagesearch_conformance.signing.parse import Unsigned, parse_signature

#: Methods of preflight and diagnostic requests, which are not calls (RFC 9110 section 9.3).
_NON_CALL_METHODS = frozenset({"OPTIONS", "HEAD", "TRACE", "CONNECT"})


@frozen(eq=False)
class RecordedCall:
    """A recorded call of the operation; the parsed request has operation and version wherever the call names them."""

    entry: HarEntry
    parsed_request: ParsedRequest
    parameter_pairs: tuple[tuple[str, str], ...]

    @property
    def exchange(self) -> Exchange:
        return self.entry.exchange

    @property
    def request(self) -> WireRequest:
        return self.entry.exchange.request

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The first value of each parameter, without those of the call style."""
        return dict(reversed(self.parameter_pairs))

    @property
    def has_repeated_parameter(self) -> bool:
        return len(self.parameters) < len(self.parameter_pairs)


@frozen
class SelectedCalls:
    """The calls to one endpoint, and the numbers of other entries and of calls to other endpoints."""

    endpoint: str
    calls: tuple[RecordedCall, ...]
    other_entries: int
    calls_elsewhere: int


def select_calls(contract: Contract, entries: Iterable[HarEntry], endpoint: str | None) -> SelectedCalls | None:
    """Select the calls to `endpoint`, or to the most called one if there are none; None without any call."""
    entries = list(entries)
    calls = [call for entry in entries if (call := parse_call(contract, entry)) is not None]
    counts = Counter(call.entry.origin for call in calls)
    if not counts:
        return None
    origin = endpoint if endpoint is not None and endpoint in counts else counts.most_common(1)[0][0]
    selected = tuple(call for call in calls if call.entry.origin == origin)
    return SelectedCalls(origin, selected, len(entries) - len(calls), len(calls) - len(selected))


def parse_call(contract: Contract, entry: HarEntry) -> RecordedCall | None:
    """Return the entry as a call, or None if it is something else."""
    request = entry.exchange.request
    if request.method.upper() in _NON_CALL_METHODS:
        return None
    parsed = _add_names_from_form(contract, parse_request(contract, request))
    if parsed.action is None and not _is_unnamed_call(contract, parsed):
        return None
    if parsed.action is not None and parsed.action.lower() != contract.protocol.action.lower():
        return None
    common = contract.protocol.client_rules.common_parameters
    return RecordedCall(entry, parsed, tuple(pair for pair in parsed.parameters if pair[0] not in common))


def _add_names_from_form(contract: Contract, request: ParsedRequest) -> ParsedRequest:
    """Take operation and version from a form too, as V2 allows."""
    styles = [style for style in contract.protocol.call_styles.values() if not style.in_header]
    return evolve(
        request,
        action=request.action if request.action is not None else _find_in_form(request, styles, "action"),
        version=request.version if request.version is not None else _find_in_form(request, styles, "version"),
    )


def _find_in_form(request: ParsedRequest, styles: Iterable[CallStyle], attribute: str) -> str | None:
    values = (request.value(getattr(style, attribute)) for style in styles)
    return next((value for value in values if value is not None), None)


def _is_unnamed_call(contract: Contract, request: ParsedRequest) -> bool:
    """Return whether a request without the name of an operation can only be a call of this one.

    It names an instance and an image, and has the path of the gateway and a version or a signature.
    """
    names = [contract.instance_parameter, *contract.image.parameters]
    has_names = all(request.value(name) is not None for name in names)
    return (
        has_names
        and request.wire.path == "/"
        and (request.version == contract.protocol.version or not isinstance(parse_signature(request.wire), Unsigned))
    )
