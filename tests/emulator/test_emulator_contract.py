"""The emulator follows its contract: change the data and it answers by them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.contract import load, shipped_spec
from imagesearch_conformance.emulator import Emulator, EmulatorSettings

from .emulator_conversation import Conversation

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_spec(), tmp_path / "spec"))


def edited(spec: Path, name: str, edit: Edit) -> Conversation:
    path = spec / name
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    return talking(spec)


def replaced(spec: Path, name: str, old: str, new: str) -> Conversation:
    text = (spec / name).read_text(encoding="utf-8")
    assert old in text
    (spec / name).write_text(text.replace(old, new), encoding="utf-8")
    return talking(spec)


def talking(spec: Path) -> Conversation:
    contract = load(spec)
    return Conversation(contract, Emulator(contract, EmulatorSettings(qps=None)))


def test_another_maximum(spec: Path) -> None:
    talk = edited(spec, "schemas/request.json", lambda schema: schema["properties"]["Num"].update(maximum=50))
    assert len(talk.ask(Num="50").names) == 50
    assert talk.ask(Num="51").refusal == (400, "OverflowMaxReturnNum")


def test_another_default_and_another_window(spec: Path) -> None:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"]["Num"]["default"] = 7
        schema["x-window"]["maximum"] = 20

    talk = edited(spec, "schemas/request.json", edit)
    assert len(talk.ask().names) == 7
    assert talk.ask(Start="13").refusal is None
    assert talk.ask(Start="14").refusal == (400, "OverflowMaxResultNum")


def test_another_message_and_status(spec: Path) -> None:
    talk = replaced(spec, "errors/page.yaml", "The specified category is invalid.", "No such category.")
    answer = talk.ask(CategoryId="77")
    assert answer.refusal == (400, "InvalidCategory")
    assert answer.body["Message"] == "No such category."


def test_a_new_optional_parameter(spec: Path) -> None:
    added = {"type": "integer", "minimum": 3, "maximum": 5, "x-refusals": {"maximum": ["InvalidType"]}}
    talk = edited(spec, "schemas/request.json", lambda schema: schema["properties"].update(Colour=added))
    assert talk.ask().refusal is None
    assert talk.ask(Colour="4").refusal is None
    assert talk.ask(Colour="2").refusal == (400, "BadRequest")
    assert talk.ask(Colour="6").refusal == (400, "BadRequest")
    assert talk.ask(Colour="blue").refusal == (400, "BadRequest")


def test_a_new_required_text_of_some_values(spec: Path) -> None:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"]["Mode"] = {"type": "string", "enum": ["fast", "slow"], "examples": ["fast"]}
        schema["required"].append("Mode")

    talk = edited(spec, "schemas/request.json", edit)
    assert talk.ask().refusal == (400, "BadRequest")
    assert talk.ask(Mode="fast").refusal is None
    assert talk.ask(Mode="wild").refusal == (400, "BadRequest")


def test_a_new_attribute_of_filters(spec: Path) -> None:
    replaced(spec, "filter.yaml", "int_attr: IntAttr", "int_attr: IntAttr\n  int_attr2: IntAttr2")
    talk = replaced(spec, "filter.lark", 'INT_ATTRIBUTE: "int_attr"', 'INT_ATTRIBUTE: "int_attr2" | "int_attr"')
    entries = talk.ask(Filter="int_attr2=20").body["Auctions"]
    assert entries
    assert {entry["IntAttr2"] for entry in entries} == {20}


def test_a_category_less(spec: Path) -> None:
    def edit(schema: dict[str, Any]) -> None:
        schema["properties"]["CategoryId"]["enum"].remove(9)

    talk = edited(spec, "schemas/request.json", edit)
    assert talk.ask(CategoryId="9").refusal == (400, "InvalidCategory")
    assert 9 not in {one["Id"] for one in talk.ask().body["PicInfo"]["AllCategories"]}


def test_another_action_and_tolerance(spec: Path) -> None:
    replaced(spec, "protocol.yaml", "clockTolerance: 900", "clockTolerance: 60")
    talk = replaced(spec, "openapi.yaml", "const: SearchImageByName", "const: FindImageByName")
    assert talk.ask().refusal is None
    old = talk.ask(lambda request: request.with_headers(("x-acs-action", "SearchImageByName")))
    assert old.refusal == (500, "UnsupportedOperationType")
    late = talk.signed(talk.unsigned(), date="2024-02-29T11:58:00Z")
    assert talk.sent(late).refusal == (400, "InvalidTimeStamp.Expired")
