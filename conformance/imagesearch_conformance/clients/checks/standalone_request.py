"""What can be said of a request without knowing what its client was asked: the wire, and the rules for parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imagesearch_conformance.checks.parsed_request import ParsedRequest, parse_request
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.clients.checks.context import RequestCheckContext
from imagesearch_conformance.clients.checks.parameters import check_locations
from imagesearch_conformance.clients.checks.request import (
    check_request,
    check_texts_for_secret,
    nonce_reuse_result,
    request_texts,
    signature_nonce,
)
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, VERSION, WINDOW
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.model.target import Target

#: That something exists is for the server to know; what names the operation is judged with the wire around it.
_EXISTENCE_KEYWORD, _OPERATION_PARAMETERS = "known", frozenset({ACTION, VERSION})

#: What makes it pointless to look at parameters: they cannot be read, or are those of another operation.
_BLOCKING_REQUIREMENTS = frozenset({"operation.method", "operation.action", "wire.form"})

#: What would be right, by keyword; `{}` is what the contract states.
_EXPECTED_BY_KEYWORD: Mapping[str, str] = {
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


def find_request_requirement(contract: Contract, name: str) -> Requirement | None:
    """A requirement that a request may depart from: one of clients, or one about values of parameters.

    A rule for values binds whoever is asked; what it demands of clients alone is to hand values on unchanged.
    """
    if name in _violations_by_requirement(contract):
        return contract.requirements.get(name)
    return contract.client_requirements.get(name)


def judge_standalone_request(
    contract: Contract, target: Target, exchange: Exchange, used_nonces: frozenset[str] = frozenset(), index: int = 0
) -> tuple[Finding, ...]:
    """Everything that is wrong with a request, each requirement once; `used` are the nonces of those before."""
    sight = RequestCheckContext(contract, target, index=index)
    found: dict[str, Finding] = {}
    for remark in _check_results(sight, exchange, used_nonces):
        if remark.finding is not None and remark.requirement in contract.client_requirements:
            found.setdefault(remark.requirement, remark.finding)
    if not _BLOCKING_REQUIREMENTS & found.keys():
        for finding in _rule_findings(sight, parse_request(contract, exchange.request)):
            found.setdefault(finding.requirement, finding)
    return tuple(found.values())


def _check_results(
    context: RequestCheckContext, exchange: Exchange, used_nonces: frozenset[str]
) -> Iterator[CheckResult]:
    request = exchange.request
    yield from check_request(context, exchange)
    yield from check_locations(context, request)
    nonce = signature_nonce(request)
    if nonce is not None and nonce in used_nonces:
        yield nonce_reuse_result(context, nonce)
    yield check_texts_for_secret(context, request_texts(request))


def _violations_by_requirement(contract: Contract) -> Mapping[str, Violation]:
    rules = {
        f"{one.key}.{word.lower()}": Violation(one.name, word)
        for one in contract.parameters
        for word in _EXPECTED_BY_KEYWORD
    }
    return rules | {f"{WINDOW}.maximum": Violation(WINDOW, "maximum")}


def _rule_findings(context: RequestCheckContext, request: ParsedRequest) -> Iterator[Finding]:
    broken = find_violations(context.contract, context.target, request)
    for name, violation in _violations_by_requirement(context.contract).items():
        entry = context.contract.requirements.get(name)
        if violation in broken and entry is not None and _can_judge(context, request, violation):
            message, right, actual = _describe_violation(context.contract, request, violation)
            yield Finding(
                name, entry.level, message, (right,), actual, violation.parameter, exchange_index=context.index
            )


def _can_judge(context: RequestCheckContext, request: ParsedRequest, violation: Violation) -> bool:
    """Whether a rule holds in every instance that may be meant: those that take any category are not told by name."""
    if violation.keyword == _EXISTENCE_KEYWORD or violation.parameter in _OPERATION_PARAMETERS:
        return False
    stranger = context.target.find_instance(request.value(context.contract.instance_parameter)) is None
    return not (stranger and violation.parameter == context.contract.category.parameter)


def _describe_violation(
    contract: Contract, request: ParsedRequest, violation: Violation
) -> tuple[str, str, str | None]:
    """What is wrong, what would be right, and what was sent."""
    if violation.parameter == WINDOW:
        return _describe_window_violation(contract, request)
    parameter = contract.parameter(violation.parameter)
    actual = request.value(violation.parameter)
    stated = parameter.constraints()[violation.keyword]
    limit = ", ".join(map(to_wire_value, stated)) if isinstance(stated, tuple) else str(stated)
    message = f"{parameter.name} is missing" if actual is None else f"{parameter.name} is {actual!r}"
    return message, _EXPECTED_BY_KEYWORD[violation.keyword].format(limit), actual


def _describe_window_violation(contract: Contract, request: ParsedRequest) -> tuple[str, str, str]:
    window = contract.window
    names = (window.start_parameter, window.count_parameter)
    given = ", ".join(f"{name}={request.value(name)}" for name in names if request.value(name) is not None)
    together = " and ".join(names)
    return f"{together} reach beyond the window", f"{together} add up to {window.maximum} or less", given
