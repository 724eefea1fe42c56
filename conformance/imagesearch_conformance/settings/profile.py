"""Target profiles: TOML, validated against their schema, with variables of the environment."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.settings.toml import check_tables, read_tables

_VARIABLE_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def read_profile(path: Path, contract: Contract, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Read the tables of a profile; raises InvalidInput with file and key."""
    raw = read_tables(path, "the profile")
    check_profile(raw, contract, str(path))
    expanded = _expand_variables(raw, environment, str(path), ())
    check_profile(expanded, contract, str(path))
    return dict(expanded)


def check_profile(raw: Any, contract: Contract, where: str) -> None:
    """Raise InvalidInput if the tables violate the schema of profiles."""
    check_tables(raw, contract.spec_files.content("schemas/profile.json"), where, hidden_key="credentials")


def _expand_variables(value: Any, environment: Mapping[str, str], where: str, path: tuple[str, ...]) -> Any:
    """Replace every `${NAME}` by the variable of the environment; raises InvalidInput."""
    if isinstance(value, dict):
        return {name: _expand_variables(item, environment, where, (*path, name)) for name, item in value.items()}
    if isinstance(value, list):
        return [_expand_variables(item, environment, where, (*path, str(index))) for index, item in enumerate(value)]
    key = f"{where}: {'.'.join(path)}"
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"{value} is not a finite number", key, "write a finite number")
    if not isinstance(value, str):
        return value

    def replace_reference(match: re.Match[str]) -> str:
        try:
            return environment[match[1]]
        except KeyError:
            problem = f"the environment variable {match[1]} is not set"
            raise InvalidInput(problem, key, "set it, or write the value") from None

    return _VARIABLE_REFERENCE.sub(replace_reference, value)
