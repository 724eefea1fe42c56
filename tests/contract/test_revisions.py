"""Revisions of a contract directory: chosen by name, made of overlays, and refused where they do not fit."""

import pytest
from jsonschema import Draft202012Validator

from imagesearch_conformance.contract import load
from imagesearch_conformance.contract.openapi import check_openapi
from imagesearch_conformance.errors import InvalidInput, InvalidSpec
from imagesearch_conformance.model.case import Location
from imagesearch_conformance.model.requirement import Level

FOLDER = "revisions/2026-06"


def test_without_a_name_the_directorys_own_revision_is_taken(contract):
    assert contract.revision == "2023-09"
    assert load(None, "2023-09").digest == contract.digest
    assert not any(name.startswith("revisions/") for name in contract.spec_files.texts)


def test_an_unknown_revision_is_refused_with_the_known_ones():
    with pytest.raises(InvalidInput, match="known are 2023-09, 2026-06"):
        load(None, "2031-01")


def test_the_later_revision_is_valid_openapi_of_its_own(later):
    assert later.revision == "2026-06"
    check_openapi(later.spec_files)
    parameters = later.spec_files.resolve("openapi.yaml#/paths/~1/post/parameters")
    assert {"$ref": "#/components/parameters/ScoreThreshold"} in parameters


@pytest.mark.parametrize("name", ["request", "success", "error"])
def test_the_revised_schemas_are_json_schemas(later, name):
    schema = later.spec_files.content(f"schemas/{name}.json")
    Draft202012Validator.check_schema(schema)
    for one in schema["properties"].values():
        assert all(Draft202012Validator(one).is_valid(example) for example in one.get("examples", []))


def test_an_openapi_document_that_an_overlay_breaks_is_refused(copied):
    copied.edit(f"{FOLDER}/openapi.overlay.yaml", "in: query", "in: nowhere")
    with pytest.raises(InvalidSpec, match="not OpenAPI"):
        load(copied.root, "2026-06")
    load(copied.root)


def test_a_schema_that_an_overlay_breaks_is_seen_by_way_of_the_openapi_document(copied):
    copied.edit(f"{FOLDER}/schemas/success.overlay.yaml", "IntAttr3: {type: integer", "IntAttr3: {type: integre")
    with pytest.raises(InvalidSpec, match="not OpenAPI"):
        load(copied.root, "2026-06")


def test_the_later_revision_adds_and_the_first_knows_nothing_of_it(contract, later):
    names = {one.name for one in later.parameters} - {one.name for one in contract.parameters}
    assert names == {"DistinctProductId", "ScoreThreshold"}
    assert later.parameter("ScoreThreshold").location is Location.QUERY
    assert later.parameter("DistinctProductId").is_boolean
    assert (contract.parameter("Filter").max_length, later.parameter("Filter").max_length) == (256, 4096)
    assert len(later.filter_rules.attributes) == 8
    fields = {one.key for one in later.success_fields} - {one.key for one in contract.success_fields}
    assert fields == {f"auctions.{kind}attr{number}" for kind in ("int", "str") for number in (3, 4)}
    assert set(contract.requirements) < set(later.requirements)


def test_pointers_lead_into_the_revised_documents(contract, later):
    pointer = "schemas/request.json#/properties/Filter/maxLength"
    assert (contract.spec_files.resolve(pointer), later.spec_files.resolve(pointer)) == (256, 4096)
    assert "in" in later.spec_files.content("filter.yaml")["operators"]["integer"]
    assert "LIST_OPERATOR" in later.spec_files.text("filter.lark")
    assert "errors/metadata.yaml" in later.spec_files.file_names("errors")


def test_a_code_is_documented_in_one_revision_and_tolerated_in_the_other(contract, later):
    assert contract.errors.find("PicNotExist").grade == "tolerated"
    assert later.errors.find("PicNotExist").grade == "documented"
    assert later.errors.find("InvalidStartParameter").tolerated_messages
    assert "error.PicNotExist.message" in later.requirements


def test_only_what_sources_show_is_a_must(later):
    levels = {name: one.level for name, one in later.requirements.items()}
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


SABOTAGE = {
    "target that names nothing": (
        ("schemas/request.overlay.yaml", "target: $.properties.Filter", "target: $.properties.Filters"),
        ("names nothing", "revisions/2026-06/schemas/request.overlay.yaml#/actions/2/target"),
    ),
    "file that is not there": (
        ("filter.overlay.yaml", "../../filter.yaml", "../../filters.yaml"),
        ("no file 'filters.yaml'", "revisions/2026-06/filter.overlay.yaml#/extends"),
    ),
    "name of another": (
        ("openapi.overlay.yaml", "version: 2026-06\n      summary", "version: 2026-07\n      summary"),
        ("calls itself '2026-07'", "openapi.yaml#/info/version"),
    ),
    "place of a parameter": (
        ("schemas/request.overlay.yaml", "x-in: query", "x-in: header"),
        ("'header'", "schemas/request.json#/properties/ScoreThreshold/x-in"),
    ),
    "value that fits and should not": (
        ("schemas/request.overlay.yaml", 'above: "1.01"', 'above: "0.99"'),
        ("'0.99'", "schemas/request.json#/properties/ScoreThreshold/x-broken/above"),
    ),
    "open value that is none": (
        ("schemas/request.overlay.yaml", 'one-decimal: "0.5"', 'one-decimal: "5.5"'),
        ("'5.5'", "schemas/request.json#/properties/ScoreThreshold/x-open/values/one-decimal"),
    ),
    "example that does not fit": (
        ("schemas/request.overlay.yaml", 'examples: ["0.55"', 'examples: ["0.555"'),
        ("'0.555'", "schemas/request.json#/properties/ScoreThreshold/examples/0"),
    ),
    "pattern that is none": (
        ("schemas/request.overlay.yaml", r"pattern: '^(0\.", r"pattern: '^((0\."),
        ("no pattern", "schemas/request.json#/properties/ScoreThreshold/pattern"),
    ),
    "role of no parameter": (
        ("schemas/request.overlay.yaml", "parameter: ScoreThreshold", "parameter: LeastScore"),
        ("LeastScore", "x-threshold/parameter"),
    ),
    "open filter that is allowed": (
        ("filter.overlay.yaml", "filter: 'int_attr in 1,2'", "filter: 'int_attr in (1,2)'"),
        ("allows", "filter.yaml#/open/bare-list"),
    ),
    "code twice": (
        ("errors/gateway.overlay.yaml", "'InternalError'", "'Forbidden'"),
        ("'InternalError' stands twice", "errors/"),
    ),
    "not YAML": (("openapi.overlay.yaml", "actions:", "actions: ["), ("cannot be decoded", "openapi.overlay.yaml")),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_revision_that_does_not_fit_is_refused_with_its_place(copied, name):
    (file, old, new), expected = SABOTAGE[name]
    copied.edit(f"{FOLDER}/{file}", old, new)
    with pytest.raises(InvalidSpec) as caught:
        load(copied.root, "2026-06")
    for part in expected:
        assert part in str(caught.value)
    assert load(copied.root).revision == "2023-09"


def test_a_copy_of_a_file_is_no_revision_of_it(copied):
    text = (copied.root / "protocol.yaml").read_text(encoding="utf-8")
    (copied.root / FOLDER / "protocol.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSpec, match="write an overlay"):
        load(copied.root, "2026-06")


def test_a_directory_may_have_a_revision_of_its_own(copied):
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
