"""Defects of success replies whose parts contradict each other, the request, or other replies."""

from __future__ import annotations

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import changed, fixed
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.signing.encoding import parameters


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


FAULTS = (
    changed(
        "docsfound-off-by-one",
        "DocsFound is one too many.",
        ("response.head.counters", "paging.total"),
        "Head/DocsFound",
        lambda value: value + 1,
    ),
    fixed(
        "success-false",
        "Success is false in a reply with results.",
        ("response.success.consistent", "response.success.value"),
        "Success",
        value=False,
    ),
    fixed(
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
    fixed(
        "code-as-status",
        "Code of a success is the HTTP status.",
        ("response.success.consistent", "response.code.value"),
        "Code",
        200,
    ),
)
