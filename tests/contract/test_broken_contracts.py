"""A contract that contradicts itself is rejected with file and pointer."""

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.errors import InvalidSpec

BREAKING_CHANGES = {
    "code without a row": (
        ("schemas/request.json", '"known": ["InvalidInstance"]', '"known": ["NoSuchCode"]'),
        ("NoSuchCode", "schemas/request.json#/properties/InstanceName/x-refusals/known"),
    ),
    "code without a row, for clients": (
        ("protocol.yaml", "passing: [SignatureNonceUsed", "passing: [NoSuchCode"),
        ("NoSuchCode", "protocol.yaml#/client/passing"),
    ),
    "code that no request can cause": (
        ("schemas/request.json", '"known": ["InvalidInstance"]', '"known": ["InternalOssError"]'),
        ("no request can cause", "x-refusals/known"),
    ),
    "duplicate code": (
        ("errors/page.yaml", "code: InvalidInstance", "code: BadRequest"),
        ("duplicate", "errors/page.yaml#/errors/1"),
    ),
    "code that no rule names": (
        ("schemas/request.json", '"type": ["InvalidCategory"],\n        "enum": ["InvalidCategory"]', '"type": []'),
        ("InvalidCategory", "errors/page.yaml#/errors/7"),
    ),
    "wrong type of a bound": (
        ("schemas/request.json", '"maximum": 100', '"maximum": "many"'),
        ("expected int, got 'many'", "schemas/request.json#/properties/Num/maximum"),
    ),
    "required parameter without a schema": (
        ("schemas/request.json", '"required": ["InstanceName"', '"required": ["Nothing", "InstanceName"'),
        ("Nothing", "schemas/request.json#/required"),
    ),
    "window of an unknown parameter": (
        ("schemas/request.json", '"start": "Start"', '"start": "Begin"'),
        ("Begin", "x-window/start"),
    ),
    "invalid grammar": (("filter.lark", "start: disjunction", "start: ("), ("cannot be compiled", "filter.lark")),
    "grammar that rejects an example": (
        ("filter.lark", 'INT_OPERATOR: ">="', 'INT_OPERATOR: "=>"'),
        ("rejects", "schemas/request.json#/properties/Filter/examples"),
    ),
    "invalid filter that the grammar accepts": (
        ("filter.yaml", "filter: 'int_attr!=100'", "filter: 'int_attr=100'"),
        ("accepts", "filter.yaml#/refused/integer-inequality"),
    ),
    "attribute without a field": (
        ("filter.yaml", "int_attr: IntAttr", "int_attr: Price"),
        ("Price", "filter.yaml#/attributes/int_attr"),
    ),
    "duplicate requirement": (
        ("requirements/operation.yaml", "id: action.missing", "id: action.unknown"),
        ("duplicate", "requirements/"),
    ),
    "unknown key": (
        ("requirements/operation.yaml", "    level: must", "    lvl: must"),
        ("lvl", "requirements/operation.yaml#/requirements/0"),
    ),
    "unknown level": (
        ("requirements/operation.yaml", "level: must", "level: always"),
        ("always", "requirements/operation.yaml#/requirements/0"),
    ),
    "pointer that does not resolve": (
        ("requirements/operation.yaml", "schemas/Action/const", "schemas/Action/constant"),
        ("constant", "openapi.yaml#/components/schemas/Action/constant"),
    ),
    "unknown interpretation": (
        ("requirements/operation.yaml", "interpretation: action.codes", "interpretation: action.colours"),
        ("action.colours", "requirements/"),
    ),
    "unknown placeholder": (
        ("requirements/parameters.yaml", "error when {Parameter} is missing", "error when {Prameter} is missing"),
        ("Prameter", "requirements/parameters.yaml#"),
    ),
    "statement with an unknown requirement": (
        ("statements.yaml", "requirements: [request.minimal]", "requirements: [request.maximal]"),
        ("request.maximal", "statements.yaml#/statements/2"),
    ),
    "not YAML": (("protocol.yaml", "flowControl:", "flowControl: ["), ("cannot be decoded", "protocol.yaml")),
    "not JSON": (("schemas/error.json", "{", "{,"), ("cannot be decoded", "schemas/error.json")),
    "not OpenAPI": (("openapi.yaml", "required: true", "required: 17"), ("invalid OpenAPI", "openapi.yaml#/paths")),
}


@pytest.mark.parametrize("name", BREAKING_CHANGES)
def test_a_contradiction_names_file_and_pointer(copied, name):
    change, expected = BREAKING_CHANGES[name]
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


def test_a_binary_file_is_named(copied):
    (copied.root / "protocol.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidSpec, match=r"protocol\.yaml"):
        load(copied.root)


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(InvalidSpec, match="the contract directory does not exist"):
        load(tmp_path / "missing")
