"""The three sources of generated requests: valid parameters, invalid ones, and filters."""

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
from imagesearch_conformance.generation.filters import grammar_texts
from imagesearch_conformance.generation.target_filters import TargetFilterStrategies
from imagesearch_conformance.generation.values import misspelt_texts
from imagesearch_conformance.model.target import Image, Instance
from imagesearch_conformance.oracle.oracle import WireParameters

T = TypeVar("T")

_FILTER_FORMAT = "filter"

_PATH, _METHOD = "/", "post"

#: One of so many examples keeps made-up names, or names something that does not exist.
_RARE_INTERVAL = 8

#: Texts that resemble integers.
_UNUSUAL_INTEGERS = ("+{}", " {}", "{} ", "0{}", "{}.0", "{}.5", "{}e0", "0x{}", "{}_0", "-{}", "{}a", "\u0661")

#: Notations of booleans in other languages, and texts that resemble them.
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

#: Characters that misspelt numbers contain.
_STRAY_CHARACTERS = ("", "0", "9", ".", ",", "-", "+", " ", "e", "%", "a", "\u0661")


def source_strategies(builder: CaseBuilder) -> Mapping[str, st.SearchStrategy[WireParameters]]:
    """Return the strategy of each source, by its requirement."""
    sources = _SourceStrategies(builder, TargetFilterStrategies.from_builder(builder))
    return {
        GENERATED_VALID: sources.valid(),
        GENERATED_INVALID: sources.invalid(),
        GENERATED_FILTERS: sources.filters(),
    }


@frozen(repr=False)
class _SourceStrategies:
    builder: CaseBuilder
    filter_strategies: TargetFilterStrategies

    def valid(self) -> st.SearchStrategy[WireParameters]:
        minimal = dict(self.builder.request().parameters)
        requests = self._optional_parameters().map(lambda parameters: {**minimal, **parameters})
        return self._with_known_names(st.one_of(requests, self._schemathesis_bodies(GenerationMode.POSITIVE)))

    def _optional_parameters(self) -> st.SearchStrategy[WireParameters]:
        """Return valid values of any optional parameters: Schemathesis generates few at a time."""
        optional = (parameter for parameter in self._parameters_except_names() if not parameter.required)
        return st.fixed_dictionaries(
            {}, optional={parameter.name: self._valid_values(parameter) for parameter in optional}
        )

    def _valid_values(self, parameter: Parameter) -> st.SearchStrategy[str]:
        if parameter.enum:
            return _choose_from(parameter.enum).map(str)
        if parameter.is_integer:
            return st.integers(parameter.minimum, parameter.maximum).map(str)
        if parameter.is_boolean:
            return st.booleans().map(to_wire_value)
        if parameter.pattern is not None:
            return st.from_regex(parameter.pattern, fullmatch=True).filter(parameter.matches_pattern)
        if parameter.is_filter:
            return self.filter_strategies.texts()
        return (
            _choose_from(parameter.examples).map(to_wire_value)
            if parameter.examples
            else st.just(example_value(parameter))
        )

    def invalid(self) -> st.SearchStrategy[WireParameters]:
        requests = st.builds(_merge, self.valid(), self._unusual_parameters())
        return st.one_of(requests, self._with_known_names(self._schemathesis_bodies(GenerationMode.NEGATIVE)))

    def filters(self) -> st.SearchStrategy[WireParameters]:
        minimal = dict(self.builder.request().parameters)
        if self.builder.contract.filter_parameter is None:
            return st.nothing()
        return self.filter_strategies.texts().map(lambda text: {**minimal, **self.builder.filter_parameter(text)})

    def _schemathesis_bodies(self, mode: GenerationMode) -> st.SearchStrategy[WireParameters]:
        """Return the request bodies that Schemathesis generates, as far as a form can encode them."""
        texts = st.one_of(self.filter_strategies.texts(), grammar_texts(self.builder.contract))
        schemathesis.openapi.format(_FILTER_FORMAT, texts)
        # An own configuration: Schemathesis would read a file of the user in the working directory.
        schema = schemathesis.openapi.from_dict(_openapi_document(self.builder.contract), config=SchemathesisConfig())
        cases = schema[_PATH][_METHOD.upper()].as_strategy(generation_mode=mode)
        return cases.map(lambda case: encode_parameters(self.builder.contract, case.body))

    def _unusual_parameters(self) -> st.SearchStrategy[WireParameters]:
        """Return one parameter with an unusual or invalid value, or an unknown parameter."""
        known = [
            st.builds(_single_parameter, st.just(parameter.name), self._unusual_values(parameter))
            for parameter in self._parameters_except_names()
        ]
        unknown = st.dictionaries(st.text(max_size=20), st.text(max_size=20), min_size=1, max_size=1)
        return st.one_of(*known, unknown.map(lambda body: encode_parameters(self.builder.contract, body)))

    def _parameters_except_names(self) -> list[Parameter]:
        names = {self.builder.contract.instance_parameter, *self.builder.contract.image.parameters}
        return [parameter for parameter in self.builder.contract.parameters if parameter.name not in names]

    def _unusual_values(self, parameter: Parameter) -> st.SearchStrategy[str]:
        if parameter.is_integer:
            candidates = (parameter.minimum, parameter.maximum, *parameter.enum)
            bounds = [bound for bound in candidates if isinstance(bound, int)]
            near = st.builds(int.__add__, st.sampled_from(bounds or [0]), st.sampled_from([0, 1, -1]))
            unusual = st.builds(str.format, st.sampled_from(_UNUSUAL_INTEGERS), near)
            return st.one_of(near.map(str), unusual, st.integers().map(str), st.text(max_size=12))
        if parameter.is_filter:
            return st.one_of(self.filter_strategies.invalid_texts(), grammar_texts(self.builder.contract))
        if parameter.is_boolean:
            return st.one_of(_choose_from(_UNUSUAL_BOOLEANS), st.text(max_size=6))
        if parameter.pattern is not None:
            patterns = (parameter.pattern, parameter.unspecified_pattern)
            matching = [st.from_regex(pattern, fullmatch=True) for pattern in patterns if pattern is not None]
            examples = [*parameter.unspecified_values.values(), *parameter.invalid_values.values()]
            known = [_choose_from(examples)] if examples else []
            misspelt = misspelt_texts(matching[0], _STRAY_CHARACTERS, 20)
            return st.one_of(*known, *matching, misspelt, st.text(max_size=12))
        return st.text(max_size=2 * (parameter.max_length or 100))

    def _with_known_names(self, bodies: st.SearchStrategy[WireParameters]) -> st.SearchStrategy[WireParameters]:
        """Replace most made-up names by names that the target knows."""
        known = [(instance, image) for instance in self._usable_instances() for image in self._known_images(instance)]
        missing = Image(f"{self.builder.missing_name}-product", f"{self.builder.missing_name}.jpg")
        rare = [None, (self.builder.target.instance, missing), (self._missing_instance(), self.builder.image)]
        return st.builds(self._replace_names, bodies, _choose_mostly(_choose_from(known), _choose_from(rare)))

    def _replace_names(self, parameters: WireParameters, replacement: tuple[Instance, Image] | None) -> WireParameters:
        if replacement is None:
            return parameters
        instance, image = replacement
        product, picture = self.builder.contract.image.parameters
        names = {
            self.builder.contract.instance_parameter: instance.name,
            product: image.product_id,
            picture: image.pic_name,
        }
        # A missing, empty or too long name stays: it is what the example tests.
        return {
            name: names[name] if name in names and self._has_valid_length(name, text) else text
            for name, text in parameters.items()
        }

    def _has_valid_length(self, name: str, text: str) -> bool:
        parameter = self.builder.contract.parameter(name)
        return (parameter.min_length or 0) <= len(text) <= (parameter.max_length or len(text))

    def _usable_instances(self) -> tuple[Instance, ...]:
        first, *others = self.builder.target.instances
        return (first, *(instance for instance in others if instance.images))

    def _known_images(self, instance: Instance) -> tuple[Image, ...]:
        images = self.builder.survey.images if instance == self.builder.target.instance else instance.images
        return images or (self.builder.image,)

    def _missing_instance(self) -> Instance:
        parameter = self.builder.contract.parameter(self.builder.contract.instance_parameter)
        return Instance(self.builder.missing_name[: parameter.max_length])


