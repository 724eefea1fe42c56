"""Defects of what the fields of success replies say: forms, ranges, and how they fit together."""

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


#: What a counter breaks that is always one too many.
_MISCOUNTED = ("response.head.counters", "paging.total")


def _one_more(name: str) -> Fault:
    return _changed(
        f"{name.lower()}-off-by-one", f"{name} is one too many.", _MISCOUNTED, f"Head/{name}", lambda value: value + 1
    )


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


def _corners_swapped(region: str) -> str:
    left, right, top, bottom = region.split(",")
    return f"{right},{left},{bottom},{top}"


def _by_corners(region: str) -> str:
    left, right, top, bottom = region.split(",")
    return f"{left},{top},{right},{bottom}"


def _first_value_raised(values: str) -> str:
    first, separator, second = values.partition(";")
    return f"{float(first) * 1.5 + 1e24:.15g}{separator}{second}"


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


def _exchanged(values: str) -> str:
    first, separator, second = values.partition(";")
    return f"{second}{separator}{first}"


FAULTS = (
    _changed(
        "score-above-one",
        "Score is a percentage.",
        ("response.auctions.score.range",),
        "Auctions/*/Score",
        lambda value: value * 100,
    ),
    _changed(
        "score-negative",
        "Score is below zero.",
        ("ranking.score", "ranking.sortexprvalues", "response.auctions.score.range"),
        "Auctions/*/Score",
        lambda value: -value,
    ),
    _changed(
        "docsfound-with-fraction",
        "DocsFound is written with a fraction of zero.",
        ("response.integers.notation",),
        "Head/DocsFound",
        float,
    ),
    _one_more("DocsFound"),
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
    _set(
        "requestid-empty",
        "RequestId is empty.",
        ("response.requestid.length", "response.requestid.format"),
        "RequestId",
        "",
    ),
    _changed(
        "requestid-no-uuid",
        "RequestId is no UUID.",
        ("response.requestid.format",),
        "RequestId",
        lambda value: value.replace("-", "."),
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
    _changed(
        "region-with-spaces",
        "Region has spaces between its numbers.",
        ("response.picinfo.region.pattern",),
        "PicInfo/Region",
        lambda value: value.replace(",", ", "),
    ),
    _changed(
        "region-three-numbers",
        "Region has three numbers.",
        ("response.picinfo.region.pattern",),
        "PicInfo/Region",
        lambda value: value.rpartition(",")[0],
    ),
    _changed(
        "region-corners-swapped",
        "Region gives the lower-right corner first.",
        ("response.picinfo.region.geometry",),
        "PicInfo/Region",
        _corners_swapped,
    ),
    _changed(
        "multiregion-corners-swapped",
        "MultiRegion gives lower-right corners first.",
        ("response.picinfo.multiregion.region.geometry",),
        "PicInfo/MultiRegion/*/Region",
        _corners_swapped,
    ),
    _changed(
        "sortexprvalues-one-value",
        "SortExprValues has one value.",
        ("response.auctions.sortexprvalues.pattern",),
        "Auctions/*/SortExprValues",
        lambda value: value.partition(";")[0],
    ),
    Fault(
        "sortexprvalues-against-score",
        "SortExprValues order entries against their Score.",
        ("ranking.sortexprvalues",),
        success=_against_score,
    ),
    _changed(
        "sortexprvalues-comma",
        "The values of SortExprValues are separated by a comma.",
        ("response.auctions.sortexprvalues.pattern",),
        "Auctions/*/SortExprValues",
        lambda value: value.replace(";", ","),
    ),
    _changed(
        "sortexprvalues-above-maximum",
        "SortExprValues goes beyond its range.",
        ("response.auctions.sortexprvalues.first-value",),
        "Auctions/*/SortExprValues",
        _first_value_raised,
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
        ("paging.counters",),
        success=_in_turn,
    ),
    Fault(
        "docsreturn-estimated",
        "DocsReturn differs from request to request.",
        ("paging.counters", "paging.total"),
        success=_estimated,
    ),
    _set(
        "docsreturn-zero",
        "DocsReturn is always zero.",
        ("response.head.counters", "paging.counters"),
        "Head/DocsReturn",
        0,
    ),
    Fault(
        "requestid-of-request",
        "The same request gets the same RequestId.",
        ("response.requestid.unique",),
        success=_id_of_request,
    ),
    _changed(
        "score-rounded-above-one",
        "The Score of an identical image is a trifle above one.",
        ("response.auctions.score.range",),
        "Auctions/*/Score",
        lambda value: 1.0000001 if value == 1 else value,
    ),
    _changed(
        "score-distance",
        "Score is a distance, which is zero for an identical image.",
        ("ranking.score", "ranking.sortexprvalues"),
        "Auctions/*/Score",
        lambda value: 1 - value,
    ),
    _changed(
        "searchtime-in-seconds",
        "SearchTime has a fraction.",
        ("response.head.searchtime.type",),
        "Head/SearchTime",
        lambda value: value / 1000,
    ),
    _changed(
        "categories-with-fraction",
        "Ids of categories are written with a fraction of zero.",
        ("response.integers.notation",),
        "PicInfo/AllCategories/*/Id",
        float,
    ),
    _changed(
        "region-with-fractions",
        "Region has fractions.",
        ("response.picinfo.region.pattern",),
        "PicInfo/Region",
        lambda value: value.replace(",", ".5,"),
    ),
    _changed(
        "region-in-brackets",
        "Region stands in brackets.",
        ("response.picinfo.region.pattern",),
        "PicInfo/Region",
        lambda value: f"[{value}]",
    ),
    _changed("region-empty", "Region is empty.", ("response.picinfo.region.pattern",), "PicInfo/Region", lambda _: ""),
    _changed(
        "region-by-corners",
        "Region is in the order x1,y1,x2,y2.",
        ("response.picinfo.region.geometry",),
        "PicInfo/Region",
        _by_corners,
    ),
    _changed(
        "multiregion-with-spaces",
        "MultiRegion has spaces between its numbers.",
        ("response.picinfo.multiregion.region.pattern",),
        "PicInfo/MultiRegion/*/Region",
        lambda value: value.replace(",", ", "),
    ),
    _changed(
        "sortexprvalues-negative",
        "The first value of SortExprValues is below zero.",
        (
            "ranking.sortexprvalues",
            "response.auctions.sortexprvalues.pattern",
            "response.auctions.sortexprvalues.first-value",
        ),
        "Auctions/*/SortExprValues",
        lambda value: f"-{value}",
    ),
    _changed(
        "sortexprvalues-exchanged",
        "The values of SortExprValues stand in the other order.",
        ("ranking.sortexprvalues",),
        "Auctions/*/SortExprValues",
        _exchanged,
    ),
    _changed(
        "sortexprvalues-decimal-comma",
        "SortExprValues has decimal commas.",
        ("response.auctions.sortexprvalues.pattern",),
        "Auctions/*/SortExprValues",
        lambda value: value.replace(".", ","),
    ),
    _changed(
        "sortexprvalues-empty",
        "SortExprValues is empty.",
        ("response.auctions.sortexprvalues.pattern",),
        "Auctions/*/SortExprValues",
        lambda _: "",
    ),
)
