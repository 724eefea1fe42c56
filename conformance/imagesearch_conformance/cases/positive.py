"""Valid requests: the least, the most, each optional parameter alone, defaults, every instance."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.pages import unrepeatable
from imagesearch_conformance.cases.workshop import Workshop, example
from imagesearch_conformance.contract.parameters import Parameter, written
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Instance


def positive(shop: Workshop) -> Iterator[Case]:
    """All valid requests that no bound is the reason for."""
    yield shop.accepted("request.minimal/first", "the required parameters alone", shop.request())
    yield shop.accepted("request.full/examples", "every parameter at a valid value", shop.request(_everything(shop)))
    for parameter in shop.contract.parameters:
        if not parameter.required:
            yield from _optional(shop, parameter)
    for instance in shop.target.instances[1:]:
        if instance.images:
            title = f"the required parameters alone, on the instance {instance.name}"
            yield shop.accepted(f"request.minimal/{instance.name}", title, shop.request(instance=instance))
            yield from _with_category(shop, instance)


def _everything(shop: Workshop) -> dict[str, str]:
    return {one.name: example(one) for one in shop.contract.parameters if not one.required}


def _optional(shop: Workshop, parameter: Parameter) -> Iterator[Case]:
    name, value = parameter.name, example(parameter)
    yield shop.accepted(f"{parameter.key}.optional/given", f"{name} is given", shop.request({name: value}))
    yield shop.accepted(f"{parameter.key}.optional/absent", f"{name} is left out", shop.request())
    if parameter.default is not None:
        yield _default(shop, parameter)


def _default(shop: Workshop, parameter: Parameter) -> Case:
    given = shop.request({parameter.name: written(parameter.default)})
    case = shop.accepted(f"{parameter.key}.default/explicit", f"{parameter.name} left out, then at its default", given)
    if reason := _undecided(shop, parameter):
        return shop.inapplicable(case.id, case.title, reason)
    return evolve(case, probes=(Probe(shop.request()), Probe(given)), relation=Relation.SAME_ENTRIES)


def _undecided(shop: Workshop, parameter: Parameter) -> str | None:
    """Why a default does not show on this target, or None."""
    known = len(shop.survey.entries)
    if reason := unrepeatable(shop):
        return reason
    if parameter.name == shop.contract.window.count and 0 < known <= int(parameter.default or 0):
        return f"the ranking has {known} entries, and a default of {parameter.default} shows in a longer one only"
    return None


def _with_category(shop: Workshop, instance: Instance) -> Iterator[Case]:
    choice = shop.contract.parameter(shop.contract.category.parameter)
    for value in choice.enum[:1]:
        title = f"{choice.name} is {value}, on the instance {instance.name}"
        request = shop.request({choice.name: str(value)}, instance=instance)
        yield shop.accepted(f"{choice.key}.optional/{instance.name}", title, request)
