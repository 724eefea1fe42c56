"""Compares two recordings: what differs, grouped by what changed, and never more lines than somebody reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click
from attrs import field, frozen
from recording import Recorded, read

#: The most differences of one part that are printed, the most subjects that are named for one, the longest value.
_SHOWN, _NAMED, _LONGEST = 40, 5, 160

#: Stands for a value that one of the recordings does not have.
_ABSENT = "(absent)"

#: What a value is: its part, its subject, the way to it.
Key = tuple[str, str, tuple[str, ...]]


@frozen
class Renames:
    """Renamed names: exact ones, and patterns that end in `*` on both sides."""

    ids: Mapping[str, str] = field(factory=dict)
    subjects: Mapping[str, str] = field(factory=dict)

    @classmethod
    def from_file(cls, path: Path | None) -> Renames:
        """Read the tables `[cases]`, `[requirements]` and `[subjects]`, each `"old" = "new"`."""
        tables = {} if path is None else tomllib.loads(path.read_text(encoding="utf-8"))
        if unknown := set(tables) - {"cases", "requirements", "subjects"}:
            raise click.BadParameter(f"unknown tables: {', '.join(sorted(unknown))}", param_hint="--renames")
        ids = {**tables.get("requirements", {}), **tables.get("cases", {})}
        return cls(ids, tables.get("subjects", {}))

    def apply(self, recorded: Recorded) -> Recorded:
        """Return a part of the old recording with the new names."""
        return {_rename(name, self.subjects): self._renamed(value) for name, value in recorded.items()}

    def _renamed(self, value: Any) -> Any:
        if not self.ids:
            return value
        if isinstance(value, dict):
            return {_rename(name, self.ids): self._renamed(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._renamed(one) for one in value]
        return _rename(value, self.ids) if isinstance(value, str) else value


def _rename(name: str, table: Mapping[str, str]) -> str:
    if name in table:
        return table[name]
    for old, new in table.items():
        if old.endswith("*") and new.endswith("*") and fnmatchcase(name, old):
            return new[:-1] + name[len(old) - 1 :]
    return name


@frozen
class Difference:
    """One change of one value, and the subjects that it was seen in."""

    part: str
    way: tuple[str, ...]
    before: str
    after: str
    subjects: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the difference as text."""
        more = len(self.subjects) - _NAMED
        named = ", ".join(self.subjects[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"  {' > '.join(self.way) or 'the subject'}  ({len(self.subjects)}: {named})"
        yield f"    before: {_clip(self.before)}"
        yield f"    after:  {_clip(self.after)}"


def compare(old: Path, new: Path, renames: Path | None, *, common: bool) -> int:
    """Print what differs and return the exit code."""
    table = Renames.from_file(renames)
    before = {part: table.apply(recorded) for part, recorded in read(old).items()}
    after = read(new)
    parts = sorted(before.keys() & after.keys() if common else before.keys() | after.keys())
    if not parts:
        click.echo("nothing to compare: the recordings have no part in common")
        return 1
    total = compared = 0
    for part in parts:
        first, second = before.get(part, {}), after.get(part, {})
        shared = first.keys() & second.keys()
        chosen = sorted(shared if common else first.keys() | second.keys())
        found = _group(part, first, second, chosen)
        total += sum(len(one.subjects) for one in found)
        compared += len(shared)
        _print(part, found, f"{len(shared)} subjects in both, {len(first) - len(shared)} only in OLD, "
                            f"{len(second) - len(shared)} only in NEW")  # fmt: skip
    if not compared:
        click.echo("nothing to compare: the recordings have no subject in common")
        return 1
    click.echo(f"{total} differences" if total else "no difference")
    return 1 if total else 0


def _print(part: str, found: list[Difference], subjects: str) -> None:
    count = sum(len(one.subjects) for one in found)
    click.echo(f"{part}: {subjects}: {f'{count} differences' if count else 'no difference'}")
    for one in found[:_SHOWN]:
        for line in one.lines():
            click.echo(line)
    if len(found) > _SHOWN:
        click.echo(f"  and {len(found) - _SHOWN} more kinds of difference")


def _group(part: str, first: Recorded, second: Recorded, subjects: list[str]) -> list[Difference]:
    """Return the differences of a part, those of one kind together, the most frequent kind first."""
    groups: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for name in subjects:
        for way, before, after in _differences(first.get(name, _ABSENT), second.get(name, _ABSENT), ()):
            groups.setdefault((way, before, after), []).append(name)
    found = [Difference(part, *kind, tuple(names)) for kind, names in groups.items()]
    return sorted(found, key=lambda one: (-len(one.subjects), one.way))


def _differences(first: Any, second: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if isinstance(first, dict) and isinstance(second, dict):
        for name in sorted(first.keys() | second.keys()):
            yield from _differences(first.get(name, _ABSENT), second.get(name, _ABSENT), (*way, name))
        return
    first, second = _in_order(first, way), _in_order(second, way)
    if first == second:
        return
    if isinstance(first, list) and isinstance(second, list):
        yield way, *_different_items(first, second)
    else:
        yield way, _brief(first), _brief(second)


def _in_order(value: Any, way: tuple[str, ...]) -> Any:
    """Return a list whose order says nothing in one order: renamed ids sort in another way."""
    if not isinstance(value, list) or not way:
        return value
    if way[0] == "exercised":
        return sorted(value)
    return [*value[:1], *sorted(value[1:], key=str)] if way[0] == "cases" and len(way) == 2 else value


def _different_items(first: list[Any], second: list[Any]) -> tuple[str, str]:
    """Return what two lists do not share, or where their order begins to differ."""
    gone = [one for one in first if one not in second]
    come = [one for one in second if one not in first]
    if max(len(first), len(second)) * 2 <= _NAMED * 4:
        return str(first), str(second)
    if gone or come:
        return f"{len(first)} items, only here: {gone}", f"{len(second)} items, only here: {come}"
    at = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), len(first))
    return f"item {at}: {first[at : at + 1]}", f"item {at}: {second[at : at + 1]}"


def _brief(value: Any) -> str:
    """Return a value as text; of a large one only how large it is."""
    if isinstance(value, dict):
        return f"{{{len(value)} entries}}" if len(str(value)) > _LONGEST else str(value)
    return str(value)


def _clip(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
