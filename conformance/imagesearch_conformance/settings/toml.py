"""TOML files of users, validated against a JSON Schema, with readable messages."""

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
    """Read a TOML file; raises InvalidInput with the label of the file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise InvalidInput(f"{label} cannot be read: {problem}", str(path)) from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise InvalidInput(f"{label} is not TOML: {problem}", str(path)) from None


def check_tables(raw: Any, schema: Any, where: str, hidden_key: str | None = None) -> None:
    """Raise InvalidInput with file and key if the tables violate a schema.

    No message repeats a value below `hidden_key`.
    """
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        key = ".".join(map(str, problem.absolute_path)) or "the top level"
        raise InvalidInput(_describe_problem(problem, hidden_key), f"{where}: {key}", _hint(problem))


def _describe_problem(problem: ValidationError, hidden_key: str | None) -> str:
    if unknown := _unknown_key(problem):
        return f"unknown key {unknown!r}"
    if missing := _missing_key(problem):
        return f"missing key {missing!r}"
    if hidden_key in problem.absolute_path:
        # The validator's message would repeat the value.
        return "invalid value"
    return str(problem.message)


def _unknown_key(problem: ValidationError) -> str | None:
    """Return the first unknown key, None if the problem is another."""
    if problem.validator != "additionalProperties":
        return None
    instance = problem.instance if isinstance(problem.instance, Mapping) else {}
    return next(str(name) for name in instance if name not in _violated_schema(problem)["properties"])


def _missing_key(problem: ValidationError) -> str | None:
    """Return the first missing key, None if the problem is another."""
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
    matches = get_close_matches(unknown, sorted(properties), 1)
    return f"did you mean {matches[0]!r}?" if matches else f"expected one of {', '.join(sorted(properties))}"


def _describe_schema(schema: Mapping[str, Any]) -> str:
    """Return the description of a schema, or the type that it requires."""
    return str(schema.get("description") or f"write {_describe_type(schema)}")


def _describe_type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    descriptions = {
        "array": "a list",
        "object": "a table",
        "integer": "an integer",
        "string": "text",
        "boolean": "true or false",
    }
    description = descriptions.get(schema.get("type", ""), "a number")
    return f"{description} that is not empty" if schema.get("minLength") or schema.get("minItems") else description


def _violated_schema(problem: ValidationError) -> Mapping[str, Any]:
    return problem.schema if isinstance(problem.schema, Mapping) else {}
