"""From a contract directory to a Contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from imagesearch_conformance.contract.coherence import check_coherence
from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.documents import Documents
from imagesearch_conformance.contract.error_table import ErrorTable, read_errors
from imagesearch_conformance.contract.fields import read_fields
from imagesearch_conformance.contract.filter_rules import read_filters
from imagesearch_conformance.contract.location import shipped_spec
from imagesearch_conformance.contract.openapi import check_openapi
from imagesearch_conformance.contract.parameters import (
    FILE,
    read_category,
    read_image,
    read_narrowing,
    read_parameters,
    read_window,
)
from imagesearch_conformance.contract.protocol import read_protocol
from imagesearch_conformance.contract.register import (
    Families,
    families,
    read_client_requirements,
    read_interpretations,
    read_requirements,
    read_statements,
)
from imagesearch_conformance.contract.shape import Record
from imagesearch_conformance.errors import BadInput, BadSpec
from imagesearch_conformance.model.requirement import Requirement


def load(root: Path | None = None, revision: str | None = None) -> Contract:
    """Loads a contract directory, the shipped one by default; raises BadSpec with file and pointer.

    A `revision` is the directory's own, which is taken without one, or a folder of its `revisions/`;
    raises BadInput for any other. The shipped directory has been held against the OpenAPI
    specification when it was packed; another one is held against it here.
    """
    return _shipped(revision) if root is None else _loaded(root, revision)


@lru_cache(maxsize=4)
def _shipped(revision: str | None) -> Contract:
    """The one that ships does not change, and many commands want it more than once."""
    return _loaded(None, revision)


def _loaded(root: Path | None, revision: str | None) -> Contract:
    read = Documents.read(root or shipped_spec())
    documents = read.revised(None if revision is None else _chosen(read, revision))
    request = _record(documents, FILE)
    parameters = tuple(read_parameters(request))
    errors = ErrorTable.of(
        (row for name in documents.names("errors") for row in read_errors(_record(documents, name))),
        [parameter.name for parameter in parameters],
    )
    success = tuple(read_fields(_record(documents, "schemas/success.json")))
    envelope = tuple(read_fields(_record(documents, "schemas/error.json")))
    filters = read_filters(documents, success)
    known = families(parameters, success, envelope, errors.documented, filters)
    contract = Contract(
        document=_version(documents),
        digest=documents.digest(),
        parameters=parameters,
        instance=request.child("x-instance").get("parameter", str),
        window=read_window(request),
        image=read_image(request),
        category=read_category(request),
        narrowing=read_narrowing(request),
        errors=errors,
        protocol=read_protocol(documents),
        success_fields=success,
        error_fields=envelope,
        filters=filters,
        requirements=_by_id(
            requirement
            for name in documents.names("requirements")
            for requirement in read_requirements(_record(documents, name), known)
        ),
        client_requirements=_by_id(_of_clients(documents, known)),
        interpretations={one.id: one for one in read_interpretations(_record(documents, "interpretations.yaml"))},
        statements=tuple(read_statements(_record(documents, "statements.yaml"))),
        documents=documents,
    )
    check_coherence(contract)
    if revision is not None and contract.document != revision:
        problem = f"the revision {revision!r} calls itself {contract.document!r}"
        raise BadSpec(problem, "openapi.yaml#/info/version", "its overlay sets the version")
    if root is not None:
        check_openapi(documents)
    return contract


def _chosen(documents: Documents, revision: str) -> str | None:
    """The folder of a revision, or None for the directory's own."""
    own = _version(documents)
    if revision == own:
        return None
    if revision not in documents.revisions:
        known = ", ".join([own, *documents.revisions])
        raise BadInput(f"the contract has no revision {revision!r}", "document", f"known are {known}")
    return revision


def _of_clients(documents: Documents, known: Families) -> Iterator[Requirement]:
    """What clients share with endpoints, and then what only they can do."""
    for name in documents.names("requirements"):
        yield from read_client_requirements(_record(documents, name), known)
    for name in documents.names("requirements/client"):
        yield from read_requirements(_record(documents, name), known)


def _version(documents: Documents) -> str:
    version: str = _record(documents, "openapi.yaml").child("info").get("version", str)
    return version


def _record(documents: Documents, name: str) -> Record:
    return Record.of(documents.document(name), f"{name}#")


def _by_id(requirements: Iterable[Requirement]) -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for requirement in requirements:
        if requirement.id in found:
            raise BadSpec(f"the requirement {requirement.id!r} stands twice", f"requirements/ ({requirement.area})")
        found[requirement.id] = requirement
    return found
