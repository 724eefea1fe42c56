"""What is played comes from the contract: its values, its codes, its fields, its register."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.clients.scenario import ERROR_ONLY, ERROR_OR_ARGUMENTS_REFUSED, RESULT_ONLY
from imagesearch_conformance.clients.scenarios.build import build_scenarios
from imagesearch_conformance.clients.server.scripted_server import build_server_target, generate_credentials
from imagesearch_conformance.contract import load
from imagesearch_conformance.errors import InvalidSpec

HERE, THERE = "http://127.0.0.1:1", "http://localhost:2"


def played(contract):
    bound = contract.for_clients()
    return {
        one.id: one for one in build_scenarios(bound, build_server_target(bound, HERE, generate_credentials()), THERE)
    }


@pytest.fixture(scope="module")
def shipped(contract):
    return played(contract)


def call(scenario):
    return dict(scenario.call)


def body(scenario):
    return json.loads(scenario.script.responses[0].wire.body)


def test_what_follows_from_a_bound(shipped):
    assert call(shipped["num.maximum/at"])["Num"] == 100
    assert shipped["num.maximum/at"].accepted_answers == RESULT_ONLY
    above = shipped["num.maximum/above"]
    assert (call(above)["Num"], above.accepted_answers) == (101, ERROR_OR_ARGUMENTS_REFUSED)
    assert above.script.responses[0].wire.status == 400
    assert body(above)["Code"] == "OverflowMaxReturnNum"


def test_another_bound_in_the_contract_is_another_call(copied):
    copied.edit("schemas/request.json", '"maximum": 100', '"maximum": 50')
    changed = played(load(copied.root))
    assert call(changed["num.maximum/at"])["Num"] == 50
    assert call(changed["num.maximum/above"])["Num"] == 51
    assert len(body(changed["decoding.many/most"])["Auctions"]) == 50


def test_another_parameter_and_another_code_in_the_contract(copied):
    shade = '"Shade": {"type": "integer", "minimum": 2, "maximum": 7, "x-source": "here"},\n    "Num": {'
    copied.edit("schemas/request.json", '"Num": {', shade)
    copied.edit(
        "errors/page.yaml",
        "errors:\n",
        "errors:\n  - {code: TooBright, status: 418, message: Less light., provoked: never, because: it is new}\n",
    )
    changed = played(load(copied.root))
    assert call(changed["shade.maximum/above"])["Shade"] == 8
    assert call(changed["request.full/examples"])["Shade"] == 2
    new = changed["error.TooBright.status/reported"]
    assert (new.script.responses[0].wire.status, new.accepted_answers) == (418, ERROR_ONLY)
    assert new.case.requirements == ("error.TooBright.status", "error.TooBright.message")


def test_another_field_in_the_contract_is_handed_over_too(copied):
    copied.edit(
        "schemas/success.json", '"SearchTime": {', '"Hue": {"type": "integer", "examples": [77]}, "SearchTime": {'
    )
    contract = load(copied.root)
    assert body(played(contract)["decoding.full/fields"])["Head"]["Hue"] == 77
    assert {"response.head.hue.kept", "response.head.hue.type"} <= set(contract.client_requirements)


def test_every_code_that_is_known_is_reported(contract, shipped):
    told = [body(one)["Code"] for name, one in shipped.items() if name.startswith("error.")]
    assert {row.code for row in contract.errors.rows} < set(told)
    assert len(told) == len(set(told))


def test_the_later_revision_has_its_own(later):
    changed = played(later)
    assert call(changed["scorethreshold.optional/given"])["ScoreThreshold"] == "0.55"
    assert call(changed["distinctproductid.optional/given"])["DistinctProductId"] is True
    assert call(changed["scorethreshold.pattern/above"])["ScoreThreshold"] == "1.01"


def test_integers_that_readers_of_json_disagree_on_are_not_asked(shipped):
    integers = [value for one in shipped.values() for value in call(one).values() if isinstance(value, int)]
    assert max(map(abs, integers)) < 2**53


def test_entries_of_a_reply_differ_in_each_field_that_may(shipped):
    entries = body(shipped["decoding.full/fields"])["Auctions"]
    for name in ("ProductId", "PicName", "Score", "IntAttr", "StrAttr", "CustomContent"):
        assert len({entry[name] for entry in entries}) == len(entries), name


def test_a_scenario_for_a_requirement_that_clients_do_not_have(contract):
    bound = contract.for_clients()
    fewer = {name: one for name, one in bound.requirements.items() if name != "decoding.empty"}
    with pytest.raises(InvalidSpec, match=r"requirements/.*'decoding\.empty'"):
        build_scenarios(
            evolve(bound, client_requirements=fewer), build_server_target(bound, HERE, generate_credentials()), THERE
        )


def test_a_requirement_of_clients_that_no_scenario_is_for(copied):
    entry = "  - {id: decoding.sound, level: must, statement: Replies sound well., source: nowhere}\n"
    path = copied.root / "requirements/client/result.yaml"
    path.write_text(path.read_text() + entry)
    with pytest.raises(InvalidSpec, match=r"no scenario is for the requirement 'decoding\.sound'"):
        played(load(copied.root))


@pytest.mark.parametrize("key", ["said", "needs"])
def test_an_entry_that_says_something_else_of_clients(copied, key):
    copied.edit("requirements/wire.yaml", "client: {statement:", f"client: {{{key}: something, statement:")
    with pytest.raises(InvalidSpec, match=f"{key!r} is not known"):
        load(copied.root)


def test_levels_are_those_of_clients(contract):
    assert contract.requirements["authentication.unsigned-header"].level == "should"
    assert contract.client_requirements["authentication.unsigned-header"].level == "must"
    assert contract.client_requirements["network.stalled"].level == "should"
