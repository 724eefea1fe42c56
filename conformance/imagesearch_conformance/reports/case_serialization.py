"""Cases and surveys as JSON-ready data and back, so that a case of an earlier run can be sent again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from cattrs import ClassValidationError, transform_error
from cattrs.preconf.json import make_converter

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.survey import Survey

T = TypeVar("T")

_VERSION_HINT = "the report may be from another version"


def _sort_items(items: Iterable[Any]) -> list[Any]:
    """Sort the items of a set, so that equal cases are written alike."""
    return sorted(items, key=json.dumps)


_converter = make_converter(
    omit_if_default=True,
    forbid_extra_keys=True,
    unstruct_collection_overrides={tuple: list, frozenset: _sort_items},
)


def serialize_case(case: Case) -> dict[str, Any]:
    data: dict[str, Any] = _converter.unstructure(case)
    return data


def deserialize_case(data: Any, where: str) -> Case:
    """Return the case in the data; raises InvalidInput if there is no valid one."""
    return _structure(data, Case, "case", where)


def serialize_survey(survey: Survey) -> dict[str, Any]:
    data: dict[str, Any] = _converter.unstructure(survey)
    return data


def deserialize_survey(data: Any, where: str) -> Survey:
    """Return the survey in the data; raises InvalidInput if there is no valid one."""
    return _structure(data, Survey, "survey", where)


def _structure(data: Any, value_type: type[T], name: str, where: str) -> T:
    if not isinstance(data, dict):
        raise InvalidInput(f"invalid {name}: expected an object", where, _VERSION_HINT)
    try:
        return _converter.structure(data, value_type)
    except (ClassValidationError, ValueError, TypeError, KeyError) as problem:
        raise InvalidInput(f"invalid {name}: {'; '.join(transform_error(problem))}", where, _VERSION_HINT) from problem
