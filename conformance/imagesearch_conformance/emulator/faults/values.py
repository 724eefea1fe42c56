"""Defects of the form and the range of the fields of success replies."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults.edits import Change, changing, setting


def _changed(name: str, description: str, breaks: tuple[str, ...], path: str, change: Change) -> Fault:
    return Fault(name, description, breaks, success=changing(path, change))


def _set(name: str, description: str, breaks: tuple[str, ...], path: str, value: Any) -> Fault:
    return Fault(name, description, breaks, success=setting(path, value))


def _corners_swapped(region: str) -> str:
    left, right, top, bottom = region.split(",")
    return f"{right},{left},{bottom},{top}"


def _first_value_raised(values: str) -> str:
    first, separator, second = values.partition(";")
    return f"{float(first) * 1.5 + 1e24:.15g}{separator}{second}"


FAULTS = (
    _changed(
        "score-above-one",
        "Score is a percentage.",
        ("response.auctions.score.range",),
        "Auctions/*/Score",
        lambda value: value * 100,
    ),
    _changed(
        "docsfound-with-fraction",
        "DocsFound is written with a fraction of zero.",
        ("response.integers.notation",),
        "Head/DocsFound",
        float,
    ),
    _changed(
        "requestid-no-uuid",
        "RequestId is no UUID.",
        ("response.requestid.format",),
        "RequestId",
        lambda value: value.replace("-", "."),
    ),
    _changed(
        "region-with-spaces",
        "Region has spaces between its numbers.",
        ("response.picinfo.region.pattern",),
        "PicInfo/Region",
        lambda value: value.replace(",", ", "),
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
    _changed(
        "sortexprvalues-above-maximum",
        "SortExprValues goes beyond its range.",
        ("response.auctions.sortexprvalues.first-value",),
        "Auctions/*/SortExprValues",
        _first_value_raised,
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
        ("ranking.score", "ranking.self", "ranking.sortexprvalues"),
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
        "multiregion-with-spaces",
        "MultiRegion has spaces between its numbers.",
        ("response.picinfo.multiregion.region.pattern",),
        "PicInfo/MultiRegion/*/Region",
        lambda value: value.replace(",", ", "),
    ),
    _set(
        "requestid-empty",
        "RequestId is empty.",
        ("response.requestid.length", "response.requestid.format"),
        "RequestId",
        "",
    ),
    _changed(
        "region-corners-swapped",
        "Region gives the lower-right corner first.",
        ("response.picinfo.region.geometry",),
        "PicInfo/Region",
        _corners_swapped,
    ),
)
