"""Revisions of a contract directory: selection by name, overlays, and inconsistent revisions."""

import pytest
from jsonschema import Draft202012Validator

from imagesearch_conformance.contract import load
from imagesearch_conformance.contract.consistency import check_openapi
from imagesearch_conformance.errors import InvalidInput, InvalidSpec
from imagesearch_conformance.model.case import Location
from imagesearch_conformance.model.requirement import Level

FOLDER = "revisions/2026-06"


def test_the_default_is_the_revision_of_the_directory(contract):
    assert contract.revision == "2023-09"
    assert load(None, "2023-09").digest == contract.digest
    assert not any(name.startswith("revisions/") for name in contract.spec_files.texts)


def test_an_unknown_revision_is_rejected_with_the_choices():
    with pytest.raises(InvalidInput, match="expected one of 2023-09, 2026-06"):
        load(None, "2031-01")


def test_the_later_revision_is_valid_openapi(later):
    assert later.revision == "2026-06"
    check_openapi(later.spec_files)
    parameters = later.spec_files.resolve("openapi.yaml#/paths/~1/post/parameters")
    assert {"$ref": "#/components/parameters/ScoreThreshold"} in parameters


@pytest.mark.parametrize("name", ["request", "success", "error"])
def test_the_revised_schemas_are_json_schemas(later, name):
    schema = later.spec_files.content(f"schemas/{name}.json")
    Draft202012Validator.check_schema(schema)
    for property_ in schema["properties"].values():
        assert all(Draft202012Validator(property_).is_valid(example) for example in property_.get("examples", []))


def test_an_overlay_that_makes_openapi_invalid_is_rejected(copied):
    copied.edit(f"{FOLDER}/openapi.overlay.yaml", "in: query", "in: nowhere")
    with pytest.raises(InvalidSpec, match="invalid OpenAPI"):
        load(copied.root, "2026-06")
    load(copied.root)


def test_an_overlay_that_makes_a_schema_invalid_is_rejected(copied):
    copied.edit(f"{FOLDER}/schemas/success.overlay.yaml", "IntAttr3: {type: integer", "IntAttr3: {type: integre")
    with pytest.raises(InvalidSpec, match="invalid OpenAPI"):
        load(copied.root, "2026-06")


def test_the_later_revision_adds_parameters_attributes_and_fields(contract, later):
    names, later_names = ({parameter.name for parameter in each.parameters} for each in (contract, later))
    assert later_names - names == {"DistinctProductId", "ScoreThreshold"}
    assert later.parameter("ScoreThreshold").location is Location.QUERY
    assert later.parameter("DistinctProductId").is_boolean
    assert (contract.parameter("Filter").max_length, later.parameter("Filter").max_length) == (256, 4096)
    assert len(later.filter_rules.attributes) == 8
    fields, later_fields = ({field.key for field in each.success_fields} for each in (contract, later))
    assert later_fields - fields == {f"auctions.{kind}attr{number}" for kind in ("int", "str") for number in (3, 4)}
    assert set(contract.requirements) < set(later.requirements)


def test_pointers_resolve_in_the_revised_files(contract, later):
    pointer = "schemas/request.json#/properties/Filter/maxLength"
    assert (contract.spec_files.resolve(pointer), later.spec_files.resolve(pointer)) == (256, 4096)
    assert "in" in later.spec_files.content("filter.yaml")["operators"]["integer"]
    assert "LIST_OPERATOR" in later.spec_files.text("filter.lark")
    assert "errors/metadata.yaml" in later.spec_files.file_names("errors")


def test_a_code_can_be_documented_in_one_revision_only(contract, later):
    assert contract.errors.find("PicNotExist").grade == "tolerated"
    assert later.errors.find("PicNotExist").grade == "documented"
    assert later.errors.find("InvalidStartParameter").tolerated_messages
    assert "error.PicNotExist.message" in later.requirements


def test_only_statements_with_evidence_are_a_must(later):
    levels = {name: requirement.level for name, requirement in later.requirements.items()}
    assert levels["filter.int_attr.in"] is levels["filter.str_attr4.not-in"] is Level.SHOULD
    assert levels["filter.int_attr4.greater"] is levels["scorethreshold.removes"] is Level.MUST
    assert levels["distinctproductid.type"] is levels["scorethreshold.inclusive"] is Level.SHOULD


