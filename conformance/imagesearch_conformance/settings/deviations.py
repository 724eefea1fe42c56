"""The file of known departures: TOML, each entry about one requirement of the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.settings.toml import check_tables, read_tables

_TABLE_NAME = "deviation"


def read_deviations(path: Path, contract: Contract, schema: Any) -> tuple[Deviation, ...]:
    """The deviations in a file, for this contract; raises BadInput with file and key."""
    raw = read_tables(path, "the deviations file")
    check_tables(_to_json_value(raw), schema, str(path))
    entries = raw.get(_TABLE_NAME, [])
    found = tuple(_parse_deviation(one, f"{path}: {_TABLE_NAME}.{index}") for index, one in enumerate(entries))
    for place, problem, hint in _find_mistakes(found, contract):
        raise InvalidInput(problem, f"{path}: {_TABLE_NAME}.{place}.requirement", hint)
    return found


def _to_json_value(value: Any) -> Any:
    """The tables as JSON has them: a date is text there, and text is no date."""
    if isinstance(value, dict):
        return {name: _to_json_value(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_to_json_value(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _parse_deviation(table: Mapping[str, Any], where: str) -> Deviation:
    expires = table["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise InvalidInput(f"{str(expires)!r} is no date", f"{where}.expires", "write one without quotes: 2027-01-31")
    link = table["link"]
    if _has_credentials(link):
        raise InvalidInput("a link carries no user and password", f"{where}.link", "whoever reads a report sees it")
    if not _is_web_link(link):
        raise InvalidInput(f"{link!r} is no link", f"{where}.link", "like https://example.com/issues/17")
    return Deviation(table["requirement"], table["reason"].strip(), link, expires)


def _is_web_link(link: str) -> bool:
    """Whether an address of the web can be followed as it stands."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    whole = link.isprintable() and " " not in link
    return whole and link.startswith(("http://", "https://")) and bool(parts.hostname)


def _has_credentials(link: str) -> bool:
    """Whether an address carries a user and password."""
    try:
        return urlsplit(link).username is not None
    except ValueError:
        return False


def _find_mistakes(deviations: tuple[Deviation, ...], contract: Contract) -> Iterator[tuple[int, str, str]]:
    """Entries about nothing that the register has, or about what another is about: place, problem, advice."""
    seen: dict[str, int] = {}
    for place, name in enumerate(one.requirement for one in deviations):
        if name not in contract.requirements:
            near = get_close_matches(name, sorted(contract.requirements), 1)
            hint = f"did you mean {near[0]!r}?" if near else "`requirements` lists the ids"
            yield place, f"the register of {contract.revision} has no requirement {name!r}", hint
        if name in seen:
            yield place, f"{_TABLE_NAME}.{seen[name]} is about {name!r} already", "keep one of them"
        seen[name] = place
