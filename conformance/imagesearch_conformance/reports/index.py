"""Response bodies of a report: a body that several cases share is stored once and referenced elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen


@frozen
class ReportIndex:
    """The cases of a report by id, to resolve references to response bodies."""

    cases_by_id: Mapping[str, dict[str, Any]]

    @classmethod
    def from_report(cls, report: dict[str, Any]) -> ReportIndex:
        return cls({case["id"]: case for case in report["cases"]})

    def response_body(self, exchange: dict[str, Any]) -> tuple[str, bool]:
        """Return the body of a response and True if it is base64; an unresolved reference is an empty body."""
        response = exchange["response"]
        if (ref := response.get("bodyRef")) is not None:
            exchanges = self.cases_by_id.get(ref["case"], {}).get("exchanges", [])
            response = exchanges[ref["exchange"]]["response"] if ref["exchange"] < len(exchanges) else {}
        if "bodyBase64" in response:
            return response["bodyBase64"], True
        return response.get("body", ""), False