def _choose_from(values: Sequence[T]) -> st.SearchStrategy[T]:
    """Return any of the values; unlike `sampled_from`, its representation does not show them all."""
    return st.integers(0, len(values) - 1).map(lambda index: values[index])


def _choose_mostly(common: st.SearchStrategy[T], rare: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Return values of `common`, and rarely of `rare`; examples shrink to the former."""
    # `one_of` removes duplicate strategies, and `integers` prefers small values.
    return st.sampled_from(range(_RARE_INTERVAL)).flatmap(lambda turn: rare if turn == _RARE_INTERVAL - 1 else common)


def _single_parameter(name: str, text: str) -> WireParameters:
    return {name: text}


def _merge(parameters: WireParameters, changes: WireParameters) -> WireParameters:
    return {**parameters, **changes}


def _openapi_document(contract: Contract) -> dict[str, Any]:
    """Return an OpenAPI document with only the form of the operation: the rest of a request is not generated."""
    document = contract.spec_files.content("openapi.yaml")
    operation = document["paths"][_PATH][_METHOD]
    # Unknown parameters are generated elsewhere; Schemathesis would put them into each request.
    schema = {**json.loads(json.dumps(contract.spec_files.content(REQUEST_SCHEMA_FILE))), "additionalProperties": False}
    content = {media_type: {"schema": schema} for media_type in operation["requestBody"]["content"]}
    form_operation = {
        "operationId": operation["operationId"],
        "requestBody": {"required": True, "content": content},
        "responses": {"default": {"description": "any"}},
    }
    return {"openapi": document["openapi"], "info": document["info"], "paths": {_PATH: {_METHOD: form_operation}}}


def encode_parameters(contract: Contract, body: Any) -> WireParameters:
    """Return a generated body as parameters, without lists, objects and names of the protocol."""
    pairs = body.items() if isinstance(body, Mapping) else ()
    texts = {str(name): encode_value(value) for name, value in pairs if _is_usable_name(contract, str(name))}
    return {name: value for name, value in texts.items() if value is not None}


def encode_value(value: Any) -> str | None:
    """Return a JSON scalar as text, or None for a list or object."""
    if isinstance(value, str):
        return value
    return None if isinstance(value, (list, dict)) else json.dumps(value)


def _is_usable_name(contract: Contract, name: str) -> bool:
    """Return whether a name is a parameter, or cannot be confused with one or with a name of the protocol."""
    known = {parameter.name for parameter in contract.parameters}
    reserved = {_normalize_name(reserved) for reserved in (*known, *_protocol_names(contract))}
    return name in known or _normalize_name(name) not in reserved


def _normalize_name(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _protocol_names(contract: Contract) -> list[str]:
    components = contract.spec_files.resolve("openapi.yaml#/components")
    return [item["name"] for kind in ("parameters", "securitySchemes") for item in components[kind].values()]
