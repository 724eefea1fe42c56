"""A case, and what cases are made of, as plain data and back: so those of an earlier run can be made again."""

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

_VERSION_HINT = "the report may be of another version"


def _sort_items(items: Iterable[Any]) -> list[Any]:
    """The items of a set, such that the same case is always written alike."""
    return sorted(items, key=json.dumps)


_converter = make_converter(
    omit_if_default=True,
    forbid_extra_keys=True,
    unstruct_collection_overrides={tuple: list, frozenset: _sort_items},
)


def serialize_case(case: Case) -> dict[str, Any]:
    """A case as JSON-ready data."""
    plain: dict[str, Any] = _converter.unstructure(case)
    return plain


def deserialize_case(data: Any, where: str) -> Case:
    """The case that the data defines; raises BadInput when they define none."""
    return _structure(data, Case, "case", where)


def serialize_survey(survey: Survey) -> dict[str, Any]:
    """What was learned of a target as JSON-ready data."""
    plain: dict[str, Any] = _converter.unstructure(survey)
    return plain


def deserialize_survey(data: Any, where: str) -> Survey:
    """The survey that the data defines; raises BadInput when they define none."""
    return _structure(data, Survey, "survey", where)


def _structure(data: Any, value_type: type[T], name: str, where: str) -> T:
    if not isinstance(data, dict):
        raise InvalidInput(f"this is no {name}: it is no table", where, _VERSION_HINT)
    try:
        return _converter.structure(data, value_type)
    except (ClassValidationError, ValueError, TypeError, KeyError) as problem:
        raise InvalidInput(
            f"this is no {name}: {'; '.join(transform_error(problem))}", where, _VERSION_HINT
        ) from problem
