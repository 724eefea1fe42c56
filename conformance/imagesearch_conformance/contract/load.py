"""From a contract directory to a Contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from imagesearch_conformance.contract.consistency import check_consistency
from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorTable, read_errors
from imagesearch_conformance.contract.fields import read_fields
from imagesearch_conformance.contract.filter_rules import read_filter_rules
from imagesearch_conformance.contract.location import shipped_spec
from imagesearch_conformance.contract.openapi import check_openapi
from imagesearch_conformance.contract.parameters import (
    REQUEST_SCHEMA_FILE,
    read_category,
    read_image,
    read_parameters,
    read_result_filters,
    read_window,
)
from imagesearch_conformance.contract.protocol import read_protocol
from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.contract.register import (
    Families,
    build_families,
    read_client_requirements,
    read_interpretations,
    read_requirements,
    read_statements,
)
from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.errors import InvalidInput, InvalidSpec
from imagesearch_conformance.model.requirement import Requirement


def load(root: Path | None = None, revision: str | None = None) -> Contract:
    """Loads a contract directory, the shipped one by default; raises BadSpec with file and pointer.

    A `revision` is the directory's own, which is taken without one, or a folder of its `revisions/`;
    raises BadInput for any other. The shipped directory has been held against the OpenAPI
    specification when it was packed; another one is held against it here.
    """
    return _load_shipped(revision) if root is None else _load(root, revision)


@lru_cache(maxsize=4)
def _load_shipped(revision: str | None) -> Contract:
    """The one that ships does not change, and many commands want it more than once."""
    return _load(None, revision)


def _load(root: Path | None, revision: str | None) -> Contract:
    read = SpecFiles.from_directory(root or shipped_spec())
    documents = read.at_revision(None if revision is None else _revision_folder(read, revision))
    request = _read_record(documents, REQUEST_SCHEMA_FILE)
    parameters = tuple(read_parameters(request))
    errors = ErrorTable.from_rows(
        (row for name in documents.file_names("errors") for row in read_errors(_read_record(documents, name))),
        [parameter.name for parameter in parameters],
    )
    success = tuple(read_fields(_read_record(documents, "schemas/success.json")))
    envelope = tuple(read_fields(_read_record(documents, "schemas/error.json")))
    filters = read_filter_rules(documents, success)
    known = build_families(parameters, success, envelope, errors.documented_rows, filters)
    contract = Contract(
        revision=_read_version(documents),
        digest=documents.digest(),
        parameters=parameters,
        instance_parameter=request.child("x-instance").get("parameter", str),
        window=read_window(request),
        image=read_image(request),
        category=read_category(request),
        result_filters=read_result_filters(request),
        errors=errors,
        protocol=read_protocol(documents),
        success_fields=success,
        error_fields=envelope,
        filter_rules=filters,
        requirements=_index_by_id(
            requirement
            for name in documents.file_names("requirements")
            for requirement in read_requirements(_read_record(documents, name), known)
        ),
        client_requirements=_index_by_id(_read_all_client_requirements(documents, known)),
        interpretations={one.id: one for one in read_interpretations(_read_record(documents, "interpretations.yaml"))},
        statements=tuple(read_statements(_read_record(documents, "statements.yaml"))),
        spec_files=documents,
    )
    check_consistency(contract)
    if revision is not None and contract.revision != revision:
        problem = f"the revision {revision!r} calls itself {contract.revision!r}"
        raise InvalidSpec(problem, "openapi.yaml#/info/version", "its overlay sets the version")
    if root is not None:
        check_openapi(documents)
    return contract


def _revision_folder(files: SpecFiles, revision: str) -> str | None:
    """The folder of a revision, or None for the directory's own."""
    own = _read_version(files)
    if revision == own:
        return None
    if revision not in files.revisions:
        known = ", ".join([own, *files.revisions])
        raise InvalidInput(f"the contract has no revision {revision!r}", "document", f"known are {known}")
    return revision


def _read_all_client_requirements(files: SpecFiles, families: Families) -> Iterator[Requirement]:
    """What clients share with endpoints, and then what only they can do."""
    for name in files.file_names("requirements"):
        yield from read_client_requirements(_read_record(files, name), families)
    for name in files.file_names("requirements/client"):
        yield from read_requirements(_read_record(files, name), families)


def _read_version(files: SpecFiles) -> str:
    version: str = _read_record(files, "openapi.yaml").child("info").get("version", str)
    return version


def _read_record(files: SpecFiles, name: str) -> SpecRecord:
    return SpecRecord.from_value(files.content(name), f"{name}#")


def _index_by_id(requirements: Iterable[Requirement]) -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for requirement in requirements:
        if requirement.id in found:
            raise InvalidSpec(f"the requirement {requirement.id!r} stands twice", f"requirements/ ({requirement.area})")
        found[requirement.id] = requirement
    return found
