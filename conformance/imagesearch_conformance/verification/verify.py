"""A certificate beside its evidence: every digest, every file, and every judgement made anew."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.certificate import CERTIFICATE_FILE, REPORT_FILE
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.load import parse_certificate, parse_report, read_file
from imagesearch_conformance.reports.serialization import bytes_digest
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.verification.case_list import compare_case_list
from imagesearch_conformance.verification.client_run import verify_client_run
from imagesearch_conformance.verification.compare import compare_report
from imagesearch_conformance.verification.difference import Difference, Unverifiable, VerificationFindings
from imagesearch_conformance.verification.ed25519 import SIGNATURE_FILE, is_valid_signature
from imagesearch_conformance.verification.recompute import recompute
from imagesearch_conformance.verification.report_entries import parse_entries
from imagesearch_conformance.verification.report_files import compare_certificate, compare_formats


@frozen
class Verification:
    """What was found out about a directory, and the certificate in it."""

    certificate: dict[str, Any]
    findings: VerificationFindings


def verify(directory: Path, spec: Path | None = None, public_key: Path | None = None) -> Verification:
    """Verifies the certificate in a directory; raises BadInput for what is none, and BadSpec for a broken `spec`."""
    try:
        return _verify_directory(directory, spec, public_key)
    except RecursionError:
        raise InvalidInput("something is nested too deeply to be read", str(directory)) from None


def _verify_directory(directory: Path, spec: Path | None, public_key: Path | None) -> Verification:
    own = load()
    written, evidence = (
        read_file(directory / CERTIFICATE_FILE, "certificate"),
        read_file(directory / REPORT_FILE, "report"),
    )
    said = parse_certificate(written, own, str(directory / CERTIFICATE_FILE))
    found = _check_signature(directory, written, public_key)
    try:
        document = parse_report(evidence, own, str(directory / REPORT_FILE))
        found += VerificationFindings(tuple(compare_certificate(said, document, evidence)))
        found += _compare_files(directory, document) + _rejudge_report(document, spec, own)
    except InvalidInput as problem:
        if bytes_digest(evidence) == said["evidence"]["digest"]:
            raise
        # Somebody changed it after it was certified: that is the finding, and not our trouble in reading it.
        found += VerificationFindings((Difference(REPORT_FILE, "", str(problem), "what was certified"),))
    return Verification(said, found)


def _check_signature(directory: Path, certificate: bytes, public_key: Path | None) -> VerificationFindings:
    path = directory / SIGNATURE_FILE
    if public_key is None:
        there = path.exists()
        note = "the signature was not looked at: give --public-key FILE" if there else "the certificate is not signed"
        return VerificationFindings(notes=(note,))
    if not path.exists():
        return VerificationFindings(
            (Difference(CERTIFICATE_FILE, "", "nothing of who made it", f"that by a signature, {SIGNATURE_FILE}"),)
        )
    if not is_valid_signature(certificate, read_file(path, "signature"), public_key):
        due = f"what the owner of {public_key} says of {CERTIFICATE_FILE}"
        return VerificationFindings((Difference(SIGNATURE_FILE, "", "something else", due),))
    return VerificationFindings(notes=(f"signed by the owner of {public_key}",))


def _compare_files(directory: Path, report: dict[str, Any]) -> VerificationFindings:
    """Other versions of this suite may write the same report in other words."""
    made, here = report["suite"]["version"], version(DISTRIBUTION)
    if made != here:
        reason = f"version {made} made them of {REPORT_FILE}, and this is {here}: they cannot be compared"
        return VerificationFindings(unverifiable=(Unverifiable("files", reason),))
    return compare_formats(directory, report)


def _rejudge_report(report: dict[str, Any], spec: Path | None, shipped: Contract) -> VerificationFindings:
    contract = _find_contract(report["suite"], spec, shipped)
    return (
        VerificationFindings(unverifiable=(contract,))
        if isinstance(contract, Unverifiable)
        else verify_evidence(contract, report)
    )


def verify_evidence(contract: Contract, report: dict[str, Any]) -> VerificationFindings:
    """What comes out when everything in a report is judged again, beside what it says; raises BadInput."""
    if is_client(report):
        return _verify_client(contract.for_clients(), report)
    entries = parse_entries(report)
    found = compare_report(report, contract, entries, recompute(contract, report, entries))
    if report["suite"]["version"] != version(DISTRIBUTION):
        return found + VerificationFindings(
            unverifiable=(Unverifiable("cases", "another version made them, and may make others"),)
        )
    return found + compare_case_list(report, contract, entries)


def _verify_client(contract: Contract, report: dict[str, Any]) -> VerificationFindings:
    """Of a client nothing but the scenarios of the same version says what it was answered."""
    if report["suite"]["version"] == version(DISTRIBUTION):
        return verify_client_run(contract, report, parse_entries(report))
    return VerificationFindings(unverifiable=(Unverifiable("cases", "another version made them, and may make others"),))


def _find_contract(suite: dict[str, Any], spec: Path | None, shipped: Contract) -> Contract | Unverifiable:
    """The contract that a run was judged by, or what is missing."""
    if spec is None and suite["specDigest"] == shipped.digest and suite["document"] == shipped.revision:
        return shipped
    place, revision = "the shipped contract" if spec is None else str(spec), suite["document"]
    needed = f"the run was judged by the contract {suite['specDigest']} of {revision}"
    try:
        contract = load(spec, revision)
    except InvalidInput as problem:
        return Unverifiable(place, f"{needed}: {problem}; give the directory with --spec")
    if contract.digest != suite["specDigest"]:
        return Unverifiable(place, f"{needed}, and this is {contract.digest}; give the directory with --spec")
    return contract
