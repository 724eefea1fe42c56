"""A target profile: TOML on disk, checked against its schema, environment filled in."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def read_profile(path: Path, contract: Contract, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """The tables of a profile; raises BadInput with file and key."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"the profile cannot be read: {problem}", str(path)) from None
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(f"the profile is not TOML: {problem}", str(path)) from None
    check_profile(raw, contract, str(path))
    filled = _filled(raw, environment, str(path), ())
    check_profile(filled, contract, str(path))
    return dict(filled)


def check_profile(raw: Any, contract: Contract, where: str) -> None:
    """Raises BadInput unless the tables fit the schema of profiles."""
    schema = contract.documents.document("schemas/profile.json")
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        key = ".".join(map(str, problem.absolute_path)) or "the top level"
        raise BadInput(_said(problem), f"{where}: {key}", _advice(problem))


def _said(problem: ValidationError) -> str:
    if unknown := _unknown(problem):
        return f"the key {unknown!r} is not known"
    if missing := _missing(problem):
        return f"the key {missing!r} is missing"
    if "credentials" in problem.absolute_path:
        # The validator's message would repeat the key.
        return "the value is not what it has to be"
    return str(problem.message)


def _unknown(problem: ValidationError) -> str | None:
    """The first key that the schema does not know, when that is the problem."""
    if problem.validator != "additionalProperties":
        return None
    instance = problem.instance if isinstance(problem.instance, Mapping) else {}
    return next(str(name) for name in instance if name not in _stated(problem)["properties"])


def _missing(problem: ValidationError) -> str | None:
    """The first key that the schema requires and the profile lacks, when that is the problem."""
    if problem.validator != "required":
        return None
    instance = problem.instance if isinstance(problem.instance, Mapping) else {}
    return next(str(name) for name in _stated(problem)["required"] if name not in instance)


def _advice(problem: ValidationError) -> str:
    properties = _stated(problem).get("properties", {})
    if missing := _missing(problem):
        return f"write {_wanted(properties.get(missing, {}))}"
    unknown = _unknown(problem)
    if unknown is None:
        return str(_stated(problem).get("description") or f"write {_wanted(_stated(problem))}")
    near = get_close_matches(unknown, sorted(properties), 1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(properties))}"


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


def _filled(value: Any, environment: Mapping[str, str], where: str, path: tuple[str, ...]) -> Any:
    """The value with every `${NAME}` replaced from the environment."""
    if isinstance(value, dict):
        return {name: _filled(one, environment, where, (*path, name)) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, environment, where, (*path, str(index))) for index, one in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput(f"{value} is no number to reckon with", f"{where}: {'.'.join(path)}", "write a finite one")
    if not isinstance(value, str):
        return value

    def from_environment(found: re.Match[str]) -> str:
        try:
            return environment[found[1]]
        except KeyError:
            key = ".".join(path)
            raise BadInput(
                f"the environment has no variable {found[1]}", f"{where}: {key}", "set it, or write the value"
            ) from None

    return _REFERENCE.sub(from_environment, value)
