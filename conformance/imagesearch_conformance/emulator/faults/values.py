"""Faults of the format and range of fields of success responses."""

from __future__ import annotations

from imagesearch_conformance.emulator.faults.builders import changed_field_fault, constant_field_fault


def _swap_corners(region: str) -> str:
    left, right, top, bottom = region.split(",")
    return f"{right},{left},{bottom},{top}"


def _raise_first_value(values: str) -> str:
    first, separator, second = values.partition(";")
    return f"{float(first) * 1.5 + 1e24:.15g}{separator}{second}"


FAULTS = (
    changed_field_fault(
        "score-above-one",
        "Score is a percentage.",
        ("response.auctions.score.range",),
        "Auctions/*/Score",
        lambda value: value * 100,
    ),
    changed_field_fault(
        "docsfound-with-fraction",
        "DocsFound is written with a zero fraction.",
        ("response.integers.notation",),
        "Head/DocsFound",
        float,
    ),
    changed_field_fault(
        "requestid-no-uuid",
        "RequestId is not a UUID.",
        ("response.requestid.format",),
        "RequestId",
        lambda value: value.replace("-", "."),
    ),
    changed_field_fault(
        "region-with-spaces",
        "Region contains spaces between its numbers.",
        ("response.picinfo.region.pattern",),
        "PicInfo/Region",
        lambda value: value.replace(",", ", "),
    ),
    changed_field_fault(
        "multiregion-corners-swapped",
        "MultiRegion gives the lower-right corner first.",
        ("response.picinfo.multiregion.region.geometry",),
        "PicInfo/MultiRegion/*/Region",
        _swap_corners,
    ),
    changed_field_fault(
        "sortexprvalues-one-value",
        "SortExprValues contains only one value.",
        ("response.auctions.sortexprvalues.pattern",),
        "Auctions/*/SortExprValues",
        lambda value: value.partition(";")[0],
    ),
    changed_field_fault(
        "sortexprvalues-above-maximum",
        "The first value of SortExprValues is above its maximum.",
        ("response.auctions.sortexprvalues.first-value",),
        "Auctions/*/SortExprValues",
        _raise_first_value,
    ),
    changed_field_fault(
        "score-rounded-above-one",
        "The Score of an identical image is slightly above 1.",
        ("response.auctions.score.range",),
        "Auctions/*/Score",
        lambda value: 1.0000001 if value == 1 else value,
    ),
    changed_field_fault(
        "score-distance",
        "Score is a distance instead of a similarity.",
        ("ranking.score", "ranking.self", "ranking.sortexprvalues"),
        "Auctions/*/Score",
        lambda value: 1 - value,
    ),
    changed_field_fault(
        "searchtime-in-seconds",
        "SearchTime is in seconds with a fraction.",
        ("response.head.searchtime.type",),
        "Head/SearchTime",
        lambda value: value / 1000,
    ),
    changed_field_fault(
        "multiregion-with-spaces",
        "MultiRegion contains spaces between its numbers.",
        ("response.picinfo.multiregion.region.pattern",),
        "PicInfo/MultiRegion/*/Region",
        lambda value: value.replace(",", ", "),
    ),
    constant_field_fault(
        "requestid-empty",
        "RequestId is empty.",
        ("response.requestid.length", "response.requestid.format"),
        "RequestId",
        "",
    ),
    changed_field_fault(
        "region-corners-swapped",
        "Region gives the lower-right corner first.",
        ("response.picinfo.region.geometry",),
        "PicInfo/Region",
        _swap_corners,
    ),
)
