"""Checks of the parameters of a request: against the arguments of the call, or against the rules for values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from attrs import frozen

from imagesearch_conformance.checks.parsed_request import ParsedRequest, parse_request
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.clients.checks.context import RequestCheckContext, ScenarioCheckContext
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, VERSION, WINDOW
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.model.case import Location, Violation
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Json
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import parse_form

#: First bytes of bodies that are not forms (JSON, XML, multipart): no parameter name begins with them.
_NON_FORM_PREFIXES = (b"{", b"[", b"<", b"--")

#: Only the server knows what exists; the parameters that name the operation are checked with the wire format.
_EXISTENCE_KEYWORD, _OPERATION_PARAMETERS = "known", frozenset({ACTION, VERSION})

#: Expected values by keyword; `{}` is the constraint of the contract.
_EXPECTED_BY_KEYWORD: Mapping[str, str] = {
    "required": "a value",
    "type": "{}: digits, or true and false",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "enum": "one of {}",
    "minLength": "{} characters or more",
    "maxLength": "{} characters or fewer",
    "format": "a valid {}",
    "pattern": "a match of {}",
}


@frozen
class ReceivedParameter:
    """One parameter of a request."""

    name: str
    value: str
    location: Location

    @property
    def where(self) -> str:
        """Its place in the request, as findings name it."""
        return f"{self.location}:{self.name}"


def check_parameters(context: RequestCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    """Check the names and locations of parameters, and their values if the arguments of the call are known."""
    if not is_form(request.body):
        # The parameters of other formats are unknown; the format itself is the finding.
        return
    received = tuple(
        ReceivedParameter(name, value, location)
        for raw, location in ((request.query, Location.QUERY), (request.body, Location.BODY))
        for name, value in parse_form(raw)
    )
    for parameter in context.contract.parameters:
        own = [item for item in received if item.name == parameter.name]
        if isinstance(context, ScenarioCheckContext):
            yield from _check_argument(context, parameter, own)
        elif own:
            yield _check_location(context, parameter, own[0])
    names = [parameter.name for parameter in context.contract.parameters]
    yield _check_surplus(context, received, names if context.arguments is None else context.arguments)


def is_form(body: bytes) -> bool:
    """Return whether a body may be form data, by its first bytes."""
    return not body.lstrip().startswith(_NON_FORM_PREFIXES)


def _check_argument(
    context: ScenarioCheckContext, parameter: Parameter, received: list[ReceivedParameter]
) -> Iterator[CheckResult]:
    presence = f"{parameter.key}.required" if parameter.required else f"{parameter.key}.optional"
    if parameter.name not in context.arguments:
        yield from _check_omitted_parameter(context, parameter, presence, received)
        return
    argument = context.arguments[parameter.name]
    if not received:
        yield _missing_parameter_result(context, parameter, presence, argument)
        return
    if any(_is_same_value(argument, item.value) for item in received):
        yield context.pass_requirement(presence)
    else:
        requirement, message = context.parameter_requirement(parameter.name, presence), "is sent with another value"
        expected, actual = (to_wire_value(argument),), received[0].value
        yield context.fail_requirement(requirement, f"{parameter.name} {message}", expected, actual, received[0].where)
    yield _check_location(context, parameter, received[0])


def _check_omitted_parameter(
    context: ScenarioCheckContext, parameter: Parameter, presence: str, received: list[ReceivedParameter]
) -> Iterator[CheckResult]:
    default = None if parameter.default is None else to_wire_value(parameter.default)
    requirement = presence if default is None else f"{parameter.key}.default"
    if not received:
        yield from map(context.pass_requirement, dict.fromkeys((presence, requirement)))
        return
    grade = Grade.TOLERATED if default is not None and received[0].value == default else Grade.DOCUMENTED
    message = f"{parameter.name} is sent although it was left out"
    yield context.fail_requirement(requirement, message, ("nothing",), received[0].value, received[0].where, grade)


def _missing_parameter_result(
    context: ScenarioCheckContext, parameter: Parameter, presence: str, argument: Json
) -> CheckResult:
    """Return the finding of a lost argument; to drop an empty one is tolerated."""
    name = parameter.name
    if argument == "":
        requirement, expected = context.parameter_requirement(name, presence), ("an empty value",)
        return context.fail_requirement(
            requirement, f"an empty {name} is not sent", expected, None, name, Grade.TOLERATED
        )
    return context.fail_requirement(presence, f"{name} is not sent", (to_wire_value(argument),), None, name)


def _check_location(context: RequestCheckContext, parameter: Parameter, received: ReceivedParameter) -> CheckResult:
    expected = Location.QUERY if parameter.location is Location.QUERY else Location.BODY
    if received.location is expected:
        return context.pass_requirement("request.location")
    message, actual = f"{parameter.name} is sent in the {received.location}", received.location.value
    return context.fail_requirement("request.location", message, (expected,), actual, received.where)


def _check_surplus(
    context: RequestCheckContext, received: tuple[ReceivedParameter, ...], expected: Collection[str]
) -> CheckResult:
    names = Counter(item.name for item in received)
    known = {parameter.name for parameter in context.contract.parameters}
    allowed = known | context.contract.protocol.client_rules.common_parameters
    unknown = next((name for name in names if name not in allowed), None)
    repeated = next((name for name, count in names.items() if count > 1), None)
    if unknown is not None:
        message = f"unexpected parameter {unknown!r}"
        return context.fail_requirement("request.surplus", message, tuple(expected), unknown)
    if repeated is not None:
        return context.fail_requirement("request.surplus", f"{repeated} is sent more than once", ("once",), repeated)
    return context.pass_requirement("request.surplus")


def _is_same_value(argument: Json, value: str) -> bool:
    """Compare a sent text with an argument; booleans in any case, since the documentation names none."""
    return (value.lower() if isinstance(argument, bool) else value) == to_wire_value(argument)


def check_values(context: RequestCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    """Return a finding for each rule for values that a request violates."""
    parsed = parse_request(context.contract, request)
    violations = find_violations(context.contract, context.target, parsed)
    for requirement, violation in _violations_by_requirement(context.contract).items():
        entry = context.contract.requirements.get(requirement)
        if violation in violations and entry is not None and _can_judge(context, parsed, violation):
            message, expected, actual = _describe_violation(context.contract, parsed, violation)
            where, index = violation.parameter, context.index
            finding = Finding(requirement, entry.level, message, (expected,), actual, where, exchange_index=index)
            yield CheckResult(requirement, finding)


def find_request_requirement(contract: Contract, name: str) -> Requirement | None:
    """Return the requirement that a finding about a request names.

    A rule for values is a requirement of endpoints. The requirement of clients with the same id only demands that
    they send values unchanged.
    """
    if name in _violations_by_requirement(contract):
        return contract.requirements.get(name)
    return contract.client_requirements.get(name)


def _violations_by_requirement(contract: Contract) -> Mapping[str, Violation]:
    rules = {
        f"{parameter.key}.{keyword.lower()}": Violation(parameter.name, keyword)
        for parameter in contract.parameters
        for keyword in _EXPECTED_BY_KEYWORD
    }
    return rules | {f"{WINDOW}.maximum": Violation(WINDOW, "maximum")}


def _can_judge(context: RequestCheckContext, request: ParsedRequest, violation: Violation) -> bool:
    """Return whether a rule holds for the instance; an unknown one may allow other categories."""
    if violation.keyword == _EXISTENCE_KEYWORD or violation.parameter in _OPERATION_PARAMETERS:
        return False
    is_unknown = context.target.find_instance(request.value(context.contract.instance_parameter)) is None
    return not (is_unknown and violation.parameter == context.contract.category.parameter)


def _describe_violation(
    contract: Contract, request: ParsedRequest, violation: Violation
) -> tuple[str, str, str | None]:
    """Return the message, the expected and the actual value of a violation."""
    if violation.parameter == WINDOW:
        names = (contract.window.start_parameter, contract.window.count_parameter)
        sent = ", ".join(f"{name}={request.value(name)}" for name in names if request.value(name) is not None)
        window = " and ".join(names)
        return f"{window} exceed the window", f"{window} add up to {contract.window.maximum} or less", sent
    parameter = contract.parameter(violation.parameter)
    actual = request.value(violation.parameter)
    constraint = parameter.constraints()[violation.keyword]
    limit = ", ".join(map(to_wire_value, constraint)) if isinstance(constraint, tuple) else str(constraint)
    message = f"{parameter.name} is missing" if actual is None else f"{parameter.name} is {actual!r}"
    return message, _EXPECTED_BY_KEYWORD[violation.keyword].format(limit), actual
