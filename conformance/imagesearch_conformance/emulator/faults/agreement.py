"""Defects of success replies whose parts contradict each other, the request, or other replies."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import Change, changing, setting
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.signing.encoding import parameters


def _changed(name: str, description: str, breaks: tuple[str, ...], path: str, change: Change) -> Fault:
    return Fault(name, description, breaks, success=changing(path, change))


def _set(name: str, description: str, breaks: tuple[str, ...], path: str, value: Any) -> Fault:
    return Fault(name, description, breaks, success=setting(path, value))


def _both_counters_off(document: Document, _about: Circumstances) -> Document:
    document["Head"] |= {name: len(document["Auctions"]) + 7 for name in ("DocsFound", "DocsReturn")}
    return document


def _counter_too_small(document: Document, _about: Circumstances) -> Document:
    document["Head"]["DocsReturn"] = max(len(document["Auctions"]) - 1, 0)
    return document


def _against_score(document: Document, _about: Circumstances) -> Document:
    entries = document["Auctions"]
    values = [one["SortExprValues"] for one in entries if "SortExprValues" in one][::-1]
    shown = zip((one for one in entries if "SortExprValues" in one), values, strict=True)
    return {**document, "Auctions": [{**one, "SortExprValues": value} for one, value in shown]}


def _unlisted_category(document: Document, _about: Circumstances) -> Document:
    listed = {one["Id"] for one in document["PicInfo"]["AllCategories"]}
    document["PicInfo"]["CategoryId"] = max(listed) + 1
    return document


def _asked_for(document: Document, about: Circumstances) -> Document:
    """DocsFound repeats what was asked for."""
    given = dict(parameters(about.request)).get(about.roles.count, "")
    default = about.contract.parameter(about.roles.count).default or 0
    document["Head"]["DocsFound"] = int(given) if given.isdecimal() else int(default)
    return document


def _in_turn(document: Document, about: Circumstances) -> Document:
    """The counters change places from request to request, as behind nodes of different versions."""
    if about.serial % 3 == 0:
        head = document["Head"]
        head["DocsFound"], head["DocsReturn"] = head["DocsReturn"], head["DocsFound"]
    return document


def _estimated(document: Document, about: Circumstances) -> Document:
    document["Head"]["DocsReturn"] += about.serial
    return document


def _id_of_request(document: Document, about: Circumstances) -> Document:
    """The same parameters get the same id, as out of a cache of whole replies."""
    key = ("requestid-of-request", about.request.query, about.request.body)
    return {**document, "RequestId": about.memory.setdefault(key, document["RequestId"])}


FAULTS = (
    _changed(
        "docsfound-off-by-one",
        "DocsFound is one too many.",
        ("response.head.counters", "paging.total"),
        "Head/DocsFound",
        lambda value: value + 1,
    ),
    Fault(
        "counters-both-wrong",
        "Neither counter is the number of entries.",
        ("response.head.counters", "paging.counters", "paging.total"),
        success=_both_counters_off,
    ),
    Fault(
        "docsreturn-too-small",
        "DocsReturn is less than the number of entries.",
        ("response.head.counters", "paging.counters"),
        success=_counter_too_small,
    ),
    _set(
        "code-as-status",
        "Code of a success is the HTTP status.",
        ("response.success.consistent", "response.code.value"),
        "Code",
        200,
    ),
    _set(
        "success-false",
        "Success is false in a reply with results.",
        ("response.success.consistent", "response.success.value"),
        "Success",
        value=False,
    ),
    _set(
        "requestid-repeated",
        "Every reply has the same RequestId.",
        ("response.requestid.unique",),
        "RequestId",
        "D61D869E-E92A-447F-AD67-9234F999E516",
    ),
    Fault(
        "category-unlisted",
        "The category reported is not in the list.",
        (
            "response.picinfo.categoryid.listed",
            "response.picinfo.categoryid.given",
            "response.picinfo.categoryid.generic",
            "ranking.category",
        ),
        success=_unlisted_category,
    ),
    Fault(
        "sortexprvalues-against-score",
        "SortExprValues order entries against their Score.",
        ("ranking.sortexprvalues",),
        success=_against_score,
    ),
    Fault(
        "docsfound-as-asked",
        "DocsFound repeats the Num asked for.",
        ("response.head.counters", "paging.total"),
        success=_asked_for,
    ),
    Fault(
        "counters-in-turn",
        "The counters change places from request to request.",
        ("paging.counters", "response.repeatable"),
        success=_in_turn,
    ),
    Fault(
        "docsreturn-estimated",
        "DocsReturn differs from request to request.",
        ("paging.counters", "paging.total", "response.repeatable"),
        success=_estimated,
    ),
    Fault(
        "requestid-of-request",
        "The same request gets the same RequestId.",
        ("response.requestid.unique",),
        success=_id_of_request,
    ),
)
