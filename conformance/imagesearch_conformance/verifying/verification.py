"""A certificate beside its evidence: every digest, every file, and every judgement made anew."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.canonical import digest_of_bytes
from imagesearch_conformance.reports.certificate import CERTIFICATE, EVIDENCE
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.reading import bytes_of, certificate_of, report_of
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.verifying.clients import of_performances
from imagesearch_conformance.verifying.comparing import compared
from imagesearch_conformance.verifying.difference import Difference, Findings, Untold
from imagesearch_conformance.verifying.entries import read_entries
from imagesearch_conformance.verifying.files import of_formats, of_statement
from imagesearch_conformance.verifying.keys import SIGNATURE, fits
from imagesearch_conformance.verifying.listing import of_list
from imagesearch_conformance.verifying.recomputing import recomputed


@frozen
class Verification:
    """What was found out about a directory, and the certificate in it."""

    statement: dict[str, Any]
    findings: Findings


def verify(directory: Path, spec: Path | None = None, public_key: Path | None = None) -> Verification:
    """Verifies the certificate in a directory; raises BadInput for what is none, and BadSpec for a broken `spec`."""
    try:
        return _verified(directory, spec, public_key)
    except RecursionError:
        raise BadInput("something is nested too deeply to be read", str(directory)) from None


def _verified(directory: Path, spec: Path | None, public_key: Path | None) -> Verification:
    own = load()
    written, evidence = bytes_of(directory / CERTIFICATE, "certificate"), bytes_of(directory / EVIDENCE, "report")
    said = certificate_of(written, own, str(directory / CERTIFICATE))
    found = _of_signature(directory, written, public_key)
    try:
        document = report_of(evidence, own, str(directory / EVIDENCE))
        found += Findings(tuple(of_statement(said, document, evidence)))
        found += _of_files(directory, document) + _judged_again(document, spec, own)
    except BadInput as problem:
        if digest_of_bytes(evidence) == said["evidence"]["digest"]:
            raise
        # Somebody changed it after it was certified: that is the finding, and not our trouble in reading it.
        found += Findings((Difference(EVIDENCE, "", str(problem), "what was certified"),))
    return Verification(said, found)


def _of_signature(directory: Path, statement: bytes, public_key: Path | None) -> Findings:
    path = directory / SIGNATURE
    if public_key is None:
        there = path.exists()
        note = "the signature was not looked at: give --public-key FILE" if there else "the certificate is not signed"
        return Findings(notes=(note,))
    if not path.exists():
        return Findings((Difference(CERTIFICATE, "", "nothing of who made it", f"that by a signature, {SIGNATURE}"),))
    if not fits(statement, bytes_of(path, "signature"), public_key):
        due = f"what the owner of {public_key} says of {CERTIFICATE}"
        return Findings((Difference(SIGNATURE, "", "something else", due),))
    return Findings(notes=(f"signed by the owner of {public_key}",))


def _of_files(directory: Path, document: dict[str, Any]) -> Findings:
    """Other versions of this suite may write the same report in other words."""
    made, here = document["suite"]["version"], version(DISTRIBUTION)
    if made != here:
        reason = f"version {made} made them of {EVIDENCE}, and this is {here}: they cannot be compared"
        return Findings(untold=(Untold("files", reason),))
    return of_formats(directory, document)


def _judged_again(document: dict[str, Any], spec: Path | None, own: Contract) -> Findings:
    contract = _contract(document["suite"], spec, own)
    return Findings(untold=(contract,)) if isinstance(contract, Untold) else of_evidence(contract, document)


def of_evidence(contract: Contract, document: dict[str, Any]) -> Findings:
    """What comes out when everything in a report is judged again, beside what it says; raises BadInput."""
    if is_client(document):
        return _of_client(contract.of_clients(), document)
    entries = read_entries(document)
    found = compared(document, contract, entries, recomputed(contract, document, entries))
    if document["suite"]["version"] != version(DISTRIBUTION):
        return found + Findings(untold=(Untold("cases", "another version made them, and may make others"),))
    return found + of_list(document, contract, entries)


def _of_client(contract: Contract, document: dict[str, Any]) -> Findings:
    """Of a client nothing but the scenarios of the same version says what it was answered."""
    if document["suite"]["version"] == version(DISTRIBUTION):
        return of_performances(contract, document, read_entries(document))
    return Findings(untold=(Untold("cases", "another version made them, and may make others"),))


def _contract(suite: dict[str, Any], spec: Path | None, own: Contract) -> Contract | Untold:
    """The contract that a run was judged by, or what is missing."""
    if spec is None and suite["specDigest"] == own.digest and suite["document"] == own.document:
        return own
    place, revision = "the shipped contract" if spec is None else str(spec), suite["document"]
    needed = f"the run was judged by the contract {suite['specDigest']} of {revision}"
    try:
        contract = load(spec, revision)
    except BadInput as problem:
        return Untold(place, f"{needed}: {problem}; give the directory with --spec")
    if contract.digest != suite["specDigest"]:
        return Untold(place, f"{needed}, and this is {contract.digest}; give the directory with --spec")
    return contract
