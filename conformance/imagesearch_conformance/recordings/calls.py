"""Which of what was recorded are calls of this operation, in whichever style, and what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import evolve, frozen

from imagesearch_conformance.checks.sent import Sent, read_sent
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.protocol import Style
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.recordings.recorded import Recorded
from imagesearch_conformance.signing.presented import Anonymous, present

#: What browsers ask before a call, and what asks about a server: none is a call (RFC 9110 section 9.3).
_ASIDE = frozenset({"OPTIONS", "HEAD", "TRACE", "CONNECT"})


@frozen(eq=False)
class Call:
    """A recorded call of the operation, read; `sent` has the operation and version wherever they are named."""

    recorded: Recorded
    sent: Sent
    own: tuple[tuple[str, str], ...]

    @property
    def exchange(self) -> Exchange:
        """The request and the reply."""
        return self.recorded.exchange

    @property
    def request(self) -> WireRequest:
        """The request."""
        return self.recorded.exchange.request

    @cached_property
    def given(self) -> Mapping[str, str]:
        """The parameters by name, those of the call style left out; the first where one stands there twice."""
        return dict(reversed(self.own))

    @property
    def repeats(self) -> bool:
        """Whether a parameter stands there twice."""
        return len(self.given) < len(self.own)


@frozen
class Sorting:
    """The calls to one endpoint; how many entries are of something else, and how many calls went to other endpoints."""

    endpoint: str
    calls: tuple[Call, ...]
    others: int
    elsewhere: int


def sorted_out(contract: Contract, entries: Iterable[Recorded], endpoint: str | None) -> Sorting | None:
    """The calls to this endpoint where there are any, else to the one that was called most; None without any call."""
    everything = list(entries)
    calls = [found for one in everything if (found := call_of(contract, one)) is not None]
    counts = Counter(one.recorded.origin for one in calls)
    if not counts:
        return None
    chosen = endpoint if endpoint is not None and endpoint in counts else max(counts, key=lambda one: counts[one])
    kept = tuple(one for one in calls if one.recorded.origin == chosen)
    return Sorting(chosen, kept, len(everything) - len(calls), len(calls) - len(kept))


def call_of(contract: Contract, recorded: Recorded) -> Call | None:
    """The call that an exchange is, or None for one of something else."""
    request = recorded.exchange.request
    if request.method.upper() in _ASIDE:
        return None
    sent = _everywhere(contract, read_sent(contract, request))
    if sent.action is None and not _resembles(contract, sent):
        return None
    if sent.action is not None and sent.action.lower() != contract.protocol.action.lower():
        return None
    common = contract.protocol.client.common
    return Call(recorded, sent, tuple(pair for pair in sent.parameters if pair[0] not in common))


def _everywhere(contract: Contract, sent: Sent) -> Sent:
    """What was sent with the names of the operation and version also where a form has them, as V2 allows."""
    styles = [one for one in contract.protocol.styles.values() if not one.in_header]
    return evolve(
        sent,
        action=sent.action if sent.action is not None else _in_form(sent, styles, "action"),
        version=sent.version if sent.version is not None else _in_form(sent, styles, "version"),
    )


def _in_form(sent: Sent, styles: Iterable[Style], what: str) -> str | None:
    values = (sent.value(getattr(style, what)) for style in styles)
    return next((value for value in values if value is not None), None)


def _resembles(contract: Contract, sent: Sent) -> bool:
    """Whether a request that names no operation can be nothing but a call of this one.

    It names an instance and an image, and has what the gateway asks for besides: its path, a version, a signature.
    """
    named = [contract.instance, *contract.image.parameters]
    whole = all(sent.value(name) is not None for name in named) and sent.request.path == "/"
    return whole and (sent.version == contract.protocol.version or not isinstance(present(sent.request), Anonymous))
