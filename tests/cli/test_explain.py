"""`explain` and `requirements`: the register in words."""

import json

import pytest


@pytest.fixture
def requirement(contract):
    return contract.requirements["num.maximum"]


def test_a_requirement(command, requirement):
    said = command("explain", "num.maximum")
    assert said.code == 0
    for part in (requirement.statement, requirement.source, "(must, area parameters)", "case num.maximum/above: "):
        assert part in said.out


def test_a_case(command, requirement):
    said = command("explain", "num.maximum/above")
    assert said.code == 0
    for part in (
        "sends: ",
        "breaks: ",
        "accepted: 400 InvalidNum",
        "because",
        requirement.statement,
        requirement.source,
    ):
        assert part in said.out


def test_generated_requests_as_a_run_makes_them_unless_told_otherwise(command):
    said = command("explain", "generated.valid")
    assert said.code == 0
    assert "case generated.valid/examples: 9 generated requests that keep the rules" in said.out
    assert "--examples 0" not in said.out + command("explain", "generated.valid/examples").out


@pytest.mark.parametrize("code", ["InvalidInstance", "DeniedRequest", "SignatureDoesNotMatch"])
def test_a_code(command, contract, code):
    said = command("explain", code)
    row = contract.errors.find(code)
    assert said.code == 0
    for part in (f"{code} ({row.status}, {row.grade})", row.message, row.source, "brought about by: "):
        assert part in said.out


def test_an_interpretation(command, contract):
    one = next(iter(contract.interpretations.values()))
    said = command("explain", one.id)
    assert said.code == 0
    for part in (one.documentation, one.evidence, one.accepted):
        assert part in said.out


def test_everything_there_is_can_be_explained(contract):
    from imagesearch_conformance.cli.explanation import explanation

    some = [*list(contract.requirements)[::25], *list(contract.interpretations)[::5]]
    assert all(explanation(contract, name).startswith(("interpretation", name)) for name in some)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("num.maximun", "num.maximum"),
        ("num.maximum/abvoe", "num.maximum/above"),
        ("InvalidInstanc", "InvalidInstance"),
        ("Num.Maximum", "num.maximum"),
    ],
)
def test_an_unknown_id_is_wrong_usage_with_a_suggestion(command, name, near):
    said = command("explain", name)
    assert (said.code, said.out) == (2, "")
    assert f"nothing is called {name!r}" in said.err
    assert near in said.err.partition("did you mean")[2]


def test_what_resembles_nothing_gets_no_suggestion(command):
    said = command("explain", "zzzzzzzzzzzz")
    assert said.code == 2
    assert "did you mean" not in said.err


def test_the_register_as_a_table(command, contract):
    rows = command("requirements").out.splitlines()
    assert [row.split()[0] for row in rows] == list(contract.requirements)
    assert {row.split()[1] for row in rows} <= {"must", "should", "may"}


def test_the_register_as_json(command, contract):
    rows = json.loads(command("requirements", "--format", "json").out)
    assert [row["id"] for row in rows] == list(contract.requirements)
    assert all(row["statement"] and row["source"] and row["level"] and row["area"] for row in rows)


def test_the_register_as_markdown(command, contract):
    head, rule, *rows = command("requirements", "--format", "markdown").out.splitlines()
    assert head.startswith("| requirement ")
    assert set(rule) <= set("|-")
    assert len(rows) == len(contract.requirements)
    assert {len(row.replace("\\|", "").split("|")) for row in (head, *rows)} == {7}


def test_a_reader_that_stops_reading_is_no_accident(process):
    started = process("requirements", "--format", "json")
    started.stdout.read(10)
    started.stdout.close()
    assert started.wait(30) != 1
    assert started.stderr.read() == ""


def test_what_a_requirement_means_for_clients(command, contract):
    said = command("explain", "num.maximum").out
    ours, _, theirs = said.partition("for clients:\n")
    assert contract.requirements["num.maximum"].statement in ours
    assert contract.client_requirements["num.maximum"].statement in theirs
    assert "case num.maximum/above" in ours
    assert "case num.maximum/above" in theirs


def test_a_scenario_of_clients(command, contract):
    said = command("explain", "decoding.empty/listed")
    assert said.code == 0
    for part in ("plays: no results", 'called with: {"InstanceName"', "may be handed back: a result"):
        assert part in said.out
    assert contract.client_requirements["decoding.empty"].statement in said.out


def test_the_register_of_clients(command, contract):
    rows = command("requirements", "--subject", "client").out.splitlines()
    assert [row.split()[0] for row in rows] == list(contract.client_requirements)
