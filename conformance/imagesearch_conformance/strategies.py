"""Hypothesis strategies for requests, filters and responses, for use in other test suites.

They follow a contract: the shipped one in its first revision, that of another revision (`document`), or a `contract`
loaded from another directory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.generation.error_bodies import error_response_bodies
from imagesearch_conformance.generation.filters import filter_texts
from imagesearch_conformance.generation.invalid_requests import requests_with_one_violation
from imagesearch_conformance.generation.success_bodies import success_response_bodies
from imagesearch_conformance.generation.valid_requests import ValidRequestStrategies

__all__ = ["error_bodies", "filters", "invalid_requests", "requests", "success_bodies"]

#: The values of a request by wire name.
RequestParameters = dict[str, Any]


def requests(
    document: str | None = None,
    *,
    required: Iterable[str] = (),
    given: Mapping[str, Any] | None = None,
    contract: Contract | None = None,
) -> st.SearchStrategy[RequestParameters]:
    """Return valid requests: values by wire name, typed as in the contract, with random optional parameters.

    `required` names optional parameters that are always present. `given` has fixed values, or strategies for them; None
    leaves a parameter out.
    """
    return ValidRequestStrategies(_select_contract(document, contract)).requests(tuple(required), given or {})


def invalid_requests(
    document: str | None = None,
    *,
    rules: Iterable[str] | None = None,
    given: Mapping[str, Any] | None = None,
    contract: Contract | None = None,
) -> st.SearchStrategy[tuple[RequestParameters, str]]:
    """Return requests that break exactly one rule, each with the id of its requirement, such as `num.maximum`.

    `rules` limits the rules that may be broken. `given` has fixed values, or strategies for them.
    """
    return requests_with_one_violation(
        _select_contract(document, contract), given or {}, None if rules is None else tuple(rules)
    )


def filters(
    document: str | None = None, *, left_open: bool = False, contract: Contract | None = None
) -> st.SearchStrategy[str]:
    """Return filters that each endpoint has to accept, within the length limit.

    With `left_open` also filters that the grammar of the contract allows and the documentation does not specify: lists,
    parentheses, other spaces, unusual operands.
    """
    return filter_texts(_select_contract(document, contract), left_open=left_open)


def success_bodies(
    document: str | None = None,
    *,
    request: Mapping[str, Any] | None = None,
    category: int | None = None,
    contract: Contract | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    """Return bodies of conforming success responses, with random optional and unknown fields.

    With a `request` they are responses to it: the number of entries, their category, threshold and filter match, and
    the image itself is first. `category` replaces the requested category of all entries, as on generic instances.
    """
    return success_response_bodies(_select_contract(document, contract), request, category)


def error_bodies(
    document: str | None = None, *, codes: Iterable[str] | None = None, contract: Contract | None = None
) -> st.SearchStrategy[tuple[int, dict[str, Any]]]:
    """Return statuses and bodies of conforming error responses, for these `codes` or for all that are accepted."""
    return error_response_bodies(_select_contract(document, contract), None if codes is None else tuple(codes))


def _select_contract(document: str | None, contract: Contract | None) -> Contract:
    if contract is None:
        return _load_contract(document)
    if document not in {None, contract.revision}:
        problem = f"the contract has the revision {contract.revision!r}, not {document!r}"
        raise InvalidInput(problem, "document", "give either `document` or `contract`")
    return contract


@lru_cache(maxsize=4)
def _load_contract(document: str | None) -> Contract:
    return load(None, document)
