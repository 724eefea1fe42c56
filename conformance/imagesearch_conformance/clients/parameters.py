"""Whether a request has the parameters that the client was asked to send, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.clients.look import Look
from imagesearch_conformance.contract.parameters import Parameter, written
from imagesearch_conformance.model.case import Location
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Json
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import parse_form

#: How a body begins that is no form (JSON, XML, parts): no name of a parameter does.
_OTHERS = (b"{", b"[", b"<", b"--")


@frozen
class Found:
    """One parameter as it came."""

    name: str
    value: str
    location: Location

    @property
    def where(self) -> str:
        """The place of it in a request, as findings name it."""
        return f"{self.location}:{self.name}"


def check_parameters(look: Look, request: WireRequest) -> Iterator[Remark]:
    """Every parameter of the contract, and then what is none."""
    if not is_form(request.body):
        # Nothing can be said of parameters in another notation; that of the body is the finding.
        return
    found = tuple(_found(request))
    for parameter in look.contract.parameters:
        yield from _parameter(look, parameter, [one for one in found if one.name == parameter.name])
    yield from _surplus(look, found)


def check_places(look: Look, request: WireRequest) -> Iterator[Remark]:
    """What holds for parameters whatever was asked: each travels in its place, and there are no others."""
    if is_form(request.body):
        found = tuple(_found(request))
        for parameter in look.contract.parameters:
            yield from (_placed(look, parameter, one) for one in found if one.name == parameter.name)
        yield from _surplus(look, found)


def is_form(body: bytes) -> bool:
    """Whether a body may be form data, by how it begins."""
    return not body.lstrip().startswith(_OTHERS)


def _found(request: WireRequest) -> Iterator[Found]:
    for raw, location in ((request.query, Location.QUERY), (request.body, Location.BODY)):
        yield from (Found(name, value, location) for name, value in parse_form(raw))


def _parameter(look: Look, parameter: Parameter, found: list[Found]) -> Iterator[Remark]:
    named = f"{parameter.key}.required" if parameter.required else f"{parameter.key}.optional"
    if parameter.name not in look.asked:
        yield from _unasked(look, parameter, named, found)
        return
    asked = look.asked[parameter.name]
    if not found:
        yield _missing(look, parameter, named, asked)
        return
    sent = [one.value for one in found]
    if any(_same(asked, value) for value in sent):
        yield look.held(named)
    else:
        message = f"{parameter.name} is sent with another value"
        yield look.departed(look.said(parameter.name, named), message, (_text(asked),), sent[0], found[0].where)
    yield _placed(look, parameter, found[0])


def _unasked(look: Look, parameter: Parameter, named: str, found: list[Found]) -> Iterator[Remark]:
    default = None if parameter.default is None else written(parameter.default)
    requirement = named if default is None else f"{parameter.key}.default"
    if not found:
        yield from (look.held(name) for name in dict.fromkeys((named, requirement)))
        return
    grade = Grade.TOLERATED if default is not None and found[0].value == default else Grade.DOCUMENTED
    message = f"{parameter.name} is sent although it was left out"
    yield look.departed(requirement, message, ("nothing",), found[0].value, found[0].where, grade)


def _missing(look: Look, parameter: Parameter, named: str, asked: Json) -> Remark:
    """A value that is lost; an empty one may be taken for none."""
    if asked == "":
        requirement = look.said(parameter.name, named)
        message = f"an empty {parameter.name} is not sent"
        return look.departed(requirement, message, ("an empty value",), None, parameter.name, Grade.TOLERATED)
    return look.departed(named, f"{parameter.name} is not sent", (_text(asked),), None, parameter.name)


def _placed(look: Look, parameter: Parameter, one: Found) -> Remark:
    wanted = Location.QUERY if parameter.location is Location.QUERY else Location.BODY
    if one.location is wanted:
        return look.held("request.location")
    message = f"{parameter.name} travels in the {one.location}"
    return look.departed("request.location", message, (wanted,), one.location.value, one.where)


def _surplus(look: Look, found: tuple[Found, ...]) -> Iterator[Remark]:
    known = {one.name for one in look.contract.parameters}
    allowed = known | look.contract.protocol.client.common
    stray = next((one.name for one in found if one.name not in allowed), None)
    twice = next((name for name, count in Counter(one.name for one in found).items() if count > 1), None)
    if stray is not None:
        message = f"the parameter {stray!r} was not asked for"
        yield look.departed("request.surplus", message, tuple(look.asked), stray)
    elif twice is not None:
        yield look.departed("request.surplus", f"{twice} is sent more than once", ("once",), twice)
    else:
        yield look.held("request.surplus")


def _same(asked: Json, value: str) -> bool:
    """Whether a text is what was asked: true and false in any case, since the page names none."""
    return value.lower() == _text(asked) if isinstance(asked, bool) else value == _text(asked)


def _text(asked: Json) -> str:
    return written(asked)
