"""Commands that are given reports of clients: replay, verify, compare and matrix, through the command line."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.reports.write import write_reports


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Runs a command; what it printed to both streams, and its exit code."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result.exit_code, result.output

    return run


@pytest.fixture
def written(tmp_path):
    """Writes every file of a report into a directory, and gives that."""

    def write(report, name="client"):
        write_reports(report, tmp_path / name)
        return tmp_path / name

    return write


def test_replay_names_the_command_that_asks_the_client_again(command, written, client):
    code, out = command("replay", written(client) / "report.json", "num.maximum/above")
    assert code == 2
    assert "the report judges the client acme-imagesearch 3.1.1" in out
    assert "imagesearch-conformance client --select num.maximum/above -- python 'my adapter.py'" in out


def test_replay_of_a_client_in_process_names_none(command, written, client):
    client["client"]["command"] = []
    code, out = command("replay", written(client) / "report.json", "num.maximum/above")
    assert code == 2
    assert "client --select" not in out


def test_verify_finds_a_client_where_an_endpoint_was_judged(command, written, documents):
    place = written(documents("selected")) / "certificate.json"
    said = json.loads(place.read_text())
    said |= {"subject": "client", "client": {"name": "acme", "version": None, "language": None, "command": []}}
    place.write_text(json.dumps(said))
    code, out = command("verify", place.parent)
    assert code == 1
    assert "differs: certificate.json: subject: it says client" in out


def test_what_judges_an_endpoint_and_what_judges_a_client_are_not_compared(command, written, client, documents):
    endpoint = deepcopy(documents("selected"))
    for pair in ((endpoint, client), (client, endpoint)):
        places = [written(one, f"{number}") for number, one in enumerate(pair)]
        code, out = command("compare", *places)
        assert code == 3
        assert "note: subject" in out
        assert "result: inconclusive: one report judges an endpoint and the other a client" in out
        assert "New failures" not in out


def test_two_versions_of_a_client_are_compared(command, written, client):
    new = deepcopy(client)
    new["client"] |= {"version": "3.2.0", "command": ["node", "adapter.js"]}
    new["target"]["endpoint"] = "http://127.0.0.1:41999"
    case = next(one for one in new["cases"] if one["outcome"] == "passed" and one["answer"]["kind"] == "result")
    case["answer"] |= {"kind": "unreadable", "status": None, "body": None}
    code, out = command("compare", written(client, "old"), written(new, "new"))
    assert code == 0, out
    assert "client acme-imagesearch 3.1.1" in out
    assert "note: client.version 3.1.1 -> 3.2.0" in out
    assert "41999" not in out
    assert "Changed status or code" in out
    assert "; result 200 -> unreadable" in out


def test_another_client_is_noted(command, written, client):
    new = deepcopy(client)
    new["client"]["name"] = "other"
    _, out = command("compare", written(client, "old"), written(new, "new"))
    assert "note: client acme-imagesearch -> other" in out


def test_a_comparison_fits_its_schema(command, written, client, contract):
    from jsonschema import Draft202012Validator

    place = written(client)
    _, out = command("compare", place, place, "--format", "json")
    document = json.loads(out)
    Draft202012Validator(contract.spec_files.content("schemas/comparison.json")).validate(document)
    assert {one["judged"] for one in (document["old"], document["new"])} == {"client acme-imagesearch 3.1.1"}


def test_the_columns_of_a_matrix_are_called_as_the_clients_are(command, written, client):
    new = deepcopy(client)
    new["client"]["version"] = "3.2.0"
    nameless = deepcopy(client)
    nameless["client"] |= {"name": None, "version": None}
    places = [written(client, "a"), written(new, "b"), written(nameless, "c"), f"mine={written(client, 'd')}"]
    code, out = command("matrix", *places, "--reports", "out")
    assert code == 0, out
    head = Path("out/matrix.md").read_text("utf-8").splitlines()
    titles = next(line for line in head if line.startswith("| requirement"))
    assert [one.partition("]")[0].strip(" [") for one in titles.split("|")[3:-1]] == [
        "acme-imagesearch 3.1.1", "acme-imagesearch 3.2.0", "c", "mine",
    ]  # fmt: skip
    assert any(line.startswith("| **client** |") and "`acme-imagesearch 3.2.0`" in line for line in head)


def test_a_matrix_of_endpoints_and_clients_has_to_be_asked_for(command, written, client, documents):
    places = [written(client, "client"), written(documents("selected"), "endpoint")]
    code, out = command("matrix", *places, "--reports", "out")
    assert code == 2
    assert "of different subjects: subject client in acme-imagesearch 3.1.1; subject endpoint in endpoint" in out
    code, out = command("matrix", *places, "--reports", "out", "--mixed")
    assert code == 0
    assert "note: the reports are of different subjects" in out
