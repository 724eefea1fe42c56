"""Defects of the form and the range of the fields of success replies."""

from __future__ import annotations

from imagesearch_conformance.emulator.faults.edits import changed, fixed


def _corners_swapped(region: str) -> str:
    left, right, top, bottom = region.split(",")
    return f"{right},{left},{bottom},{top}"


def _first_value_raised(values: str) -> str:
    first, separator, second = values.partition(";")
    return f"{float(first) * 1.5 + 1e24:.15g}{separator}{second}"


FAULTS = (
    changed(
        "score-above-one",
        "Score is a percentage.",
        ("response.auctions.score.range",),
        "Auctions/*/Score",
        lambda value: value * 100,
    ),
    changed(
        "docsfound-with-fraction",
        "DocsFound is written with a fraction of zero.",
        ("response.integers.notation",),
        "Head/DocsFound",
        float,
    ),
    changed(
        "requestid-no-uuid",
        "RequestId is no UUID.",
        ("response.requestid.format",),
        "RequestId",
        lambda value: value.replace("-", "."),
    ),
    changed(
        "region-with-spaces",
        "Region has spaces between its numbers.",
        ("response.picinfo.region.pattern",),
        "PicInfo/Region",
        lambda value: value.replace(",", ", "),
    ),
    changed(
        "multiregion-corners-swapped",
        "MultiRegion gives lower-right corners first.",
        ("response.picinfo.multiregion.region.geometry",),
        "PicInfo/MultiRegion/*/Region",
        _corners_swapped,
    ),
    changed(
        "sortexprvalues-one-value",
        "SortExprValues has one value.",
        ("response.auctions.sortexprvalues.pattern",),
        "Auctions/*/SortExprValues",
        lambda value: value.partition(";")[0],
    ),
    changed(
        "sortexprvalues-above-maximum",
        "SortExprValues goes beyond its range.",
        ("response.auctions.sortexprvalues.first-value",),
        "Auctions/*/SortExprValues",
        _first_value_raised,
    ),
    changed(
        "score-rounded-above-one",
        "The Score of an identical image is a trifle above one.",
        ("response.auctions.score.range",),
        "Auctions/*/Score",
        lambda value: 1.0000001 if value == 1 else value,
    ),
    changed(
        "score-distance",
        "Score is a distance, which is zero for an identical image.",
        ("ranking.score", "ranking.self", "ranking.sortexprvalues"),
        "Auctions/*/Score",
        lambda value: 1 - value,
    ),
    changed(
        "searchtime-in-seconds",
        "SearchTime has a fraction.",
        ("response.head.searchtime.type",),
        "Head/SearchTime",
        lambda value: value / 1000,
    ),
    changed(
        "multiregion-with-spaces",
        "MultiRegion has spaces between its numbers.",
        ("response.picinfo.multiregion.region.pattern",),
        "PicInfo/MultiRegion/*/Region",
        lambda value: value.replace(",", ", "),
    ),
    fixed(
        "requestid-empty",
        "RequestId is empty.",
        ("response.requestid.length", "response.requestid.format"),
        "RequestId",
        "",
    ),
    changed(
        "region-corners-swapped",
        "Region gives the lower-right corner first.",
        ("response.picinfo.region.geometry",),
        "PicInfo/Region",
        _corners_swapped,
    ),
)
