"""Checks of every field of a response against its own schema, one requirement per aspect."""

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
    """Check presence and value of every field; `prefix` begins the ids of the requirements."""
    passed = set[frozenset[str]]()
    for path, members in _group_by_parent(fields, should_have_entries(context)).items():
        judge = judge_item if path and path[-1] == EACH_ITEM else judge_members
        for pointer, parent in find_occurrences(context.response.document, path):
            results = judge(members, prefix, parent)
            passed.add(results.passed)
            for finding in results.findings:
                yield context.fail_requirement(
                    finding.requirement, finding.message, finding.expected, finding.actual, pointer + finding.pointer
                )
    yield from map(context.pass_requirement, sorted(frozenset[str]().union(*passed)))


def find_occurrences(document: Any, path: tuple[str, ...]) -> list[Occurrence]:
    """Find every place of a document that a path leads to."""
    occurrences = [("", document)]
    for name in path:
        occurrences = _descend(occurrences, name)
    return occurrences


@lru_cache(maxsize=64)
def _group_by_parent(fields: tuple[Field, ...], with_entries: bool) -> Mapping[tuple[str, ...], tuple[Field, ...]]:  # noqa: FBT001 a property of the response
    """Group fields by the path of their parent; without entries, leave out the fields that only entries require."""
    left_out = (
        frozenset() if with_entries else frozenset(field.path[0] for field in fields if field.required_with_entries)
    )
    judged = [field for field in fields if field.path[0] not in left_out]
    paths = dict.fromkeys(field.path[:-1] for field in judged)
    return {path: tuple(field for field in judged if field.path[:-1] == path) for path in paths}


def _descend(occurrences: list[Occurrence], name: str) -> list[Occurrence]:
    if name == EACH_ITEM:
        lists = ((pointer, value) for pointer, value in occurrences if isinstance(value, list))
        return [(f"{pointer}/{index}", item) for pointer, value in lists for index, item in enumerate(value)]
    return [
        (f"{pointer}/{name}", value[name])
        for pointer, value in occurrences
        if isinstance(value, dict) and name in value
    ]
