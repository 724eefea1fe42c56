"""A contract that contradicts itself is refused with file and pointer, before anything is sent."""

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.errors import InvalidSpec

SABOTAGE = {
    "code without a row": (
        ("schemas/request.json", '"known": ["InvalidInstance"]', '"known": ["NoSuchCode"]'),
        ("NoSuchCode", "schemas/request.json#/properties/InstanceName/x-refusals/known"),
    ),
    "code without a row, for clients": (
        ("protocol.yaml", "passing: [SignatureNonceUsed", "passing: [NoSuchCode"),
        ("NoSuchCode", "protocol.yaml#/client/passing"),
    ),
    "code out of reach": (
        ("schemas/request.json", '"known": ["InvalidInstance"]', '"known": ["InternalOssError"]'),
        ("out of reach", "x-refusals/known"),
    ),
    "code twice": (
        ("errors/page.yaml", "code: InvalidInstance", "code: BadRequest"),
        ("twice", "errors/page.yaml#/errors/1"),
    ),
    "code that no rule gives": (
        ("schemas/request.json", '"type": ["InvalidCategory"],\n        "enum": ["InvalidCategory"]', '"type": []'),
        ("InvalidCategory", "errors/page.yaml#/errors/7"),
    ),
    "wrong type of a bound": (
        ("schemas/request.json", '"maximum": 100', '"maximum": "many"'),
        ("wrong type", "schemas/request.json#/properties/Num/maximum"),
    ),
    "required but not described": (
        ("schemas/request.json", '"required": ["InstanceName"', '"required": ["Nothing", "InstanceName"'),
        ("Nothing", "schemas/request.json#/required"),
    ),
    "window of an unknown parameter": (
        ("schemas/request.json", '"start": "Start"', '"start": "Begin"'),
        ("Begin", "x-window/start"),
    ),
    "grammar that is none": (("filter.lark", "start: disjunction", "start: ("), ("cannot be compiled", "filter.lark")),
    "grammar that refuses an example": (
        ("filter.lark", 'INT_OPERATOR: ">="', 'INT_OPERATOR: "=>"'),
        ("refuses", "schemas/request.json#/properties/Filter/examples"),
    ),
    "refused filter that is allowed": (
        ("filter.yaml", "filter: 'int_attr!=100'", "filter: 'int_attr=100'"),
        ("allows", "filter.yaml#/refused/integer-inequality"),
    ),
    "attribute without a field": (
        ("filter.yaml", "int_attr: IntAttr", "int_attr: Price"),
        ("Price", "filter.yaml#/attributes/int_attr"),
    ),
    "requirement twice": (
        ("requirements/operation.yaml", "id: action.missing", "id: action.unknown"),
        ("twice", "requirements/"),
    ),
    "unknown key": (
        ("requirements/operation.yaml", "    level: must", "    lvl: must"),
        ("lvl", "requirements/operation.yaml#/requirements/0"),
    ),
    "unknown level": (
        ("requirements/operation.yaml", "level: must", "level: always"),
        ("always", "requirements/operation.yaml#/requirements/0"),
    ),
    "pointer to nothing": (
        ("requirements/operation.yaml", "schemas/Action/const", "schemas/Action/constant"),
        ("constant", "openapi.yaml#/components/schemas/Action/constant"),
    ),
    "interpretation that is none": (
        ("requirements/operation.yaml", "interpretation: action.codes", "interpretation: action.colours"),
        ("action.colours", "requirements/"),
    ),
    "word that is not known": (
        ("requirements/parameters.yaml", "error when {Parameter} is missing", "error when {Prameter} is missing"),
        ("Prameter", "requirements/parameters.yaml#"),
    ),
    "statement of a requirement that is none": (
        ("statements.yaml", "requirements: [request.minimal]", "requirements: [request.maximal]"),
        ("request.maximal", "statements.yaml#/statements/2"),
    ),
    "not YAML": (("protocol.yaml", "flowControl:", "flowControl: ["), ("cannot be decoded", "protocol.yaml")),
    "not JSON": (("schemas/error.json", "{", "{,"), ("cannot be decoded", "schemas/error.json")),
    "not OpenAPI": (("openapi.yaml", "required: true", "required: 17"), ("not OpenAPI", "openapi.yaml#/paths")),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_contradiction_is_refused_with_file_and_pointer(copied, name):
    change, expected = SABOTAGE[name]
    copied.edit(*change)
    with pytest.raises(InvalidSpec) as caught:
        load(copied.root)
    for part in expected:
        assert part in str(caught.value)


@pytest.mark.parametrize("name", ["openapi.yaml", "schemas/request.json", "filter.lark", "interpretations.yaml"])
def test_a_missing_file_is_named(copied, name):
    (copied.root / name).unlink()
    with pytest.raises(InvalidSpec, match=name):
        load(copied.root)


def test_a_file_that_is_no_text_is_named(copied):
    (copied.root / "protocol.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidSpec, match=r"protocol\.yaml"):
        load(copied.root)


def test_a_directory_that_is_none_is_named(tmp_path):
    with pytest.raises(InvalidSpec, match="no contract directory"):
        load(tmp_path / "nowhere")
