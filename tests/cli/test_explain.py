"""`explain` and `requirements`."""

import json

import pytest


@pytest.fixture
def requirement(contract):
    return contract.requirements["num.maximum"]


def test_explain_a_requirement(command, requirement):
    result = command("explain", "num.maximum")
    assert result.code == 0
    for part in (requirement.statement, requirement.source, "(must, area parameters)", "case num.maximum/above: "):
        assert part in result.out


def test_explain_a_case(command, requirement):
    result = command("explain", "num.maximum/above")
    assert result.code == 0
    for part in (
        "sends: ",
        "violates: ",
        "accepted: 400 InvalidNum",
        "because",
        requirement.statement,
        requirement.source,
    ):
        assert part in result.out


def test_explain_generated_requests_with_the_default_number(command):
    result = command("explain", "generated.valid")
    assert result.code == 0
    assert "case generated.valid/examples: 9 generated valid requests" in result.out
    assert "--examples 0" not in result.out + command("explain", "generated.valid/examples").out


@pytest.mark.parametrize("code", ["InvalidInstance", "DeniedRequest", "SignatureDoesNotMatch"])
def test_explain_an_error_code(command, contract, code):
    result = command("explain", code)
    row = contract.errors.find(code)
    assert result.code == 0
    for part in (f"{code} ({row.status}, {row.grade})", row.message, row.source, "triggered by: "):
        assert part in result.out


def test_explain_an_interpretation(command, contract):
    interpretation = next(iter(contract.interpretations.values()))
    result = command("explain", interpretation.id)
    assert result.code == 0
    for part in (interpretation.documentation, interpretation.evidence, interpretation.accepted):
        assert part in result.out


def test_requirements_and_interpretations_can_be_explained(contract):
    from imagesearch_conformance.cli.explanation import explanation

    names = [*list(contract.requirements)[::25], *list(contract.interpretations)[::5]]
    assert all(explanation(contract, name).startswith(("interpretation", name)) for name in names)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("num.maximun", "num.maximum"),
        ("num.maximum/abvoe", "num.maximum/above"),
        ("InvalidInstanc", "InvalidInstance"),
        ("Num.Maximum", "num.maximum"),
    ],
)
def test_an_unknown_id_is_wrong_usage_with_a_suggestion(command, name, suggestion):
    result = command("explain", name)
    assert (result.code, result.out) == (2, "")
    assert f"unknown id {name!r}" in result.err
    assert suggestion in result.err.partition("did you mean")[2]


def test_an_id_without_similar_ones_gets_no_suggestion(command):
    result = command("explain", "zzzzzzzzzzzz")
    assert result.code == 2
    assert "did you mean" not in result.err


def test_requirements_as_a_table(command, contract):
    rows = command("requirements").out.splitlines()
    assert [row.split()[0] for row in rows] == list(contract.requirements)
    assert {row.split()[1] for row in rows} <= {"must", "should", "may"}


def test_requirements_as_json(command, contract):
    rows = json.loads(command("requirements", "--format", "json").out)
    assert [row["id"] for row in rows] == list(contract.requirements)
    assert all(row["statement"] and row["source"] and row["level"] and row["area"] for row in rows)


def test_requirements_as_markdown(command, contract):
    head, rule, *rows = command("requirements", "--format", "markdown").out.splitlines()
    assert head.startswith("| requirement ")
    assert set(rule) <= set("|-")
    assert len(rows) == len(contract.requirements)
    assert {len(row.replace("\\|", "").split("|")) for row in (head, *rows)} == {7}


def test_a_closed_pipe_is_not_an_error(process):
    started = process("requirements", "--format", "json")
    started.stdout.read(10)
    started.stdout.close()
    assert started.wait(30) != 1
    assert started.stderr.read() == ""


def test_explain_a_requirement_of_clients(command, contract):
    result = command("explain", "num.maximum").out
    endpoint_text, _, client_text = result.partition("for clients:\n")
    assert contract.requirements["num.maximum"].statement in endpoint_text
    assert contract.client_requirements["num.maximum"].statement in client_text
    assert "case num.maximum/above" in endpoint_text
    assert "case num.maximum/above" in client_text


def test_explain_a_scenario(command, contract):
    result = command("explain", "decoding.empty/listed")
    assert result.code == 0
    for part in ("scenario: no results", 'called with: {"InstanceName"', "accepted answer: a result"):
        assert part in result.out
    assert contract.client_requirements["decoding.empty"].statement in result.out


def test_requirements_of_clients(command, contract):
    rows = command("requirements", "--subject", "client").out.splitlines()
    assert [row.split()[0] for row in rows] == list(contract.client_requirements)