def test_the_digest_covers_base_and_revision(copied):
    first, later = load(copied.root).digest, load(copied.root, "2026-06").digest
    assert first != later
    path = copied.root / FOLDER / "filter.lark"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert load(copied.root).digest == first
    changed = load(copied.root, "2026-06").digest
    assert changed != later
    copied.edit("filter.yaml", "# Attributes of filter.lark", "# The attributes of filter.lark")
    assert load(copied.root).digest != first
    assert load(copied.root, "2026-06").digest != changed


BREAKING_CHANGES = {
    "target that selects nothing": (
        ("schemas/request.overlay.yaml", "target: $.properties.Filter", "target: $.properties.Filters"),
        ("selects nothing", "revisions/2026-06/schemas/request.overlay.yaml#/actions/2/target"),
    ),
    "unknown file": (
        ("filter.overlay.yaml", "../../filter.yaml", "../../filters.yaml"),
        ("unknown file 'filters.yaml'", "revisions/2026-06/filter.overlay.yaml#/extends"),
    ),
    "version of another revision": (
        ("openapi.overlay.yaml", "version: 2026-06\n      summary", "version: 2026-07\n      summary"),
        ("got '2026-07'", "openapi.yaml#/info/version"),
    ),
    "location of a parameter": (
        ("schemas/request.overlay.yaml", "x-in: query", "x-in: header"),
        ("'header'", "schemas/request.json#/properties/ScoreThreshold/x-in"),
    ),
    "invalid value that matches the pattern": (
        ("schemas/request.overlay.yaml", 'above: "1.01"', 'above: "0.99"'),
        ("'0.99'", "schemas/request.json#/properties/ScoreThreshold/x-broken/above"),
    ),
    "unspecified value that matches no pattern": (
        ("schemas/request.overlay.yaml", 'one-decimal: "0.5"', 'one-decimal: "5.5"'),
        ("'5.5'", "schemas/request.json#/properties/ScoreThreshold/x-open/values/one-decimal"),
    ),
    "example that does not match": (
        ("schemas/request.overlay.yaml", 'examples: ["0.55"', 'examples: ["0.555"'),
        ("'0.555'", "schemas/request.json#/properties/ScoreThreshold/examples/0"),
    ),
    "invalid pattern": (
        ("schemas/request.overlay.yaml", r"pattern: '^(0\.", r"pattern: '^((0\."),
        ("invalid pattern", "schemas/request.json#/properties/ScoreThreshold/pattern"),
    ),
    "role of an unknown parameter": (
        ("schemas/request.overlay.yaml", "parameter: ScoreThreshold", "parameter: LeastScore"),
        ("LeastScore", "x-threshold/parameter"),
    ),
    "unspecified filter that the grammar accepts": (
        ("filter.overlay.yaml", "filter: 'int_attr in 1,2'", "filter: 'int_attr in (1,2)'"),
        ("accepts", "filter.yaml#/open/bare-list"),
    ),
    "duplicate code": (
        ("errors/gateway.overlay.yaml", "'InternalError'", "'Forbidden'"),
        ("duplicate code 'InternalError'", "errors/"),
    ),
    "not YAML": (("openapi.overlay.yaml", "actions:", "actions: ["), ("cannot be decoded", "openapi.overlay.yaml")),
}


@pytest.mark.parametrize("name", BREAKING_CHANGES)
def test_an_inconsistent_revision_names_the_location(copied, name):
    (file, old, new), expected = BREAKING_CHANGES[name]
    copied.edit(f"{FOLDER}/{file}", old, new)
    with pytest.raises(InvalidSpec) as caught:
        load(copied.root, "2026-06")
    for part in expected:
        assert part in str(caught.value)
    assert load(copied.root).revision == "2023-09"


def test_a_revision_must_not_replace_a_file(copied):
    text = (copied.root / "protocol.yaml").read_text(encoding="utf-8")
    (copied.root / FOLDER / "protocol.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSpec, match="write an overlay"):
        load(copied.root, "2026-06")


def test_a_revision_can_be_added(copied):
    folder = copied.root / "revisions" / "2031-01"
    folder.mkdir()
    text = """overlay: 1.0.0
info: {title: t, version: "1"}
extends: ../../%s
actions:
  - target: %s
    update: %s
"""
    (folder / "a.overlay.yaml").write_text(text % ("openapi.yaml", "$.info", "{version: 2031-01}"), encoding="utf-8")
    request = text % ("schemas/request.json", "$.properties.Num", "{maximum: 50}")
    (folder / "b.overlay.yaml").write_text(request, encoding="utf-8")
    assert load(copied.root, "2031-01").parameter("Num").maximum == 50
    assert load(copied.root).parameter("Num").maximum == 100
