"""Faults of values in success responses: format, range, contradictions."""

from __future__ import annotations

from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import changed_field_fault, constant_field_fault
from imagesearch_conformance.signing.encoding import parameters


def _swap_corners(region: str) -> str:
    left, right, top, bottom = region.split(",")
    return f"{right},{left},{bottom},{top}"


def _raise_first_value(values: str) -> str:
    first, separator, second = values.partition(";")
    return f"{float(first) * 1.5 + 1e24:.15g}{separator}{second}"


def _reverse_sort_values(body: JsonObject, _context: FaultContext) -> JsonObject:
    entries = body["Auctions"]
    values = [entry["SortExprValues"] for entry in entries if "SortExprValues" in entry][::-1]
    pairs = zip((entry for entry in entries if "SortExprValues" in entry), values, strict=True)
    return {**body, "Auctions": [{**entry, "SortExprValues": value} for entry, value in pairs]}


def _report_unlisted_category(body: JsonObject, _context: FaultContext) -> JsonObject:
    body["PicInfo"]["CategoryId"] = max(category["Id"] for category in body["PicInfo"]["AllCategories"]) + 1
    return body


def _set_docs_found_to_num(body: JsonObject, context: FaultContext) -> JsonObject:
    count = dict(parameters(context.request)).get(context.roles.count, "")
    default = context.contract.parameter(context.roles.count).default or 0
    body["Head"]["DocsFound"] = int(count) if count.isdecimal() else int(default)
    return body


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
    changed_field_fault(
        "docsfound-off-by-one",
        "DocsFound is one too high.",
        ("response.head.counters", "paging.total"),
        "Head/DocsFound",
        lambda value: value + 1,
    ),
    constant_field_fault(
        "success-false",
        "Success is false in a success response.",
        ("response.success.consistent", "response.success.value"),
        "Success",
        value=False,
    ),
    constant_field_fault(
        "requestid-repeated",
        "Every success response has the same RequestId.",
        ("response.requestid.unique",),
        "RequestId",
        "D61D869E-E92A-447F-AD67-9234F999E516",
    ),
    Fault(
        "category-unlisted",
        "The reported category is not in AllCategories.",
        (
            "response.picinfo.categoryid.listed",
            "response.picinfo.categoryid.given",
            "response.picinfo.categoryid.generic",
            "ranking.category",
        ),
        success_body=_report_unlisted_category,
    ),
    Fault(
        "sortexprvalues-against-score",
        "SortExprValues are in the reverse order of Score.",
        ("ranking.sortexprvalues",),
        success_body=_reverse_sort_values,
    ),
    Fault(
        "docsfound-as-asked",
        "DocsFound repeats Num.",
        ("response.head.counters", "paging.total"),
        success_body=_set_docs_found_to_num,
    ),
    constant_field_fault(
        "code-as-status",
        "Code of a success response is the HTTP status.",
        ("response.success.consistent", "response.code.value"),
        "Code",
        200,
    ),
)
