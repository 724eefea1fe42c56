"""Verification of a certificate: its digests, the files beside it, and the run judged again."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.certificate import CERTIFICATE_FILE, REPORT_FILE, build_certificate
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.load import parse_certificate, parse_report, read_file
from imagesearch_conformance.reports.serialization import bytes_digest
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.reports.write import RENDERERS, encode_text
from imagesearch_conformance.verification.client_run import verify_client_run
from imagesearch_conformance.verification.compare import compare_case_list, compare_report
from imagesearch_conformance.verification.difference import Difference, Unverifiable, VerificationFindings
from imagesearch_conformance.verification.ed25519 import SIGNATURE_FILE, is_valid_signature
from imagesearch_conformance.verification.recompute import recompute
from imagesearch_conformance.verification.report_entries import parse_entries


@frozen
class Verification:
    """A certificate and the findings of its verification."""

    certificate: dict[str, Any]
    findings: VerificationFindings


def verify(directory: Path, spec: Path | None = None, public_key: Path | None = None) -> Verification:
    """Verify the certificate in a directory.

    Raises InvalidInput for an invalid certificate, report or key, and InvalidSpec for an invalid `spec`.
    """
    try:
        return _verify_directory(directory, spec, public_key)
    except RecursionError:
        raise InvalidInput("a file is nested too deeply", str(directory)) from None


def _verify_directory(directory: Path, spec: Path | None, public_key: Path | None) -> Verification:
    shipped = load()
    certificate_path, report_path = directory / CERTIFICATE_FILE, directory / REPORT_FILE
    certificate_bytes, report_bytes = read_file(certificate_path, "certificate"), read_file(report_path, "report")
    certificate = parse_certificate(certificate_bytes, shipped, str(certificate_path))
    findings = _check_signature(directory, certificate_bytes, public_key)
    try:
        report = parse_report(report_bytes, shipped, str(report_path))
        findings += VerificationFindings(tuple(compare_certificate(certificate, report, report_bytes)))
        findings += _compare_files(directory, report) + _rejudge_report(report, spec, shipped)
    except InvalidInput as problem:
        if bytes_digest(report_bytes) == certificate["evidence"]["digest"]:
            raise
        # The report was changed after certification: that is a finding, not invalid input.
        findings += VerificationFindings((Difference(REPORT_FILE, "", str(problem), "the certified report"),))
    return Verification(certificate, findings)


def _check_signature(directory: Path, certificate: bytes, public_key: Path | None) -> VerificationFindings:
    path = directory / SIGNATURE_FILE
    if public_key is None:
        hint = "signature not checked: no --public-key given" if path.exists() else "the certificate is not signed"
        return VerificationFindings(notes=(hint,))
    if not path.exists():
        return VerificationFindings((Difference(SIGNATURE_FILE, "", "no file", f"a signature by {public_key}"),))
    if not is_valid_signature(certificate, read_file(path, "signature"), public_key):
        expected = f"a signature of {CERTIFICATE_FILE} by {public_key}"
        return VerificationFindings((Difference(SIGNATURE_FILE, "", "another signature", expected),))
    return VerificationFindings(notes=(f"valid signature by {public_key}",))


def _compare_files(directory: Path, report: dict[str, Any]) -> VerificationFindings:
    """Compare the files if this version made them: another version may render the same report differently."""
    report_version, own_version = report["suite"]["version"], version(DISTRIBUTION)
    if report_version != own_version:
        reason = f"cannot be compared: rendered by version {report_version}, this is {own_version}"
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
    """Judge everything in a report again and compare the results; raises InvalidInput for an invalid report."""
    is_same_version = report["suite"]["version"] == version(DISTRIBUTION)
    other_version = VerificationFindings(
        unverifiable=(Unverifiable("cases", "built by another version, which may build other cases"),)
    )
    if is_client(report):
        # Only the scenarios of the same version contain the responses that the client got.
        return (
            verify_client_run(contract.for_clients(), report, parse_entries(report))
            if is_same_version
            else other_version
        )
    entries = parse_entries(report)
    findings = compare_report(report, contract, entries, recompute(contract, report, entries))
    return findings + (compare_case_list(report, contract, entries) if is_same_version else other_version)


def _find_contract(suite: dict[str, Any], spec: Path | None, shipped: Contract) -> Contract | Unverifiable:
    """Return the contract of a run, or the reason why it is not available."""
    if spec is None and suite["specDigest"] == shipped.digest and suite["document"] == shipped.revision:
        return shipped
    place, revision = "the shipped contract" if spec is None else str(spec), suite["document"]
    needed = f"the run used contract {suite['specDigest']} of {revision}"
    try:
        contract = load(spec, revision)
    except InvalidInput as problem:
        return Unverifiable(place, f"{needed}: {problem}; give its directory with --spec")
    if contract.digest != suite["specDigest"]:
        return Unverifiable(place, f"{needed}, but this is {contract.digest}; give its directory with --spec")
    return contract


def compare_certificate(
    certificate: dict[str, Any], report: dict[str, Any], report_bytes: bytes
) -> Iterator[Difference]:
    """Yield the differences between a certificate and its report; `report_bytes` is the report's file."""
    expected = build_certificate(report, bytes_digest(report_bytes))
    for name in dict.fromkeys((*expected, *certificate)):
        value, reported = expected.get(name), certificate.get(name)
        if isinstance(value, dict) and isinstance(reported, dict):
            triples = [(f"{name}.{key}", reported.get(key), member) for key, member in value.items()]
        else:
            triples = [(name, reported, value)]
        yield from (Difference(CERTIFICATE_FILE, *triple) for triple in triples if triple[1] != triple[2])


def compare_formats(directory: Path, report: dict[str, Any]) -> VerificationFindings:
    """Return the files of a directory that are not, byte for byte, the rendered formats of the report."""
    findings = VerificationFindings()
    for name, render in RENDERERS.items():
        path = directory / name
        if not path.exists():
            findings += VerificationFindings(notes=(f"{name} is missing",))
            continue
        raw = read_file(path, "file")
        try:
            is_same = raw == encode_text(render(report))
        except Exception as problem:  # noqa: BLE001 a manipulated report that fits the schema may cause any exception
            reported = f"a report from which {name} cannot be rendered ({type(problem).__name__})"
            findings += VerificationFindings((Difference(REPORT_FILE, "", reported, "a report of this suite"),))
            continue
        if not is_same:
            expected = f"the content rendered from {REPORT_FILE}"
            findings += VerificationFindings((Difference(name, "", "other content", expected),))
    return findings
