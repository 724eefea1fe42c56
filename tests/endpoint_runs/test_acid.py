"""Editing a copy of `spec/` changes what is tested and what is expected; no code is touched."""

import json
import subprocess
import sys

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.model.outcome import Outcome, Verdict

SHADE = {"type": "integer", "minimum": 2, "maximum": 7, "default": 3}


@pytest.fixture
def spec(copied):
    return copied.root


@pytest.fixture
def change(copied):
    return copied.edit


def add_parameter(spec, name, schema):
    path = spec / "schemas" / "request.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["properties"][name] = schema
    path.write_text(json.dumps(whole), encoding="utf-8")


def failed(record):
    return {one.requirement.id for one in record.requirements if one.outcome is Outcome.FAILED}


def sent(record, case_id, parameter):
    case = next(one.case for one in record.cases if one.case.id == case_id)
    return case.probes[0].request.value(parameter)


def test_another_bound_is_tested_and_expected(spec, change, certified):
    change("schemas/request.json", '"maximum": 100,', '"maximum": 50,')
    record = certified(judged_by=load(spec))
    assert sent(record, "num.maximum/at", "Num") == "50"
    assert sent(record, "num.maximum/above", "Num") == "51"
    assert failed(record) == {"num.maximum"}


def test_another_length_is_tested_and_expected(spec, change, certified):
    change("schemas/request.json", '"maxLength": 256', '"maxLength": 300')
    record = certified(judged_by=load(spec))
    assert len(sent(record, "filter.maxlength/at", "Filter")) == 300
    assert failed(record) == {"filter.maxlength"}


def test_another_message_is_expected(spec, change, certified):
    change("errors/page.yaml", "The specified category is invalid.", "No such category.")
    assert failed(certified(judged_by=load(spec))) == {"error.InvalidCategory.message"}


def test_another_status_is_expected(spec, change, certified):
    change(
        "errors/page.yaml",
        "code: InvalidFilterClause\n    status: 400",
        "code: InvalidFilterClause\n    status: 422",
    )
    assert failed(certified(judged_by=load(spec))) == {"error.InvalidFilterClause.status"}


def test_another_name_of_a_code_is_expected(spec, change, certified):
    for name in ("errors/page.yaml", "schemas/request.json"):
        change(name, "InvalidCategory", "NoSuchCategory")
    record = certified(judged_by=load(spec))
    assert failed(record) == {
        "categoryid.enum",
        "categoryid.type",
        "request.combined",
        "silence.integer.fraction",
        "silence.integer.plus",
        "silence.integer.space",
        "error.NoSuchCategory.message",
        "error.NoSuchCategory.status",
    }


def test_a_new_code_gets_requirements_and_a_case(spec, certified):
    row = """  - code: Asleep
    status: 503
    message: The engine sleeps.
    meaning: It will wake up.
    provoked: never
    because: nothing that is asked makes it tired
"""
    path = spec / "errors" / "page.yaml"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    record = certified(judged_by=load(spec))
    assert failed(record) == {"error.Asleep.status", "error.Asleep.message"}


def test_a_new_optional_parameter_gets_its_cases(spec, certified):
    add_parameter(spec, "Shade", SHADE)
    record = certified(judged_by=load(spec))
    made = {one.case.id for one in record.cases if one.case.id.startswith("shade.")}
    assert {
        "shade.minimum/at",
        "shade.minimum/below",
        "shade.maximum/above",
        "shade.type/text",
        "shade.default/explicit",
    } <= made
    # The emulator of the page knows no Shade and ignores it, wrong values included.
    assert failed(record) >= {"shade.minimum", "shade.maximum", "shade.type"}
    assert all(name.startswith("shade.") or name == "request.combined" for name in failed(record))


def test_a_new_boolean_and_a_new_pattern_get_their_cases(spec, certified):
    add_parameter(spec, "Blurred", {"type": "boolean", "default": False})
    add_parameter(
        spec,
        "Tint",
        {"type": "string", "pattern": "^#[0-9a-f]{6}$", "examples": ["#00ff00"], "x-broken": {"name": "green"}},
    )
    record = certified(judged_by=load(spec))
    made = {one.case.id for one in record.cases if one.case.id.startswith(("blurred.", "tint.", "silence.boolean."))}
    assert made >= {
        "blurred.type/text",
        "blurred.default/explicit",
        "silence.boolean.blurred/capital-true",
        "tint.pattern/#00ff00",
        "tint.pattern/name",
    }
    assert sent(record, "blurred.default/explicit", "Blurred") is None
    assert sent(record, "tint.pattern/name", "Tint") == "green"
    # The emulator of the page ignores both.
    assert failed(record) == {"blurred.type", "tint.pattern", "request.combined"}


def test_a_field_that_is_no_longer_required_is_no_longer_missed(spec, change):
    change("schemas/success.json", '"required": ["Msg", "Head",', '"required": ["Head",')
    assert "response.msg.present" not in load(spec).requirements


@pytest.mark.parametrize(
    "edit", [*(pytest.param(one, marks=pytest.mark.long) for one in ("bound", "message")), "parameter"]
)
def test_the_embedded_emulator_follows_the_same_copy(spec, change, tmp_path, edit):
    if edit == "bound":
        change("schemas/request.json", '"maximum": 100,', '"maximum": 50,')
    elif edit == "message":
        change("errors/page.yaml", "The specified category is invalid.", "No such category.")
    else:
        add_parameter(spec, "Shade", SHADE)
    command = [sys.executable, "-m", "imagesearch_conformance", "run", "--spec", str(spec), "--format", "json"]
    chosen = ["--select", "parameters", "--select", "error.InvalidCategory.*", "--reports", str(tmp_path / "reports")]
    done = subprocess.run([*command, *chosen], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["verdict"] == Verdict.CONFORMANT
    assert report["suite"]["specDigest"] == load(spec).digest
    assert any(case["id"].startswith("shade.") for case in report["cases"]) is (edit == "parameter")
