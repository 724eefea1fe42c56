"""Tables that users write: TOML on disk, checked against a schema, with words for what is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from imagesearch_conformance.errors import InvalidInput


def read_tables(path: Path, label: str) -> dict[str, Any]:
    """The tables of a TOML file; raises BadInput that calls the file `what`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise InvalidInput(f"{label} cannot be read: {problem}", str(path)) from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise InvalidInput(f"{label} is not TOML: {problem}", str(path)) from None


def check_tables(raw: Any, schema: Any, where: str, secret_key: str | None = None) -> None:
    """Raises BadInput with file and key unless the tables fit a schema.

    No value below the key `unspoken` is repeated.
    """
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        key = ".".join(map(str, problem.absolute_path)) or "the top level"
        raise InvalidInput(_describe_problem(problem, secret_key), f"{where}: {key}", _hint(problem))


def _describe_problem(problem: ValidationError, secret_key: str | None) -> str:
    if unknown := _unknown_key(problem):
        return f"the key {unknown!r} is not known"
    if missing := _missing_key(problem):
        return f"the key {missing!r} is missing"
    if secret_key in problem.absolute_path:
        # The validator's message would repeat the value.
        return "the value is not what it has to be"
    return str(problem.message)


def _unknown_key(problem: ValidationError) -> str | None:
    """The first key that the schema does not know, when that is the problem."""
    if problem.validator != "additionalProperties":
        return None
    instance = problem.instance if isinstance(problem.instance, Mapping) else {}
    return next(str(name) for name in instance if name not in _violated_schema(problem)["properties"])


def _missing_key(problem: ValidationError) -> str | None:
    """The first key that the schema requires and the table lacks, when that is the problem."""
    if problem.validator != "required":
        return None
    instance = problem.instance if isinstance(problem.instance, Mapping) else {}
    return next(str(name) for name in _violated_schema(problem)["required"] if name not in instance)


def _hint(problem: ValidationError) -> str:
    properties = _violated_schema(problem).get("properties", {})
    if missing := _missing_key(problem):
        return _describe_schema(properties.get(missing, {}))
    unknown = _unknown_key(problem)
    if unknown is None:
        return _describe_schema(_violated_schema(problem))
    near = get_close_matches(unknown, sorted(properties), 1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(properties))}"


def _describe_schema(schema: Mapping[str, Any]) -> str:
    """What would be right, in the schema's own words if it has some."""
    return str(schema.get("description") or f"write {_describe_type(schema)}")


def _describe_type(schema: Mapping[str, Any]) -> str:
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


def _violated_schema(problem: ValidationError) -> Mapping[str, Any]:
    """The schema that is violated."""
    return problem.schema if isinstance(problem.schema, Mapping) else {}
