"""Loading of a contract directory, the shipped one by default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from imagesearch_conformance.contract.consistency import check_consistency, check_openapi
from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorTable, read_errors
from imagesearch_conformance.contract.fields import read_fields
from imagesearch_conformance.contract.filter_rules import read_filter_rules
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

#: The package: in a wheel it contains the contract; in a checkout the contract is beside `conformance/`.
_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_spec() -> Path:
    """Return the directory of the contract that this installation contains."""
    inside = _PACKAGE / "spec"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "spec"


def load(root: Path | None = None, revision: str | None = None) -> Contract:
    """Load a contract directory, the shipped one by default; raises InvalidSpec with file and pointer.

    `revision` is the directory's own revision, which is the default, or a folder of `revisions/`; raises InvalidInput
    for any other. Only a directory that is not the shipped one is validated as OpenAPI.
    """
    return _load_shipped(revision) if root is None else _load(root, revision)


@lru_cache(maxsize=4)
def _load_shipped(revision: str | None) -> Contract:
    """Load the shipped contract; cached, since it does not change and a process may need it more than once."""
    return _load(None, revision)


def _load(root: Path | None, revision: str | None) -> Contract:
    directory = SpecFiles.from_directory(root or shipped_spec())
    files = directory.at_revision(None if revision is None else _revision_folder(directory, revision))
    request = _read_record(files, REQUEST_SCHEMA_FILE)
    parameters = tuple(read_parameters(request))
    errors = ErrorTable.from_rows(
        (row for name in files.file_names("errors") for row in read_errors(_read_record(files, name))),
        [parameter.name for parameter in parameters],
    )
    success_fields = tuple(read_fields(_read_record(files, "schemas/success.json")))
    error_fields = tuple(read_fields(_read_record(files, "schemas/error.json")))
    filter_rules = read_filter_rules(files, success_fields)
    families = build_families(parameters, success_fields, error_fields, errors.documented_rows, filter_rules)
    contract = Contract(
        revision=_read_version(files),
        digest=files.digest(),
        parameters=parameters,
        instance_parameter=request.child("x-instance").get("parameter", str),
        window=read_window(request),
        image=read_image(request),
        category=read_category(request),
        result_filters=read_result_filters(request),
        errors=errors,
        protocol=read_protocol(files),
        success_fields=success_fields,
        error_fields=error_fields,
        filter_rules=filter_rules,
        requirements=_index_by_id(
            requirement
            for name in files.file_names("requirements")
            for requirement in read_requirements(_read_record(files, name), families)
        ),
        client_requirements=_index_by_id(_read_all_client_requirements(files, families)),
        interpretations={
            interpretation.id: interpretation
            for interpretation in read_interpretations(_read_record(files, "interpretations.yaml"))
        },
        statements=tuple(read_statements(_read_record(files, "statements.yaml"))),
        spec_files=files,
    )
    check_consistency(contract)
    if revision is not None and contract.revision != revision:
        problem = f"expected the version {revision!r}, got {contract.revision!r}"
        raise InvalidSpec(problem, "openapi.yaml#/info/version", "an overlay of the revision must set it")
    if root is not None:
        check_openapi(files)
    return contract


def _revision_folder(files: SpecFiles, revision: str) -> str | None:
    """Return the folder of a revision, None for the directory's own revision; raises InvalidInput."""
    own = _read_version(files)
    if revision == own:
        return None
    if revision not in files.revisions:
        choices = ", ".join([own, *files.revisions])
        raise InvalidInput(f"unknown revision {revision!r}", "document", f"expected one of {choices}")
    return revision


def _read_all_client_requirements(files: SpecFiles, families: Families) -> Iterator[Requirement]:
    """Yield the requirements that clients share with endpoints, and then those of clients only."""
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
    by_id: dict[str, Requirement] = {}
    for requirement in requirements:
        if requirement.id in by_id:
            raise InvalidSpec(f"duplicate requirement {requirement.id!r}", f"requirements/ ({requirement.area})")
        by_id[requirement.id] = requirement
    return by_id
