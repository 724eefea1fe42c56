"""Tables that users write: TOML on disk, checked against a schema, with words for what is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from imagesearch_conformance.errors import BadInput


def read_tables(path: Path, what: str) -> dict[str, Any]:
    """The tables of a TOML file; raises BadInput that calls the file `what`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise BadInput(f"{what} cannot be read: {problem}", str(path)) from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"{what} is not TOML: {problem}", str(path)) from None


def check_tables(raw: Any, schema: Any, where: str, unspoken: str | None = None) -> None:
    """Raises BadInput with file and key unless the tables fit a schema.

    No value below the key `unspoken` is repeated.
    """
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        key = ".".join(map(str, problem.absolute_path)) or "the top level"
        raise BadInput(_said(problem, unspoken), f"{where}: {key}", _advice(problem))


def _said(problem: ValidationError, unspoken: str | None) -> str:
    if unknown := _unknown(problem):
        return f"the key {unknown!r} is not known"
    if missing := _missing(problem):
        return f"the key {missing!r} is missing"
    if unspoken in problem.absolute_path:
        # The validator's message would repeat the value.
        return "the value is not what it has to be"
    return str(problem.message)


def _unknown(problem: ValidationError) -> str | None:
    """The first key that the schema does not know, when that is the problem."""
    if problem.validator != "additionalProperties":
        return None
    instance = problem.instance if isinstance(problem.instance, Mapping) else {}
    return next(str(name) for name in instance if name not in _stated(problem)["properties"])


def _missing(problem: ValidationError) -> str | None:
    """The first key that the schema requires and the table lacks, when that is the problem."""
    if problem.validator != "required":
        return None
    instance = problem.instance if isinstance(problem.instance, Mapping) else {}
    return next(str(name) for name in _stated(problem)["required"] if name not in instance)


def _advice(problem: ValidationError) -> str:
    properties = _stated(problem).get("properties", {})
    if missing := _missing(problem):
        return _described(properties.get(missing, {}))
    unknown = _unknown(problem)
    if unknown is None:
        return _described(_stated(problem))
    near = get_close_matches(unknown, sorted(properties), 1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(properties))}"


def _described(schema: Mapping[str, Any]) -> str:
    """What would be right, in the schema's own words if it has some."""
    return str(schema.get("description") or f"write {_wanted(schema)}")


def _wanted(schema: Mapping[str, Any]) -> str:
    """What a schema wants, in a few words."""
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    kinds = {
        "array": "a list",
        "object": "a table",
        "integer": "an integer",
        "string": "text",
        "boolean": "true or false",
    }
    kind = kinds.get(schema.get("type", ""), "a number")
    return f"{kind} that is not empty" if schema.get("minLength") or schema.get("minItems") else kind


def _stated(problem: ValidationError) -> Mapping[str, Any]:
    """The schema that is violated."""
    return problem.schema if isinstance(problem.schema, Mapping) else {}
