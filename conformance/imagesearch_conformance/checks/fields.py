"""Every field of a reply against its own schema, one requirement an aspect, with JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.members import judge_item, judge_members
from imagesearch_conformance.checks.pages import entries_due
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract.fields import EACH, Field

#: A place in a document (JSON pointer) and the value there.
Place = tuple[str, Any]


def check_fields(view: View, fields: tuple[Field, ...], prefix: str) -> Iterator[Remark]:
    """Remarks on the presence and the value of every field; ids begin with the prefix."""
    held = set[frozenset[str]]()
    for path, members in _by_parent(fields, entries_due(view)).items():
        judge = judge_item if path and path[-1] == EACH else judge_members
        for pointer, holder in occurrences(view.reading.document, path):
            found = judge(members, prefix, holder)
            held.add(found.held)
            for one in found.departures:
                yield view.departed(one.requirement, one.message, one.expected, one.actual, pointer + one.where)
    yield from map(view.held, sorted(frozenset[str]().union(*held)))


def occurrences(document: Any, path: tuple[str, ...]) -> list[Place]:
    """Every place that a path leads to in a document."""
    places = [("", document)]
    for name in path:
        places = _within(places, name)
    return places


@lru_cache(maxsize=64)
def _by_parent(fields: tuple[Field, ...], due: bool) -> Mapping[tuple[str, ...], tuple[Field, ...]]:  # noqa: FBT001 a fact of the reply
    """The fields by the path of what holds them; those that only replies with entries have are left out unless due."""
    late = frozenset() if due else frozenset(field.path[0] for field in fields if field.when_found)
    judged = [field for field in fields if field.path[0] not in late]
    paths = dict.fromkeys(field.path[:-1] for field in judged)
    return {path: tuple(field for field in judged if field.path[:-1] == path) for path in paths}


def _within(places: list[Place], name: str) -> list[Place]:
    """The places one step further: under a name, or those of all items."""
    if name == EACH:
        lists = ((pointer, value) for pointer, value in places if isinstance(value, list))
        return [(f"{pointer}/{index}", item) for pointer, value in lists for index, item in enumerate(value)]
    return [
        (f"{pointer}/{name}", value[name]) for pointer, value in places if isinstance(value, dict) and name in value
    ]
