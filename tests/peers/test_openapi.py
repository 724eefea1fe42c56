"""Other tools accept the contract: a valid OpenAPI document, valid schemas, and examples that match them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from .paths import OPENAPI, SPEC

SCHEMAS = sorted((SPEC / "schemas").glob("*.json"))
DOCUMENT = yaml.safe_load(OPENAPI.read_text("utf-8"))


def retrieve(uri: str) -> Resource[Any]:
    """Load a file of the contract; never anything from a network."""
    path = Path(url2pathname(uri.removeprefix("file:")))
    return Resource.from_contents(yaml.safe_load(path.read_text("utf-8")), default_specification=DRAFT202012)


def violated_keywords(instance: Any, path: Path, pointer: str = "") -> list[str]:
    """Return the keywords that an instance violates, formats included, in the schema at a pointer."""
    registry: Registry[Any] = Registry(retrieve=retrieve)
    schema = {"$ref": f"{path.as_uri()}#{pointer}"}
    formats = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(schema, registry=registry, format_checker=formats)
    return sorted(error.validator for error in validator.iter_errors(instance))


def objects(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every object in a document with its JSON pointer."""
    if isinstance(value, dict):
        yield pointer, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in items:
        yield from objects(member, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")


#: Examples in schemas: the file, the pointer of the schema, and the example.
SCHEMA_EXAMPLES = [
    pytest.param(path, pointer, example, id=f"{path.name}#{pointer}-{index}")
    for path in SCHEMAS
    for pointer, schema in objects(json.loads(path.read_text("utf-8")))
    for index, example in enumerate(schema.get("examples", ()))
]

#: Examples of whole messages: the pointer of their media type, and the example.
MESSAGE_EXAMPLES = [
    pytest.param(f"/paths{pointer}", example, id=f"{pointer}-{name}")
    for pointer, media_type in objects(DOCUMENT["paths"])
    if "schema" in media_type
    for name, example in [
        *([("example", media_type["example"])] if "example" in media_type else []),
        *((name, entry["value"]) for name, entry in media_type.get("examples", {}).items()),
    ]
]


def test_the_openapi_document_is_valid() -> None:
    errors = OpenAPIV31SpecValidator(DOCUMENT, base_uri=OPENAPI.as_uri()).iter_errors()
    assert [(list(error.absolute_path), error.message) for error in errors] == []


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_file_is_valid_json_schema_2020_12(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_a_schema_of_the_components_is_valid(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


def test_all_messages_and_files_have_schemas() -> None:
    names = {path.name for path in SCHEMAS}
    assert names >= {"request.json", "success.json", "error.json", "profile.json", "report.json"}


@pytest.mark.parametrize(("path", "pointer", "example"), SCHEMA_EXAMPLES)
def test_an_example_matches_its_schema(path: Path, pointer: str, example: Any) -> None:
    assert violated_keywords(example, path, pointer) == []


@pytest.mark.parametrize(("pointer", "example"), MESSAGE_EXAMPLES)
def test_an_example_message_matches_its_schema(pointer: str, example: Any) -> None:
    assert violated_keywords(example, OPENAPI, f"{pointer}/schema") == []


def test_requests_successes_and_errors_have_examples() -> None:
    ids = " ".join(str(param.values[0]) for param in MESSAGE_EXAMPLES)
    assert all(part in ids for part in ("/requestBody/", "/responses/200/", "/responses/400/", "/responses/500/"))


def test_an_invalid_example_is_reported() -> None:
    invalid = {"InstanceName": "n" * 21, "Num": 101, "CategoryId": 10}
    form = "/paths/~1/post/requestBody/content/application~1x-www-form-urlencoded/schema"
    assert violated_keywords(invalid, OPENAPI, form) == ["enum", "maxLength", "maximum", "required", "required"]
    assert violated_keywords({"RequestId": "no uuid"}, SPEC / "schemas" / "error.json") == [
        "format",
        "required",
        "required",
    ]
