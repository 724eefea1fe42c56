"""A case, and what cases are made of, as plain data and back: so those of an earlier run can be made again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from cattrs import ClassValidationError, transform_error
from cattrs.preconf.json import make_converter

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.survey import Survey

T = TypeVar("T")

_OLD = "the report may be of another version"


def _in_order(items: Iterable[Any]) -> list[Any]:
    """The items of a set, such that the same case is always written alike."""
    return sorted(items, key=json.dumps)


_converter = make_converter(
    omit_if_default=True,
    forbid_extra_keys=True,
    unstruct_collection_overrides={tuple: list, frozenset: _in_order},
)


def definition(case: Case) -> dict[str, Any]:
    """A case as JSON-ready data."""
    plain: dict[str, Any] = _converter.unstructure(case)
    return plain


def case_of(plain: Any, where: str) -> Case:
    """The case that the data defines; raises BadInput when they define none."""
    return _structured(plain, Case, "case", where)


def surveyed(survey: Survey) -> dict[str, Any]:
    """What was learned of a target as JSON-ready data."""
    plain: dict[str, Any] = _converter.unstructure(survey)
    return plain


def survey_of(plain: Any, where: str) -> Survey:
    """The survey that the data defines; raises BadInput when they define none."""
    return _structured(plain, Survey, "survey", where)


def _structured(plain: Any, kind: type[T], name: str, where: str) -> T:
    if not isinstance(plain, dict):
        raise BadInput(f"this is no {name}: it is no table", where, _OLD)
    try:
        return _converter.structure(plain, kind)
    except (ClassValidationError, ValueError, TypeError, KeyError) as problem:
        raise BadInput(f"this is no {name}: {'; '.join(transform_error(problem))}", where, _OLD) from problem
