"""Which of what was recorded are calls of this operation, in whichever style, and what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import evolve, frozen

from imagesearch_conformance.checks.parsed_request import ParsedRequest, parse_request
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.protocol import CallStyle
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.recordings.model import HarEntry
from imagesearch_conformance.signing.parse import Unsigned, parse_signature

#: What browsers ask before a call, and what asks about a server: none is a call (RFC 9110 section 9.3).
_NON_CALL_METHODS = frozenset({"OPTIONS", "HEAD", "TRACE", "CONNECT"})


@frozen(eq=False)
class RecordedCall:
    """A recorded call of the operation, read; `sent` has the operation and version wherever they are named."""

    entry: HarEntry
    parsed_request: ParsedRequest
    parameter_pairs: tuple[tuple[str, str], ...]

    @property
    def exchange(self) -> Exchange:
        """The request and the reply."""
        return self.entry.exchange

    @property
    def request(self) -> WireRequest:
        """The request."""
        return self.entry.exchange.request

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The parameters by name, those of the call style left out; the first where one stands there twice."""
        return dict(reversed(self.parameter_pairs))

    @property
    def has_repeated_parameter(self) -> bool:
        """Whether a parameter stands there twice."""
        return len(self.parameters) < len(self.parameter_pairs)


@frozen
class SelectedCalls:
    """The calls to one endpoint; how many entries are of something else, and how many calls went to other endpoints."""

    endpoint: str
    calls: tuple[RecordedCall, ...]
    other_entries: int
    calls_elsewhere: int


def select_calls(contract: Contract, entries: Iterable[HarEntry], endpoint: str | None) -> SelectedCalls | None:
    """The calls to this endpoint where there are any, else to the one that was called most; None without any call."""
    everything = list(entries)
    calls = [found for one in everything if (found := parse_call(contract, one)) is not None]
    counts = Counter(one.entry.origin for one in calls)
    if not counts:
        return None
    chosen = endpoint if endpoint is not None and endpoint in counts else max(counts, key=lambda one: counts[one])
    kept = tuple(one for one in calls if one.entry.origin == chosen)
    return SelectedCalls(chosen, kept, len(everything) - len(calls), len(calls) - len(kept))


def parse_call(contract: Contract, entry: HarEntry) -> RecordedCall | None:
    """The call that an exchange is, or None for one of something else."""
    request = entry.exchange.request
    if request.method.upper() in _NON_CALL_METHODS:
        return None
    sent = _add_names_from_form(contract, parse_request(contract, request))
    if sent.action is None and not _is_unnamed_call(contract, sent):
        return None
    if sent.action is not None and sent.action.lower() != contract.protocol.action.lower():
        return None
    common = contract.protocol.client_rules.common_parameters
    return RecordedCall(entry, sent, tuple(pair for pair in sent.parameters if pair[0] not in common))


def _add_names_from_form(contract: Contract, request: ParsedRequest) -> ParsedRequest:
    """What was sent with the names of the operation and version also where a form has them, as V2 allows."""
    styles = [one for one in contract.protocol.call_styles.values() if not one.in_header]
    return evolve(
        request,
        action=request.action if request.action is not None else _find_in_form(request, styles, "action"),
        version=request.version if request.version is not None else _find_in_form(request, styles, "version"),
    )


def _find_in_form(request: ParsedRequest, styles: Iterable[CallStyle], attribute: str) -> str | None:
    values = (request.value(getattr(style, attribute)) for style in styles)
    return next((value for value in values if value is not None), None)


def _is_unnamed_call(contract: Contract, request: ParsedRequest) -> bool:
    """Whether a request that names no operation can be nothing but a call of this one.

    It names an instance and an image, and has what the gateway asks for besides: its path, a version, a signature.
    """
    named = [contract.instance_parameter, *contract.image.parameters]
    whole = all(request.value(name) is not None for name in named) and request.wire.path == "/"
    return whole and (
        request.version == contract.protocol.version or not isinstance(parse_signature(request.wire), Unsigned)
    )
