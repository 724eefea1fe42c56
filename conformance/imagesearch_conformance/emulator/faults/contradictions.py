"""Defects of success replies whose parts contradict each other, the request, or other replies."""

from __future__ import annotations

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import changed_field_fault, constant_field_fault
from imagesearch_conformance.emulator.success_body import JsonObject
from imagesearch_conformance.signing.encoding import parameters


def _reverse_sort_values(body: JsonObject, _context: FaultContext) -> JsonObject:
    entries = body["Auctions"]
    values = [one["SortExprValues"] for one in entries if "SortExprValues" in one][::-1]
    shown = zip((one for one in entries if "SortExprValues" in one), values, strict=True)
    return {**body, "Auctions": [{**one, "SortExprValues": value} for one, value in shown]}


def _report_unlisted_category(body: JsonObject, _context: FaultContext) -> JsonObject:
    listed = {one["Id"] for one in body["PicInfo"]["AllCategories"]}
    body["PicInfo"]["CategoryId"] = max(listed) + 1
    return body


def _set_docs_found_to_num(body: JsonObject, context: FaultContext) -> JsonObject:
    """DocsFound repeats what was asked for."""
    given = dict(parameters(context.request)).get(context.roles.count, "")
    default = context.contract.parameter(context.roles.count).default or 0
    body["Head"]["DocsFound"] = int(given) if given.isdecimal() else int(default)
    return body


FAULTS = (
    changed_field_fault(
        "docsfound-off-by-one",
        "DocsFound is one too many.",
        ("response.head.counters", "paging.total"),
        "Head/DocsFound",
        lambda value: value + 1,
    ),
    constant_field_fault(
        "success-false",
        "Success is false in a reply with results.",
        ("response.success.consistent", "response.success.value"),
        "Success",
        value=False,
    ),
    constant_field_fault(
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
        success_body=_report_unlisted_category,
    ),
    Fault(
        "sortexprvalues-against-score",
        "SortExprValues order entries against their Score.",
        ("ranking.sortexprvalues",),
        success_body=_reverse_sort_values,
    ),
    Fault(
        "docsfound-as-asked",
        "DocsFound repeats the Num asked for.",
        ("response.head.counters", "paging.total"),
        success_body=_set_docs_found_to_num,
    ),
    constant_field_fault(
        "code-as-status",
        "Code of a success is the HTTP status.",
        ("response.success.consistent", "response.code.value"),
        "Code",
        200,
    ),
)
