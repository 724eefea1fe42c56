"""The bodies of replies as a report holds them: where several cases share one, the later only refer to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen


@frozen
class ReportIndex:
    """The cases of a report by their ids, to follow references to bodies."""

    cases_by_id: Mapping[str, dict[str, Any]]

    @classmethod
    def from_report(cls, report: dict[str, Any]) -> ReportIndex:
        """The bodies of a report."""
        return cls({case["id"]: case for case in report["cases"]})

    def response_body(self, exchange: dict[str, Any]) -> tuple[str, bool]:
        """The body of a reply, and whether it is in base 64; empty where a reference leads nowhere."""
        response = exchange["response"]
        if (place := response.get("bodyOf")) is not None:
            exchanges = self.cases_by_id.get(place["case"], {}).get("exchanges", [])
            response = exchanges[place["exchange"]]["response"] if place["exchange"] < len(exchanges) else {}
        if "bodyBase64" in response:
            return response["bodyBase64"], True
        return response.get("body", ""), False
