"""The certificate: a short statement about a run that names the report, its evidence, by digest."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.reports.serialization import (
    bytes_digest,
    json_digest,
    render_json,
    render_report_json,
    text_digest,
)
from imagesearch_conformance.reports.subject import is_client, is_recorded

#: Raised when readers of the previous version would misread the certificate.
SCHEMA_VERSION = 1

#: Names of the certificate's file and of its evidence.
CERTIFICATE_FILE, REPORT_FILE = "certificate.json", "report.json"


def render_certificate(report: dict[str, Any], report_bytes: bytes | None = None) -> str:
    """Return the text of the certificate of a report.

    `report_bytes` is the content of the report's file, whose layout may differ from ours. Raises
    InvalidInput for a report about recorded traffic: the suite did not choose its requests.
    """
    if is_recorded(report):
        raise InvalidInput(
            "a report about recorded traffic cannot be certified",
            "certificate",
            "certify the endpoint with `run`",
        )
    digest = text_digest(render_report_json(report)) if report_bytes is None else bytes_digest(report_bytes)
    return render_json(build_certificate(report, digest))


def build_certificate(report: dict[str, Any], report_digest: str) -> dict[str, Any]:
    """Return the certificate of a report with this digest, in the shape of `spec/schemas/certificate.json`.

    The certificate of an endpoint has no member `client`, as in earlier versions.
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
            {"requirement": deviation["requirement"], "state": deviation["state"]}
            for deviation in reported_deviations(report)
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
    """Return the digest of the ids and definitions of all cases, in their order."""
    return json_digest([[case["id"], case.get("definition")] for case in report["cases"]])
