"""Scenarios follow the contract: its values, its codes, its fields, its requirements."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.clients.scenario import ERROR_ONLY, ERROR_OR_ARGUMENTS_REFUSED, RESULT_ONLY
from imagesearch_conformance.clients.scenarios.build import build_scenarios
from imagesearch_conformance.clients.server.scripted_server import build_server_target, generate_credentials
from imagesearch_conformance.contract import load
from imagesearch_conformance.errors import InvalidSpec

ENDPOINT, OTHER_ENDPOINT = "http://127.0.0.1:1", "http://localhost:2"


def scenarios_by_id(contract):
    client_contract = contract.for_clients()
    target = build_server_target(client_contract, ENDPOINT, generate_credentials())
    scenarios = build_scenarios(client_contract, target, OTHER_ENDPOINT)
    return {scenario.id: scenario for scenario in scenarios}


@pytest.fixture(scope="module")
def shipped_scenarios(contract):
    return scenarios_by_id(contract)


def call(scenario):
    return dict(scenario.call)


def body(scenario):
    return json.loads(scenario.script.responses[0].wire.body)


def test_a_bound_has_scenarios_at_and_above_it(shipped_scenarios):
    assert call(shipped_scenarios["num.maximum/at"])["Num"] == 100
    assert shipped_scenarios["num.maximum/at"].accepted_answers == RESULT_ONLY
    above = shipped_scenarios["num.maximum/above"]
    assert (call(above)["Num"], above.accepted_answers) == (101, ERROR_OR_ARGUMENTS_REFUSED)
    assert above.script.responses[0].wire.status == 400
    assert body(above)["Code"] == "OverflowMaxReturnNum"


def test_another_bound_in_the_contract_changes_the_calls(copied):
    copied.edit("schemas/request.json", '"maximum": 100', '"maximum": 50')
    changed = scenarios_by_id(load(copied.root))
    assert call(changed["num.maximum/at"])["Num"] == 50
    assert call(changed["num.maximum/above"])["Num"] == 51
    assert len(body(changed["decoding.many/most"])["Auctions"]) == 50


def test_a_new_parameter_and_a_new_code_get_scenarios(copied):
    shade = '"Shade": {"type": "integer", "minimum": 2, "maximum": 7, "x-source": "here"},\n    "Num": {'
    copied.edit("schemas/request.json", '"Num": {', shade)
    copied.edit(
        "errors/page.yaml",
        "errors:\n",
        "errors:\n  - {code: TooBright, status: 418, message: Less light., provoked: never, because: it is new}\n",
    )
    changed = scenarios_by_id(load(copied.root))
    assert call(changed["shade.maximum/above"])["Shade"] == 8
    assert call(changed["request.full/examples"])["Shade"] == 2
    new = changed["error.TooBright.status/reported"]
    assert (new.script.responses[0].wire.status, new.accepted_answers) == (418, ERROR_ONLY)
    assert new.case.requirements == ("error.TooBright.status", "error.TooBright.message")


def test_a_new_field_is_in_responses_and_requirements(copied):
    copied.edit(
        "schemas/success.json", '"SearchTime": {', '"Hue": {"type": "integer", "examples": [77]}, "SearchTime": {'
    )
    contract = load(copied.root)
    assert body(scenarios_by_id(contract)["decoding.full/fields"])["Head"]["Hue"] == 77
    assert {"response.head.hue.kept", "response.head.hue.type"} <= set(contract.client_requirements)


def test_every_code_of_the_contract_has_a_scenario(contract, shipped_scenarios):
    codes = [body(scenario)["Code"] for name, scenario in shipped_scenarios.items() if name.startswith("error.")]
    assert {row.code for row in contract.errors.rows} < set(codes)
    assert len(codes) == len(set(codes))


def test_the_later_revision_has_scenarios_for_its_parameters(later):
    changed = scenarios_by_id(later)
    assert call(changed["scorethreshold.optional/given"])["ScoreThreshold"] == "0.55"
    assert call(changed["distinctproductid.optional/given"])["DistinctProductId"] is True
    assert call(changed["scorethreshold.pattern/above"])["ScoreThreshold"] == "1.01"


def test_integers_are_interoperable(shipped_scenarios):
    integers = [
        value for scenario in shipped_scenarios.values() for value in call(scenario).values() if isinstance(value, int)
    ]
    assert max(map(abs, integers)) < 2**53


def test_entries_of_a_response_differ_in_each_field(shipped_scenarios):
    entries = body(shipped_scenarios["decoding.full/fields"])["Auctions"]
    for name in ("ProductId", "PicName", "Score", "IntAttr", "StrAttr", "CustomContent"):
        assert len({entry[name] for entry in entries}) == len(entries), name


def test_a_scenario_for_an_unknown_requirement_is_invalid(contract):
    client_contract = contract.for_clients()
    requirements = dict(client_contract.requirements)
    del requirements["decoding.empty"]
    target = build_server_target(client_contract, ENDPOINT, generate_credentials())
    with pytest.raises(InvalidSpec, match=r"requirements/.*'decoding\.empty'"):
        build_scenarios(evolve(client_contract, client_requirements=requirements), target, OTHER_ENDPOINT)


def test_a_requirement_without_a_scenario_is_invalid(copied):
    entry = "  - {id: decoding.sound, level: must, statement: Replies sound well., source: nowhere}\n"
    path = copied.root / "requirements/client/result.yaml"
    path.write_text(path.read_text() + entry)
    with pytest.raises(InvalidSpec, match=r"no scenario tests the client requirement 'decoding\.sound'"):
        scenarios_by_id(load(copied.root))


@pytest.mark.parametrize("key", ["said", "needs"])
def test_an_unknown_key_of_client_is_invalid(copied, key):
    copied.edit("requirements/wire.yaml", "client: {statement:", f"client: {{{key}: something, statement:")
    with pytest.raises(InvalidSpec, match=f"unknown key {key!r}"):
        load(copied.root)


def test_client_requirements_have_their_own_levels(contract):
    assert contract.requirements["authentication.unsigned-header"].level == "should"
    assert contract.client_requirements["authentication.unsigned-header"].level == "must"
    assert contract.client_requirements["network.stalled"].level == "should"
