"""The emulator follows its contract: changes of the specification change its behaviour."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.contract import load, shipped_spec
from imagesearch_conformance.emulator import Emulator, EmulatorSettings

from .emulator_client import EmulatorClient

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_spec(), tmp_path / "spec"))


def edit_json(spec: Path, name: str, edit: Edit) -> EmulatorClient:
    path = spec / name
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    return create_client(spec)


def replace_text(spec: Path, name: str, old: str, new: str) -> EmulatorClient:
    text = (spec / name).read_text(encoding="utf-8")
    assert old in text
    (spec / name).write_text(text.replace(old, new), encoding="utf-8")
    return create_client(spec)


def create_client(spec: Path) -> EmulatorClient:
    contract = load(spec)
    return EmulatorClient(contract, Emulator(contract, EmulatorSettings(qps=None)))


def test_a_changed_maximum(spec: Path) -> None:
    client = edit_json(spec, "schemas/request.json", lambda schema: schema["properties"]["Num"].update(maximum=50))
    assert len(client.search(Num="50").names) == 50
    assert client.search(Num="51").error == (400, "OverflowMaxReturnNum")


def test_a_changed_default_and_window(spec: Path) -> None:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"]["Num"]["default"] = 7
        schema["x-window"]["maximum"] = 20

    client = edit_json(spec, "schemas/request.json", edit)
    assert len(client.search().names) == 7
    assert client.search(Start="13").error is None
    assert client.search(Start="14").error == (400, "OverflowMaxResultNum")


def test_a_changed_message(spec: Path) -> None:
    client = replace_text(spec, "errors/page.yaml", "The specified category is invalid.", "No such category.")
    response = client.search(CategoryId="77")
    assert response.error == (400, "InvalidCategory")
    assert response.body["Message"] == "No such category."


def test_a_new_optional_parameter(spec: Path) -> None:
    added = {"type": "integer", "minimum": 3, "maximum": 5, "x-refusals": {"maximum": ["InvalidType"]}}
    client = edit_json(spec, "schemas/request.json", lambda schema: schema["properties"].update(Colour=added))
    assert client.search().error is None
    assert client.search(Colour="4").error is None
    assert client.search(Colour="2").error == (400, "BadRequest")
    assert client.search(Colour="6").error == (400, "BadRequest")
    assert client.search(Colour="blue").error == (400, "BadRequest")


def test_a_new_required_enum_parameter(spec: Path) -> None:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"]["Mode"] = {"type": "string", "enum": ["fast", "slow"], "examples": ["fast"]}
        schema["required"].append("Mode")

    client = edit_json(spec, "schemas/request.json", edit)
    assert client.search().error == (400, "BadRequest")
    assert client.search(Mode="fast").error is None
    assert client.search(Mode="wild").error == (400, "BadRequest")


def test_a_new_filter_attribute(spec: Path) -> None:
    replace_text(spec, "filter.yaml", "int_attr: IntAttr", "int_attr: IntAttr\n  int_attr2: IntAttr2")
    client = replace_text(spec, "filter.lark", 'INT_ATTRIBUTE: "int_attr"', 'INT_ATTRIBUTE: "int_attr2" | "int_attr"')
    entries = client.search(Filter="int_attr2=20").body["Auctions"]
    assert entries
    assert {entry["IntAttr2"] for entry in entries} == {20}


def test_a_removed_category(spec: Path) -> None:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"]["CategoryId"]["enum"].remove(9)

    client = edit_json(spec, "schemas/request.json", edit)
    assert client.search(CategoryId="9").error == (400, "InvalidCategory")
    assert 9 not in {category["Id"] for category in client.search().body["PicInfo"]["AllCategories"]}


def test_a_changed_action_and_clock_tolerance(spec: Path) -> None:
    replace_text(spec, "protocol.yaml", "clockTolerance: 900", "clockTolerance: 60")
    client = replace_text(spec, "openapi.yaml", "const: SearchImageByName", "const: FindImageByName")
    assert client.search().error is None
    old = client.search(lambda request: request.with_headers(("x-acs-action", "SearchImageByName")))
    assert old.error == (500, "UnsupportedOperationType")
    late = client.sign(client.build_request(), date="2024-02-29T11:58:00Z")
    assert client.send(late).error == (400, "InvalidTimeStamp.Expired")
