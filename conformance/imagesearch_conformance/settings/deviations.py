"""The file of known deviations: TOML, with one requirement for each entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.settings.toml import check_tables, read_tables

_TABLE_NAME = "deviation"


def read_deviations(path: Path, contract: Contract, schema: Any) -> tuple[Deviation, ...]:
    """Read a file of deviations; raises InvalidInput with file and key."""
    raw = read_tables(path, "the deviations file")
    check_tables(_to_json_value(raw), schema, str(path))
    entries = enumerate(raw.get(_TABLE_NAME, []))
    deviations = tuple(_parse_deviation(entry, f"{path}: {_TABLE_NAME}.{index}") for index, entry in entries)
    _check_requirements(deviations, contract, path)
    return deviations


def _to_json_value(value: Any) -> Any:
    """Convert dates to texts, since JSON Schema has no type for them."""
    if isinstance(value, dict):
        return {name: _to_json_value(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_json_value(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _parse_deviation(table: Mapping[str, Any], where: str) -> Deviation:
    expires = table["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        hint = "write a date without quotes: 2027-01-31"
        raise InvalidInput(f"invalid date {str(expires)!r}", f"{where}.expires", hint)
    return Deviation(table["requirement"], table["reason"].strip(), _check_link(table["link"], where), expires)


def _check_link(link: str, where: str) -> str:
    try:
        parts = urlsplit(link)
        has_credentials, has_host = parts.username is not None, bool(parts.hostname)
    except ValueError:
        has_credentials = has_host = False
    if has_credentials:
        hint = "every reader of a report would see them"
        raise InvalidInput("a link must not contain user and password", f"{where}.link", hint)
    is_printable = link.isprintable() and " " not in link
    if not (is_printable and link.startswith(("http://", "https://")) and has_host):
        raise InvalidInput(f"invalid link {link!r}", f"{where}.link", "like https://example.com/issues/17")
    return link


def _check_requirements(deviations: tuple[Deviation, ...], contract: Contract, path: Path) -> None:
    """Raise InvalidInput for a requirement that is unknown or has two entries."""
    seen: dict[str, int] = {}
    for index, name in enumerate(deviation.requirement for deviation in deviations):
        where = f"{path}: {_TABLE_NAME}.{index}.requirement"
        if name not in contract.requirements:
            matches = get_close_matches(name, sorted(contract.requirements), 1)
            hint = f"did you mean {matches[0]!r}?" if matches else "`requirements` lists the ids"
            raise InvalidInput(f"unknown requirement {name!r} in revision {contract.revision}", where, hint)
        if name in seen:
            raise InvalidInput(f"{_TABLE_NAME}.{seen[name]} already lists {name!r}", where, "keep one of them")
        seen[name] = index
