"""The certificate: what was certified by what, in one short statement that names its evidence by digests."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.deviations import reported_deviations
from imagesearch_conformance.reports.serialization import (
    bytes_digest,
    json_digest,
    render_json,
    render_report_json,
    text_digest,
)
from imagesearch_conformance.reports.subject import is_client, is_recorded

#: Rises when a reader of the old statement would misread the new one.
SCHEMA_VERSION = 1

#: The file that holds the statement, and the one that is its evidence.
CERTIFICATE_FILE, REPORT_FILE = "certificate.json", "report.json"


def render_certificate(report: dict[str, Any], report_bytes: bytes | None = None) -> str:
    """The text of the certificate of a report; raises BadInput for one of recorded traffic: nobody asked for that.

    `evidence` is the report as it stands in its file, which may be laid out in another way than we would.
    """
    if is_recorded(report):
        raise InvalidInput(
            "recorded traffic is judged and not certified", "certificate", "certify the endpoint with `run`"
        )
    digest = text_digest(render_report_json(report)) if report_bytes is None else bytes_digest(report_bytes)
    return render_json(build_certificate(report, digest))


def build_certificate(report: dict[str, Any], report_digest: str) -> dict[str, Any]:
    """The statement about a report whose text has this digest, in the shape of `spec/schemas/certificate.json`.

    What an endpoint is certified for says so by not naming a client: certificates of earlier versions do the same.
    """
    suite, target = report["suite"], report["target"]
    return {
        "schemaVersion": SCHEMA_VERSION,
        **(_client_members(report["client"]) if is_client(report) else {}),
        "verdict": report["verdict"],
        "complete": report["complete"],
        "level": suite["level"],
        "strict": suite["strict"],
        "select": suite.get("select", []),
        "deselect": suite.get("deselect", []),
        "budget": suite.get("budget"),
        "deviations": [
            {"requirement": one["requirement"], "state": one["state"]} for one in reported_deviations(report)
        ],
        "startedAt": report["startedAt"],
        "target": {
            "endpoint": target["endpoint"],
            "instanceName": target["instanceName"],
            "profileDigest": json_digest(target),
        },
        "contract": {"document": suite["document"], "digest": suite["specDigest"]},
        "suiteVersion": suite["version"],
        "cases": {"count": len(report["cases"]), "digest": case_list_digest(report)},
        "evidence": {"file": REPORT_FILE, "digest": report_digest},
    }


def _client_members(client: dict[str, Any]) -> dict[str, Any]:
    return {"subject": "client", "client": {name: client[name] for name in ("name", "version", "language", "command")}}


def case_list_digest(report: dict[str, Any]) -> str:
    """The digest of the ids and definitions of all cases, in their order."""
    return json_digest([[one["id"], one.get("definition")] for one in report["cases"]])
