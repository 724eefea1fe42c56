"""Faults of success responses that contradict themselves, the request or other responses."""

from __future__ import annotations

from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import changed_field_fault, constant_field_fault
from imagesearch_conformance.signing.encoding import parameters


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
