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

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value
from imagesearch_conformance.cases.generated_placeholders import GENERATED_FILTERS, GENERATED_INVALID, GENERATED_VALID
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import REQUEST_SCHEMA_FILE, Parameter, to_wire_value
from imagesearch_conformance.generation.form_encoding import WireParameters, encode_parameters
from imagesearch_conformance.generation.target_filters import TargetFilterStrategies
from imagesearch_conformance.model.target import Image, Instance

T = TypeVar("T")

_FILTER_FORMAT = "filter"

_PATH, _METHOD = "/", "post"

#: Of so many examples about one keeps the names that were made up, or names what is nowhere.
_RARE_INTERVAL = 8

#: Texts that are integers by half.
_UNUSUAL_INTEGERS = ("+{}", " {}", "{} ", "0{}", "{}.0", "{}.5", "{}e0", "0x{}", "{}_0", "-{}", "{}a", "\u0661")

#: Truth values as they are written elsewhere, and what resembles them.
_UNUSUAL_BOOLEANS = (
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
_STRAY_CHARACTERS = ("", "0", "9", ".", ",", "-", "+", " ", "e", "%", "a", "\u0661")


def source_strategies(builder: CaseBuilder) -> Mapping[str, st.SearchStrategy[WireParameters]]:
    """The strategy of each source, by its requirement."""
    made = _SourceStrategies(builder, TargetFilterStrategies.from_builder(builder))
    return {GENERATED_VALID: made.valid(), GENERATED_INVALID: made.invalid(), GENERATED_FILTERS: made.filters()}


@frozen(repr=False)
class _SourceStrategies:
    builder: CaseBuilder
    filter_strategies: TargetFilterStrategies

    def valid(self) -> st.SearchStrategy[WireParameters]:
        plain = dict(self.builder.request().parameters)
        own = self._optional_parameters().map(lambda given: {**plain, **given})
        return self._with_known_names(st.one_of(own, self._schemathesis_bodies(GenerationMode.POSITIVE)))

    def _optional_parameters(self) -> st.SearchStrategy[WireParameters]:
        """Valid values of any optional parameters: Schemathesis gives few at a time."""
        chosen = {one.name: self._valid_values(one) for one in self._parameters_except_names() if not one.required}
        return st.fixed_dictionaries({}, optional=chosen)

    def _valid_values(self, parameter: Parameter) -> st.SearchStrategy[str]:
        if parameter.enum:
            return _choose_from(parameter.enum).map(str)
        if parameter.is_integer:
            return st.integers(parameter.minimum, parameter.maximum).map(str)
        if parameter.is_boolean:
            return st.booleans().map(to_wire_value)
        if parameter.pattern is not None:
            return _texts_matching(parameter.pattern).filter(parameter.matches_pattern)
        if parameter.is_filter:
            return self.filter_strategies.texts()
        return (
            _choose_from(parameter.examples).map(to_wire_value)
            if parameter.examples
            else st.just(example_value(parameter))
        )

    def invalid(self) -> st.SearchStrategy[WireParameters]:
        beside = st.builds(_merge, self.valid(), self._unusual_parameters())
        return st.one_of(beside, self._with_known_names(self._schemathesis_bodies(GenerationMode.NEGATIVE)))

    def filters(self) -> st.SearchStrategy[WireParameters]:
        plain = dict(self.builder.request().parameters)
        if self.builder.contract.filter_parameter is None:
            return st.nothing()
        return self.filter_strategies.texts().map(lambda text: {**plain, **self.builder.filter_parameter(text)})

    def _schemathesis_bodies(self, mode: GenerationMode) -> st.SearchStrategy[WireParameters]:
        """What Schemathesis makes of our document, as far as a form can carry it."""
        texts = st.one_of(self.filter_strategies.texts(), self.filter_strategies.grammar_texts())
        schemathesis.openapi.format(_FILTER_FORMAT, texts)
        # A configuration of its own: files of the user's that lie about are for other runs.
        schema = schemathesis.openapi.from_dict(_openapi_document(self.builder.contract), config=SchemathesisConfig())
        cases = schema[_PATH][_METHOD.upper()].as_strategy(generation_mode=mode)
        return cases.map(lambda case: encode_parameters(self.builder.contract, case.body))

    def _unusual_parameters(self) -> st.SearchStrategy[WireParameters]:
        """One value that is unusual or wrong, or a parameter that nobody knows."""
        each = [
            st.builds(_single_parameter, st.just(one.name), self._unusual_values(one))
            for one in self._parameters_except_names()
        ]
        unknown = st.dictionaries(st.text(max_size=20), st.text(max_size=20), min_size=1, max_size=1)
        return st.one_of(*each, unknown.map(lambda one: encode_parameters(self.builder.contract, one)))

    def _parameters_except_names(self) -> list[Parameter]:
        names = {self.builder.contract.instance_parameter, *self.builder.contract.image.parameters}
        return [one for one in self.builder.contract.parameters if one.name not in names]

    def _unusual_values(self, parameter: Parameter) -> st.SearchStrategy[str]:
        if parameter.is_integer:
            bounds = [one for one in (parameter.minimum, parameter.maximum, *parameter.enum) if isinstance(one, int)]
            near = st.builds(int.__add__, st.sampled_from(bounds or [0]), st.sampled_from([0, 1, -1]))
            odd = st.builds(str.format, st.sampled_from(_UNUSUAL_INTEGERS), near)
            return st.one_of(near.map(str), odd, st.integers().map(str), st.text(max_size=12))
        if parameter.is_filter:
            return st.one_of(self.filter_strategies.invalid_texts(), self.filter_strategies.grammar_texts())
        if parameter.is_boolean:
            return st.one_of(_choose_from(_UNUSUAL_BOOLEANS), st.text(max_size=6))
        if parameter.pattern is not None:
            forms = [
                _texts_matching(one) for one in (parameter.pattern, parameter.unspecified_pattern) if one is not None
            ]
            named = [*parameter.unspecified_values.values(), *parameter.invalid_values.values()]
            return st.one_of(
                *([_choose_from(named)] if named else []), *forms, _misspelt_texts(forms[0]), st.text(max_size=12)
            )
        return st.text(max_size=2 * (parameter.max_length or 100))

    def _with_known_names(self, bodies: st.SearchStrategy[WireParameters]) -> st.SearchStrategy[WireParameters]:
        """The same requests with names that the target knows in most places where made-up ones stand."""
        places = [(where, what) for where in self._usable_instances() for what in self._known_images(where)]
        nowhere = Image(f"{self.builder.missing_name}-product", f"{self.builder.missing_name}.jpg")
        rare = [None, (self.builder.target.instance, nowhere), (self._missing_instance(), self.builder.image)]
        return st.builds(self._replace_names, bodies, _choose_mostly(_choose_from(places), _choose_from(rare)))

    def _replace_names(self, parameters: WireParameters, replacement: tuple[Instance, Image] | None) -> WireParameters:
        if replacement is None:
            return parameters
        where, what = replacement
        product, picture = self.builder.contract.image.parameters
        names = {self.builder.contract.instance_parameter: where.name, product: what.product_id, picture: what.pic_name}
        # What is missing, empty or too long is left so: that is what was to be tried.
        return {
            name: names[name] if name in names and self._has_valid_length(name, text) else text
            for name, text in parameters.items()
        }

    def _has_valid_length(self, name: str, text: str) -> bool:
        parameter = self.builder.contract.parameter(name)
        return (parameter.min_length or 0) <= len(text) <= (parameter.max_length or len(text))

    def _usable_instances(self) -> tuple[Instance, ...]:
        first, *further = self.builder.target.instances
        return (first, *(one for one in further if one.images))

    def _known_images(self, instance: Instance) -> tuple[Image, ...]:
        found = self.builder.survey.images if instance == self.builder.target.instance else instance.images
        return found or (self.builder.image,)

    def _missing_instance(self) -> Instance:
        return Instance(
            self.builder.missing_name[
                : self.builder.contract.parameter(self.builder.contract.instance_parameter).max_length
            ]
        )


def _texts_matching(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


def _misspelt_texts(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts with one character lost, doubled, put in or changed."""

    def misspell(text: str, position: int, replacement: str, removed_length: int) -> str:
        position %= len(text) + 1
        return text[:position] + replacement + text[position + removed_length :]

    return st.builds(misspell, texts, st.integers(0, 20), st.sampled_from(_STRAY_CHARACTERS), st.integers(0, 1))


def _choose_from(values: Sequence[T]) -> st.SearchStrategy[T]:
    """Any of these, the first before others; unlike `sampled_from` without showing them all to anybody."""
    return st.integers(0, len(values) - 1).map(lambda place: values[place])


def _choose_mostly(common: st.SearchStrategy[T], rare: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """The first of the two apart from one time in so many, and wherever it shows the same."""
    # `one_of` takes a strategy that is named twice for one, and `integers` prefers small ones.
    return st.sampled_from(range(_RARE_INTERVAL)).flatmap(lambda turn: rare if turn == _RARE_INTERVAL - 1 else common)


def _single_parameter(name: str, text: str) -> WireParameters:
    return {name: text}


def _merge(parameters: WireParameters, changes: WireParameters) -> WireParameters:
    return {**parameters, **changes}


def _openapi_document(contract: Contract) -> dict[str, Any]:
    """The operation of our OpenAPI document with nothing but the form: what is around it is not generated."""
    whole = contract.spec_files.content("openapi.yaml")
    operation = whole["paths"][_PATH][_METHOD]
    # Unknown parameters come from a source of their own; left to chance they would be in every request.
    schema = {**json.loads(json.dumps(contract.spec_files.content(REQUEST_SCHEMA_FILE))), "additionalProperties": False}
    content = {media_type: {"schema": schema} for media_type in operation["requestBody"]["content"]}
    made = {
        "operationId": operation["operationId"],
        "requestBody": {"required": True, "content": content},
        "responses": {"default": {"description": "any"}},
    }
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": {_PATH: {_METHOD: made}}}
