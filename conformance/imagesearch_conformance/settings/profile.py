"""A target profile: TOML on disk, checked against its schema, environment filled in."""

from __future__ import annotations

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
    return dict(filled)


def check_profile(raw: Any, contract: Contract, where: str) -> None:
    """Raises BadInput unless the tables fit the schema of profiles."""
    schema = contract.documents.document("schemas/profile.json")
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        key = ".".join(map(str, problem.absolute_path)) or "the top level"
        raise BadInput(_said(problem), f"{where}: {key}", _advice(problem))


def _said(problem: ValidationError) -> str:
    if problem.validator == "additionalProperties":
        return f"the key {_unknown(problem)!r} is not known"
    return f"{problem.message}"


def _unknown(problem: ValidationError) -> str:
    return next(name for name in problem.instance if name not in problem.schema["properties"])


def _advice(problem: ValidationError) -> str:
    if problem.validator == "additionalProperties":
        known = sorted(problem.schema["properties"])
        near = get_close_matches(_unknown(problem), known, 1)
        return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return str(problem.schema.get("description", ""))


def _filled(value: Any, environment: Mapping[str, str], where: str, path: tuple[str, ...]) -> Any:
    """The value with every `${NAME}` replaced from the environment."""
    if isinstance(value, dict):
        return {name: _filled(one, environment, where, (*path, name)) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, environment, where, (*path, str(index))) for index, one in enumerate(value)]
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
