"""What can be said of a request without knowing what its client was asked: the wire, and the rules for parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.checks.rules import broken_rules
from imagesearch_conformance.checks.sent import Sent, read_sent
from imagesearch_conformance.clients.look import Sight
from imagesearch_conformance.clients.parameters import check_places
from imagesearch_conformance.clients.requesting import check_request, nonce_of, replayed, texts_of, unshown
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, VERSION, WINDOW
from imagesearch_conformance.contract.parameters import written
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.model.target import Target

#: That something exists is for the server to know; what names the operation is judged with the wire around it.
_KNOWN, _OF_THE_WIRE = "known", frozenset({ACTION, VERSION})

#: What makes it pointless to look at parameters: they cannot be read, or are those of another operation.
_UNREADABLE = frozenset({"operation.method", "operation.action", "wire.form"})

#: What would be right, by keyword; `{}` is what the contract states.
_RIGHT: Mapping[str, str] = {
    "required": "a value",
    "type": "{}: digits, or true and false",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "enum": "one of {}",
    "minLength": "{} characters or more",
    "maxLength": "{} characters or fewer",
    "format": "what follows the grammar of a {}",
    "pattern": "the form {}",
}


def requirement_named(contract: Contract, name: str) -> Requirement | None:
    """A requirement that a request may depart from: one of clients, or one about values of parameters.

    A rule for values binds whoever is asked; what it demands of clients alone is to hand values on unchanged.
    """
    if name in _rules(contract):
        return contract.requirements.get(name)
    return contract.client_requirements.get(name)


def judge_unasked(
    contract: Contract, target: Target, exchange: Exchange, used: frozenset[str] = frozenset(), index: int = 0
) -> tuple[Finding, ...]:
    """Everything that is wrong with a request, each requirement once; `used` are the nonces of those before."""
    sight = Sight(contract, target, index=index)
    found: dict[str, Finding] = {}
    for remark in _remarks(sight, exchange, used):
        if remark.finding is not None and remark.requirement in contract.client_requirements:
            found.setdefault(remark.requirement, remark.finding)
    if not _UNREADABLE & found.keys():
        for finding in _of_rules(sight, read_sent(contract, exchange.request)):
            found.setdefault(finding.requirement, finding)
    return tuple(found.values())


def _remarks(sight: Sight, exchange: Exchange, used: frozenset[str]) -> Iterator[Remark]:
    request = exchange.request
    yield from check_request(sight, exchange)
    yield from check_places(sight, request)
    nonce = nonce_of(request)
    if nonce is not None and nonce in used:
        yield replayed(sight, nonce)
    yield unshown(sight, texts_of(request))


def _rules(contract: Contract) -> Mapping[str, Violation]:
    rules = {f"{one.key}.{word.lower()}": Violation(one.name, word) for one in contract.parameters for word in _RIGHT}
    return rules | {f"{WINDOW}.maximum": Violation(WINDOW, "maximum")}


def _of_rules(sight: Sight, sent: Sent) -> Iterator[Finding]:
    broken = broken_rules(sight.contract, sight.target, sent)
    for name, violation in _rules(sight.contract).items():
        entry = sight.contract.requirements.get(name)
        if violation in broken and entry is not None and _judged(sight, sent, violation):
            message, right, actual = _said(sight.contract, sent, violation)
            yield Finding(name, entry.level, message, (right,), actual, violation.parameter, exchange=sight.index)


def _judged(sight: Sight, sent: Sent, violation: Violation) -> bool:
    """Whether a rule holds in every instance that may be meant: those that take any category are not told by name."""
    if violation.keyword == _KNOWN or violation.parameter in _OF_THE_WIRE:
        return False
    stranger = sight.target.instance_named(sent.value(sight.contract.instance)) is None
    return not (stranger and violation.parameter == sight.contract.category.parameter)


def _said(contract: Contract, sent: Sent, violation: Violation) -> tuple[str, str, str | None]:
    """What is wrong, what would be right, and what was sent."""
    if violation.parameter == WINDOW:
        return _window(contract, sent)
    parameter = contract.parameter(violation.parameter)
    actual = sent.value(violation.parameter)
    stated = parameter.constraints()[violation.keyword]
    limit = ", ".join(map(written, stated)) if isinstance(stated, tuple) else str(stated)
    message = f"{parameter.name} is missing" if actual is None else f"{parameter.name} is {actual!r}"
    return message, _RIGHT[violation.keyword].format(limit), actual


def _window(contract: Contract, sent: Sent) -> tuple[str, str, str]:
    window = contract.window
    names = (window.start, window.count)
    given = ", ".join(f"{name}={sent.value(name)}" for name in names if sent.value(name) is not None)
    together = " and ".join(names)
    return f"{together} reach beyond the window", f"{together} add up to {window.maximum} or less", given
