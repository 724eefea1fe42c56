"""Hypothesis strategies for the property tests of other repositories: requests, filters and replies of the contract.

Everything is derived from a contract: the shipped one in its first revision, the one of another `document`, or a
`contract` that was loaded from a directory of one's own.
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
from imagesearch_conformance.generation.valid_requests import valid_requests

__all__ = ["error_bodies", "filters", "invalid_requests", "requests", "success_bodies"]

#: A request: values by the names of the wire.
RequestParameters = dict[str, Any]


def requests(
    document: str | None = None,
    *,
    required: Iterable[str] = (),
    given: Mapping[str, Any] | None = None,
    contract: Contract | None = None,
) -> st.SearchStrategy[RequestParameters]:
    """Requests that keep every rule: parameters by wire name, with the types of the contract, optional ones by chance.

    `required` names optional parameters that are always there. `given` has values, or strategies for them, that stand
    as they are, and None for what is always left out.
    """
    return valid_requests(_select_contract(document, contract), tuple(required), given or {})


def invalid_requests(
    document: str | None = None,
    *,
    rules: Iterable[str] | None = None,
    given: Mapping[str, Any] | None = None,
    contract: Contract | None = None,
) -> st.SearchStrategy[tuple[RequestParameters, str]]:
    """Requests that break exactly one rule, each with the id of the requirement that states it, like `num.maximum`.

    `rules` are those that may be broken, all of them without; what is `given` stands as it is.
    """
    return requests_with_one_violation(
        _select_contract(document, contract), given or {}, None if rules is None else tuple(rules)
    )


def filters(
    document: str | None = None, *, left_open: bool = False, contract: Contract | None = None
) -> st.SearchStrategy[str]:
    """Filters that every endpoint has to accept, within the length limit.

    With `left_open` also what the grammar of the contract allows and the page leaves open: lists, parentheses, other
    spaces, operands that no attribute is known to have.
    """
    return filter_texts(_select_contract(document, contract), left_open=left_open)


def success_bodies(
    document: str | None = None,
    *,
    request: Mapping[str, Any] | None = None,
    category: int | None = None,
    contract: Contract | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of success replies that depart from nothing, with optional and unknown fields by chance.

    With a `request` they answer it: so many entries, in its category, above its threshold, satisfying its filter, the
    image itself first. `category` is that of every entry in place of the one asked for, as on generic instances.
    """
    return success_response_bodies(_select_contract(document, contract), request, category)


def error_bodies(
    document: str | None = None, *, codes: Iterable[str] | None = None, contract: Contract | None = None
) -> st.SearchStrategy[tuple[int, dict[str, Any]]]:
    """Statuses with bodies of error replies: of all codes that are documented or tolerated, or of these `codes`."""
    return error_response_bodies(_select_contract(document, contract), None if codes is None else tuple(codes))


def _select_contract(document: str | None, contract: Contract | None) -> Contract:
    if contract is None:
        return _load_contract(document)
    if document not in {None, contract.revision}:
        problem = f"the contract given is of the revision {contract.revision!r}, not {document!r}"
        raise InvalidInput(problem, "document", "give one of both")
    return contract


@lru_cache(maxsize=4)
def _load_contract(document: str | None) -> Contract:
    return load(None, document)
