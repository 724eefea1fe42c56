"""Strategies for error responses: statuses and bodies of the rows of the error tables."""

from __future__ import annotations

import string
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.generation.values import JsonObject, ObjectStrategies
from imagesearch_conformance.model.expectation import Grade

_ERROR_SCHEMA, _SUCCESS_SCHEMA = "schemas/error.json", "schemas/success.json"

#: Suffixes of messages that allow one; they must not look like internals of a server.
_MESSAGE_SUFFIX = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)

StatusAndBody = tuple[int, dict[str, Any]]


def error_response_bodies(contract: Contract, codes: tuple[str, ...] | None) -> st.SearchStrategy[StatusAndBody]:
    """Return statuses with bodies for these codes, or for all."""
    rows = contract.errors.rows if codes is None else tuple(_find_row(contract, code) for code in codes)
    documented = sorted(rows, key=lambda row: row.grade is not Grade.DOCUMENTED)
    if not documented:
        raise InvalidInput("`codes` is empty", "error_bodies", "leave `codes` out for all of them")
    schema = contract.spec_files.content(_ERROR_SCHEMA)
    objects = ObjectStrategies.from_schemas(schema, contract.spec_files.content(_SUCCESS_SCHEMA))
    envelope = objects.objects(schema, dict.fromkeys(("Code", "Message"), st.just("")))
    return st.sampled_from(documented).flatmap(
        lambda row: st.builds(_error_response, st.just(row), st.sampled_from(_statuses(row)), _messages(row), envelope)
    )


def _error_response(row: ErrorRow, status: int, message: str, envelope: JsonObject) -> StatusAndBody:
    return status, {**envelope, "Code": row.code, "Message": message}


def _statuses(row: ErrorRow) -> tuple[int, ...]:
    """Return the status of a documented row, or each status that some source has for a tolerated one."""
    return (row.status,) if row.grade is Grade.DOCUMENTED else (row.status, *row.tolerated_statuses)


def _messages(row: ErrorRow) -> st.SearchStrategy[str]:
    return st.one_of(*_message_strategies(row))


def _message_strategies(row: ErrorRow) -> Iterator[st.SearchStrategy[str]]:
    if row.message:
        yield st.just(row.message)
    if row.grade is Grade.DOCUMENTED:
        return
    if row.tolerated_messages:
        yield st.sampled_from(row.tolerated_messages)
    if row.allows_message_suffix:
        yield _MESSAGE_SUFFIX.map(lambda suffix: f"{row.message} {suffix}".strip())


def _find_row(contract: Contract, code: str) -> ErrorRow:
    row = contract.errors.find(code)
    if row is None:
        close = get_close_matches(code, [known.code for known in contract.errors.rows], 1)
        hint = f"did you mean {close[0]}?" if close else "`imagesearch-conformance explain CODE` describes a code"
        raise InvalidInput(f"unknown error code {code!r}", "error_bodies", hint)
    return row
