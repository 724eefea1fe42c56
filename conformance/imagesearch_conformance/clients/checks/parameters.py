"""Whether a request has the parameters that the client was asked to send, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import RequestCheckContext, ScenarioCheckContext
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.model.case import Location
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Json
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import parse_form

#: How a body begins that is no form (JSON, XML, parts): no name of a parameter does.
_NON_FORM_PREFIXES = (b"{", b"[", b"<", b"--")


@frozen
class ReceivedParameter:
    """One parameter as it came."""

    name: str
    value: str
    location: Location

    @property
    def where(self) -> str:
        """The place of it in a request, as findings name it."""
        return f"{self.location}:{self.name}"


def check_parameters(context: ScenarioCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    """Every parameter of the contract, and then what is none."""
    if not is_form(request.body):
        # Nothing can be said of parameters in another notation; that of the body is the finding.
        return
    found = tuple(_received_parameters(request))
    for parameter in context.contract.parameters:
        yield from _check_parameter(context, parameter, [one for one in found if one.name == parameter.name])
    yield from _check_surplus(context, found, tuple(context.arguments))


def check_locations(context: RequestCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    """Where each parameter travels, and what is none, for those who do not know what was asked."""
    if not is_form(request.body):
        return
    found = tuple(_received_parameters(request))
    for parameter in context.contract.parameters:
        first = next((one for one in found if one.name == parameter.name), None)
        if first is not None:
            yield _check_location(context, parameter, first)
    yield from _check_surplus(context, found, tuple(one.name for one in context.contract.parameters))


def is_form(body: bytes) -> bool:
    """Whether a body may be form data, by how it begins."""
    return not body.lstrip().startswith(_NON_FORM_PREFIXES)


def _received_parameters(request: WireRequest) -> Iterator[ReceivedParameter]:
    for raw, location in ((request.query, Location.QUERY), (request.body, Location.BODY)):
        yield from (ReceivedParameter(name, value, location) for name, value in parse_form(raw))


def _check_parameter(
    context: ScenarioCheckContext, parameter: Parameter, received: list[ReceivedParameter]
) -> Iterator[CheckResult]:
    named = f"{parameter.key}.required" if parameter.required else f"{parameter.key}.optional"
    if parameter.name not in context.arguments:
        yield from _check_omitted_parameter(context, parameter, named, received)
        return
    asked = context.arguments[parameter.name]
    if not received:
        yield _missing_parameter_result(context, parameter, named, asked)
        return
    sent = [one.value for one in received]
    if any(_is_same_value(asked, value) for value in sent):
        yield context.pass_requirement(named)
    else:
        message = f"{parameter.name} is sent with another value"
        yield context.fail_requirement(
            context.parameter_requirement(parameter.name, named),
            message,
            (_wire_text(asked),),
            sent[0],
            received[0].where,
        )
    yield _check_location(context, parameter, received[0])


def _check_omitted_parameter(
    context: ScenarioCheckContext, parameter: Parameter, presence_requirement: str, received: list[ReceivedParameter]
) -> Iterator[CheckResult]:
    default = None if parameter.default is None else to_wire_value(parameter.default)
    requirement = presence_requirement if default is None else f"{parameter.key}.default"
    if not received:
        yield from (context.pass_requirement(name) for name in dict.fromkeys((presence_requirement, requirement)))
        return
    grade = Grade.TOLERATED if default is not None and received[0].value == default else Grade.DOCUMENTED
    message = f"{parameter.name} is sent although it was left out"
    yield context.fail_requirement(requirement, message, ("nothing",), received[0].value, received[0].where, grade)


def _missing_parameter_result(
    context: ScenarioCheckContext, parameter: Parameter, presence_requirement: str, argument: Json
) -> CheckResult:
    """A value that is lost; an empty one may be taken for none."""
    if argument == "":
        requirement = context.parameter_requirement(parameter.name, presence_requirement)
        message = f"an empty {parameter.name} is not sent"
        return context.fail_requirement(
            requirement, message, ("an empty value",), None, parameter.name, Grade.TOLERATED
        )
    return context.fail_requirement(
        presence_requirement, f"{parameter.name} is not sent", (_wire_text(argument),), None, parameter.name
    )


def _check_location(context: RequestCheckContext, parameter: Parameter, received: ReceivedParameter) -> CheckResult:
    wanted = Location.QUERY if parameter.location is Location.QUERY else Location.BODY
    if received.location is wanted:
        return context.pass_requirement("request.location")
    message = f"{parameter.name} travels in the {received.location}"
    return context.fail_requirement("request.location", message, (wanted,), received.location.value, received.where)


def _check_surplus(
    context: RequestCheckContext, received: tuple[ReceivedParameter, ...], expected: tuple[str, ...]
) -> Iterator[CheckResult]:
    known = {one.name for one in context.contract.parameters}
    allowed = known | context.contract.protocol.client_rules.common_parameters
    stray = next((one.name for one in received if one.name not in allowed), None)
    twice = next((name for name, count in Counter(one.name for one in received).items() if count > 1), None)
    if stray is not None:
        message = f"the parameter {stray!r} was not asked for"
        yield context.fail_requirement("request.surplus", message, expected, stray)
    elif twice is not None:
        yield context.fail_requirement("request.surplus", f"{twice} is sent more than once", ("once",), twice)
    else:
        yield context.pass_requirement("request.surplus")


def _is_same_value(argument: Json, value: str) -> bool:
    """Whether a text is what was asked: true and false in any case, since the page names none."""
    return value.lower() == _wire_text(argument) if isinstance(argument, bool) else value == _wire_text(argument)


def _wire_text(argument: Json) -> str:
    return to_wire_value(argument)
