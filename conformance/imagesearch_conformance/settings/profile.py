"""A target profile: TOML on disk, checked against its schema, environment filled in."""

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
    """The tables of a profile; raises BadInput with file and key."""
    raw = read_tables(path, "the profile")
    check_profile(raw, contract, str(path))
    filled = _expand_variables(raw, environment, str(path), ())
    check_profile(filled, contract, str(path))
    return dict(filled)


def check_profile(raw: Any, contract: Contract, where: str) -> None:
    """Raises BadInput unless the tables fit the schema of profiles."""
    check_tables(raw, contract.spec_files.content("schemas/profile.json"), where, secret_key="credentials")


def _expand_variables(value: Any, environment: Mapping[str, str], where: str, path: tuple[str, ...]) -> Any:
    """The value with every `${NAME}` replaced from the environment."""
    if isinstance(value, dict):
        return {name: _expand_variables(one, environment, where, (*path, name)) for name, one in value.items()}
    if isinstance(value, list):
        return [_expand_variables(one, environment, where, (*path, str(index))) for index, one in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"{value} is no number to reckon with", f"{where}: {'.'.join(path)}", "write a finite one")
    if not isinstance(value, str):
        return value

    def replace_reference(match: re.Match[str]) -> str:
        try:
            return environment[match[1]]
        except KeyError:
            key = ".".join(path)
            raise InvalidInput(
                f"the environment has no variable {match[1]}", f"{where}: {key}", "set it, or write the value"
            ) from None

    return _VARIABLE_REFERENCE.sub(replace_reference, value)
