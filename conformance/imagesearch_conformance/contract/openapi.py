"""Whether a contract directory is valid OpenAPI."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.errors import InvalidSpec

_OPENAPI_FILE = "openapi.yaml"

#: The most of a complaint that is shown, in characters: some quote half the document.
_MAX_MESSAGE_LENGTH = 300


def check_openapi(files: SpecFiles) -> None:
    """Raises BadSpec at the first departure from the OpenAPI specification."""
    # Only contracts that are not ours need this, and it is the slowest import of all.
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415

    validator = OpenAPIV31SpecValidator(
        files.content(_OPENAPI_FILE)
        if files.revision is None
        else _inline_references(files, files.content(_OPENAPI_FILE)),
        base_uri=(files.root / _OPENAPI_FILE).resolve().as_uri(),
    )
    problem = next(iter(validator.iter_errors()), None)
    if problem is not None:
        pointer = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in problem.absolute_path)
        said = " ".join(problem.message.split())[:_MAX_MESSAGE_LENGTH]
        raise InvalidSpec(f"this is not OpenAPI 3.1: {said}", f"{_OPENAPI_FILE}#/{pointer}")


def _inline_references(files: SpecFiles, value: Any) -> Any:
    """The value with other files put in where it refers to them: those on disk are not as the revision has them."""
    if isinstance(value, list):
        return [_inline_references(files, one) for one in value]
    if not isinstance(value, dict):
        return value
    name, _, path = str(value.get("$ref", "#")).partition("#")
    if name in files.texts:
        return _inline_references(files, files.resolve(f"{name}#{path}"))
    return {key: _inline_references(files, one) for key, one in value.items()}
