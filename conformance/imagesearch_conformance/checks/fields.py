"""Every field of a reply against its own schema, one requirement an aspect, with JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.object_members import judge_item, judge_members
from imagesearch_conformance.checks.paging import should_have_entries
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.fields import EACH_ITEM, Field

#: A place in a document (JSON pointer) and the value there.
Occurrence = tuple[str, Any]


def check_fields(context: CheckContext, fields: tuple[Field, ...], prefix: str) -> Iterator[CheckResult]:
    """Remarks on the presence and the value of every field; ids begin with the prefix."""
    held = set[frozenset[str]]()
    for path, members in _group_by_parent(fields, should_have_entries(context)).items():
        judge = judge_item if path and path[-1] == EACH_ITEM else judge_members
        for pointer, holder in find_occurrences(context.response.document, path):
            found = judge(members, prefix, holder)
            held.add(found.passed)
            for one in found.findings:
                yield context.fail_requirement(
                    one.requirement, one.message, one.expected, one.actual, pointer + one.pointer
                )
    yield from map(context.pass_requirement, sorted(frozenset[str]().union(*held)))


def find_occurrences(document: Any, path: tuple[str, ...]) -> list[Occurrence]:
    """Every place that a path leads to in a document."""
    places = [("", document)]
    for name in path:
        places = _descend(places, name)
    return places


@lru_cache(maxsize=64)
def _group_by_parent(fields: tuple[Field, ...], with_entries: bool) -> Mapping[tuple[str, ...], tuple[Field, ...]]:  # noqa: FBT001 a fact of the reply
    """The fields by the path of what holds them; those that only replies with entries have are left out unless due."""
    late = frozenset() if with_entries else frozenset(field.path[0] for field in fields if field.required_with_entries)
    judged = [field for field in fields if field.path[0] not in late]
    paths = dict.fromkeys(field.path[:-1] for field in judged)
    return {path: tuple(field for field in judged if field.path[:-1] == path) for path in paths}


def _descend(occurrences: list[Occurrence], name: str) -> list[Occurrence]:
    """The places one step further: under a name, or those of all items."""
    if name == EACH_ITEM:
        lists = ((pointer, value) for pointer, value in occurrences if isinstance(value, list))
        return [(f"{pointer}/{index}", item) for pointer, value in lists for index, item in enumerate(value)]
    return [
        (f"{pointer}/{name}", value[name])
        for pointer, value in occurrences
        if isinstance(value, dict) and name in value
    ]
