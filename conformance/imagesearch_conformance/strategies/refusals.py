"""Strategies for error replies: a row of the error tables in its envelope."""

from __future__ import annotations

import string
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.strategies.documents import Document, Documents

_SCHEMA, _SUCCESS = "schemas/error.json", "schemas/success.json"

#: How a message goes on that may: in words that name nothing of a server's inside.
_ON = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)

Reply = tuple[int, dict[str, Any]]


def refusal_bodies(contract: Contract, codes: tuple[str, ...] | None) -> st.SearchStrategy[Reply]:
    """Statuses with bodies, of the rows of these codes or of all."""
    rows = contract.errors.rows if codes is None else tuple(_row(contract, code) for code in codes)
    documented = sorted(rows, key=lambda row: row.grade is not Grade.DOCUMENTED)
    if not documented:
        raise BadInput("no code is named", "error_bodies", "leave `codes` out for all of them")
    schema = contract.documents.document(_SCHEMA)
    documents = Documents.of(schema, contract.documents.document(_SUCCESS))
    envelope = documents.of_object(schema, dict.fromkeys(("Code", "Message"), st.just("")))
    return st.sampled_from(documented).flatmap(
        lambda row: st.builds(_reply, st.just(row), st.sampled_from(_statuses(row)), _messages(row), envelope)
    )


def _reply(row: ErrorRow, status: int, message: str, envelope: Document) -> Reply:
    return status, {**envelope, "Code": row.code, "Message": message}


def _statuses(row: ErrorRow) -> tuple[int, ...]:
    """The status of a row; of one that is tolerated any that a source prints."""
    return (row.status,) if row.grade is Grade.DOCUMENTED else (row.status, *row.statuses)


def _messages(row: ErrorRow) -> st.SearchStrategy[str]:
    return st.one_of(*_kinds_of_messages(row))


def _kinds_of_messages(row: ErrorRow) -> Iterator[st.SearchStrategy[str]]:
    if row.message:
        yield st.just(row.message)
    if row.grade is Grade.DOCUMENTED:
        return
    if row.also:
        yield st.sampled_from(row.also)
    if row.goes_on:
        yield _ON.map(lambda more: f"{row.message} {more}".strip())


def _row(contract: Contract, code: str) -> ErrorRow:
    row = contract.errors.find(code)
    if row is None:
        close = get_close_matches(code, [one.code for one in contract.errors.rows], 1)
        hint = f"did you mean {close[0]}?" if close else "`imagesearch-conformance explain CODE` tells of codes"
        raise BadInput(f"no error table has the code {code!r}", "error_bodies", hint)
    return row
