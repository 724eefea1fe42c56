"""The three sources of generated parameters: what keeps the rules, what breaks them, and filters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import schemathesis
from attrs import frozen
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from imagesearch_conformance.cases.fuzz.conditions import Conditions
from imagesearch_conformance.cases.fuzz.wire import Wire, wire
from imagesearch_conformance.cases.generated import FILTERS, INVALID, VALID
from imagesearch_conformance.cases.workshop import Workshop, example
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import FILE, Parameter, written
from imagesearch_conformance.model.target import Image, Instance

T = TypeVar("T")

_FILTER = "filter"

_PATH, _METHOD = "/", "post"

#: Of so many examples about one keeps the names that were made up, or names what is nowhere.
_RARELY = 8

#: Texts that are integers by half.
_ODD_INTEGERS = ("+{}", " {}", "{} ", "0{}", "{}.0", "{}.5", "{}e0", "0x{}", "{}_0", "-{}", "{}a", "\u0661")

#: Truth values as they are written elsewhere, and what resembles them.
_ODD_TRUTHS = (
    "True",
    "FALSE",
    "1",
    "0",
    "yes",
    "off",
    " true",
    "false ",
    "truth",
    "2",
    "-1",
    "null",
    "true,false",
    "tru",
)

#: What gets into numbers by mistake.
_STRAY = ("", "0", "9", ".", ",", "-", "+", " ", "e", "%", "a", "\u0661")


def sources(shop: Workshop) -> Mapping[str, st.SearchStrategy[Wire]]:
    """The strategy of each source, by its requirement."""
    made = _Sources(shop, Conditions.of(shop))
    return {VALID: made.valid(), INVALID: made.invalid(), FILTERS: made.filters()}


@frozen(repr=False)
class _Sources:
    shop: Workshop
    conditions: Conditions

    def valid(self) -> st.SearchStrategy[Wire]:
        plain = dict(self.shop.request().parameters)
        own = self._combinations().map(lambda given: {**plain, **given})
        return self._named(st.one_of(own, self._bodies(GenerationMode.POSITIVE)))

    def _combinations(self) -> st.SearchStrategy[Wire]:
        """Valid values of any optional parameters: Schemathesis gives few at a time."""
        chosen = {one.name: self._sound_value(one) for one in self._parameters() if not one.required}
        return st.fixed_dictionaries({}, optional=chosen)

    def _sound_value(self, parameter: Parameter) -> st.SearchStrategy[str]:
        if parameter.enum:
            return _any_of(parameter.enum).map(str)
        if parameter.integer:
            return st.integers(parameter.minimum, parameter.maximum).map(str)
        if parameter.boolean:
            return st.booleans().map(written)
        if parameter.pattern is not None:
            return _of_form(parameter.pattern).filter(parameter.allows)
        if parameter.filter:
            return self.conditions.texts()
        return _any_of(parameter.examples).map(written) if parameter.examples else st.just(example(parameter))

    def invalid(self) -> st.SearchStrategy[Wire]:
        beside = st.builds(_with, self.valid(), self._amiss())
        return st.one_of(beside, self._named(self._bodies(GenerationMode.NEGATIVE)))

    def filters(self) -> st.SearchStrategy[Wire]:
        plain = dict(self.shop.request().parameters)
        if self.shop.contract.filter is None:
            return st.nothing()
        return self.conditions.texts().map(lambda text: {**plain, **self.shop.filtering(text)})

    def _bodies(self, mode: GenerationMode) -> st.SearchStrategy[Wire]:
        """What Schemathesis makes of our document, as far as a form can carry it."""
        texts = st.one_of(self.conditions.texts(), self.conditions.odd_texts())
        schemathesis.openapi.format(_FILTER, texts)
        # A configuration of its own: files of the user's that lie about are for other runs.
        schema = schemathesis.openapi.from_dict(_document(self.shop.contract), config=SchemathesisConfig())
        cases = schema[_PATH][_METHOD.upper()].as_strategy(generation_mode=mode)
        return cases.map(lambda case: wire(self.shop.contract, case.body))

    def _amiss(self) -> st.SearchStrategy[Wire]:
        """One value that is unusual or wrong, or a parameter that nobody knows."""
        each = [st.builds(_only, st.just(one.name), self._amiss_value(one)) for one in self._parameters()]
        unknown = st.dictionaries(st.text(max_size=20), st.text(max_size=20), min_size=1, max_size=1)
        return st.one_of(*each, unknown.map(lambda one: wire(self.shop.contract, one)))

    def _parameters(self) -> list[Parameter]:
        names = {self.shop.contract.instance, *self.shop.contract.image.parameters}
        return [one for one in self.shop.contract.parameters if one.name not in names]

    def _amiss_value(self, parameter: Parameter) -> st.SearchStrategy[str]:
        if parameter.integer:
            bounds = [one for one in (parameter.minimum, parameter.maximum, *parameter.enum) if isinstance(one, int)]
            near = st.builds(int.__add__, st.sampled_from(bounds or [0]), st.sampled_from([0, 1, -1]))
            odd = st.builds(str.format, st.sampled_from(_ODD_INTEGERS), near)
            return st.one_of(near.map(str), odd, st.integers().map(str), st.text(max_size=12))
        if parameter.filter:
            return st.one_of(self.conditions.broken_texts(), self.conditions.odd_texts())
        if parameter.boolean:
            return st.one_of(_any_of(_ODD_TRUTHS), st.text(max_size=6))
        if parameter.pattern is not None:
            forms = [_of_form(one) for one in (parameter.pattern, parameter.open_pattern) if one is not None]
            named = [*parameter.open.values(), *parameter.broken.values()]
            return st.one_of(*([_any_of(named)] if named else []), *forms, _misspelt(forms[0]), st.text(max_size=12))
        return st.text(max_size=2 * (parameter.max_length or 100))

    def _named(self, bodies: st.SearchStrategy[Wire]) -> st.SearchStrategy[Wire]:
        """The same requests with names that the target knows in most places where made-up ones stand."""
        places = [(where, what) for where in self._instances() for what in self._images(where)]
        nowhere = Image(f"{self.shop.absent}-product", f"{self.shop.absent}.jpg")
        rare = [None, (self.shop.target.instance, nowhere), (self._no_instance(), self.shop.image)]
        return st.builds(self._renamed, bodies, _mostly(_any_of(places), _any_of(rare)))

    def _renamed(self, given: Wire, place: tuple[Instance, Image] | None) -> Wire:
        if place is None:
            return given
        where, what = place
        product, picture = self.shop.contract.image.parameters
        names = {self.shop.contract.instance: where.name, product: what.product_id, picture: what.pic_name}
        # What is missing, empty or too long is left so: that is what was to be tried.
        return {
            name: names[name] if name in names and self._sound(name, text) else text for name, text in given.items()
        }

    def _sound(self, name: str, text: str) -> bool:
        parameter = self.shop.contract.parameter(name)
        return (parameter.min_length or 0) <= len(text) <= (parameter.max_length or len(text))

    def _instances(self) -> tuple[Instance, ...]:
        first, *further = self.shop.target.instances
        return (first, *(one for one in further if one.images))

    def _images(self, instance: Instance) -> tuple[Image, ...]:
        found = self.shop.survey.images if instance == self.shop.target.instance else instance.images
        return found or (self.shop.image,)

    def _no_instance(self) -> Instance:
        return Instance(self.shop.absent[: self.shop.contract.parameter(self.shop.contract.instance).max_length])


def _of_form(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


def _misspelt(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts with one character lost, doubled, put in or changed."""

    def misspelt(text: str, place: int, other: str, kept: int) -> str:
        place %= len(text) + 1
        return text[:place] + other + text[place + kept :]

    return st.builds(misspelt, texts, st.integers(0, 20), st.sampled_from(_STRAY), st.integers(0, 1))


