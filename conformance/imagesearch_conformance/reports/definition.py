"""A case as plain data and back, so that one of an earlier run can be made again."""

from __future__ import annotations

from typing import Any

from cattrs import ClassValidationError, transform_error
from cattrs.preconf.json import make_converter

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.case import Case

_OLD = "the report may be of another version"

_converter = make_converter(omit_if_default=True, forbid_extra_keys=True, unstruct_collection_overrides={tuple: list})


def definition(case: Case) -> dict[str, Any]:
    """A case as JSON-ready data."""
    plain: dict[str, Any] = _converter.unstructure(case)
    return plain


def case_of(plain: Any, where: str) -> Case:
    """The case that the data defines; raises BadInput when they define none."""
    if not isinstance(plain, dict):
        raise BadInput("this is no case: it is no table", where, _OLD)
    try:
        return _converter.structure(plain, Case)
    except (ClassValidationError, ValueError, TypeError, KeyError) as problem:
        raise BadInput(f"this is no case: {'; '.join(transform_error(problem))}", where, _OLD) from problem
