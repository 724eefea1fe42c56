"""Whether a contract directory is valid OpenAPI."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.contract.documents import Documents
from imagesearch_conformance.errors import BadSpec

_FILE = "openapi.yaml"

#: The most of a complaint that is shown, in characters: some quote half the document.
_SHOWN = 300


def check_openapi(documents: Documents) -> None:
    """Raises BadSpec at the first departure from the OpenAPI specification."""
    # Only contracts that are not ours need this, and it is the slowest import of all.
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415

    validator = OpenAPIV31SpecValidator(
        documents.document(_FILE) if documents.revision is None else _whole(documents, documents.document(_FILE)),
        base_uri=(documents.root / _FILE).resolve().as_uri(),
    )
    problem = next(iter(validator.iter_errors()), None)
    if problem is not None:
        pointer = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in problem.absolute_path)
        said = " ".join(problem.message.split())[:_SHOWN]
        raise BadSpec(f"this is not OpenAPI 3.1: {said}", f"{_FILE}#/{pointer}")


def _whole(documents: Documents, value: Any) -> Any:
    """The value with other files put in where it refers to them: those on disk are not as the revision has them."""
    if isinstance(value, list):
        return [_whole(documents, one) for one in value]
    if not isinstance(value, dict):
        return value
    name, _, path = str(value.get("$ref", "#")).partition("#")
    if name in documents.texts:
        return _whole(documents, documents.at(f"{name}#{path}"))
    return {key: _whole(documents, one) for key, one in value.items()}