def _any_of(values: Sequence[T]) -> st.SearchStrategy[T]:
    """Any of these, the first before others; unlike `sampled_from` without showing them all to anybody."""
    return st.integers(0, len(values) - 1).map(lambda place: values[place])


def _mostly(often: st.SearchStrategy[T], seldom: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """The first of the two apart from one time in so many, and wherever it shows the same."""
    # `one_of` takes a strategy that is named twice for one, and `integers` prefers small ones.
    return st.sampled_from(range(_RARELY)).flatmap(lambda turn: seldom if turn == _RARELY - 1 else often)


def _only(name: str, text: str) -> Wire:
    return {name: text}


def _with(given: Wire, changes: Wire) -> Wire:
    return {**given, **changes}


def _document(contract: Contract) -> dict[str, Any]:
    """The operation of our OpenAPI document with nothing but the form: what is around it is not generated."""
    whole = contract.documents.document("openapi.yaml")
    operation = whole["paths"][_PATH][_METHOD]
    # Unknown parameters come from a source of their own; left to chance they would be in every request.
    schema = {**json.loads(json.dumps(contract.documents.document(FILE))), "additionalProperties": False}
    content = {media_type: {"schema": schema} for media_type in operation["requestBody"]["content"]}
    made = {
        "operationId": operation["operationId"],
        "requestBody": {"required": True, "content": content},
        "responses": {"default": {"description": "any"}},
    }
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": {_PATH: {_METHOD: made}}}
