"""The certificate: what was certified by what, in one short statement that names its evidence by digests."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.canonical import as_json, as_lines, digest_of, digest_of_bytes, digest_of_text
from imagesearch_conformance.reports.deviations import deviations_of
from imagesearch_conformance.reports.subject import is_client, is_recorded

#: Rises when a reader of the old statement would misread the new one.
SCHEMA_VERSION = 1

#: The file that holds the statement, and the one that is its evidence.
CERTIFICATE, EVIDENCE = "certificate.json", "report.json"


def certificate(document: dict[str, Any], evidence: bytes | None = None) -> str:
    """The text of the certificate of a report; raises BadInput for one of recorded traffic: nobody asked for that.

    `evidence` is the report as it stands in its file, which may be laid out in another way than we would.
    """
    if is_recorded(document):
        raise BadInput("recorded traffic is judged and not certified", "certificate", "certify the endpoint with `run`")
    digest = digest_of_text(as_lines(document)) if evidence is None else digest_of_bytes(evidence)
    return as_json(statement(document, digest))


def statement(document: dict[str, Any], evidence: str) -> dict[str, Any]:
    """The statement about a report whose text has this digest, in the shape of `spec/schemas/certificate.json`.

    What an endpoint is certified for says so by not naming a client: certificates of earlier versions do the same.
    """
    suite, target = document["suite"], document["target"]
    return {
        "schemaVersion": SCHEMA_VERSION,
        **(_client(document["client"]) if is_client(document) else {}),
        "verdict": document["verdict"],
        "complete": document["complete"],
        "level": suite["level"],
        "strict": suite["strict"],
        "select": suite.get("select", []),
        "deselect": suite.get("deselect", []),
        "budget": suite.get("budget"),
        "deviations": [{"requirement": one["requirement"], "state": one["state"]} for one in deviations_of(document)],
        "startedAt": document["startedAt"],
        "target": {
            "endpoint": target["endpoint"],
            "instanceName": target["instanceName"],
            "profileDigest": digest_of(target),
        },
        "contract": {"document": suite["document"], "digest": suite["specDigest"]},
        "suiteVersion": suite["version"],
        "cases": {"count": len(document["cases"]), "digest": case_list_digest(document)},
        "evidence": {"file": EVIDENCE, "digest": evidence},
    }


def _client(client: dict[str, Any]) -> dict[str, Any]:
    return {"subject": "client", "client": {name: client[name] for name in ("name", "version", "language", "command")}}


def case_list_digest(document: dict[str, Any]) -> str:
    """The digest of the ids and definitions of all cases, in their order."""
    return digest_of([[one["id"], one.get("definition")] for one in document["cases"]])
