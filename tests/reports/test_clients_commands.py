"""Commands with reports about clients: replay, verify, compare and matrix, through the command line."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.reports.write import write_reports


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Run a command and return its exit code and its output on both streams."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result.exit_code, result.output

    return run


@pytest.fixture
def write_files(tmp_path):
    """Write every file of a report into a directory and return the directory."""

    def write(report, name="client"):
        write_reports(report, tmp_path / name)
        return tmp_path / name

    return write


def test_replay_names_the_command_for_the_client(command, write_files, client_report):
    code, out = command("replay", write_files(client_report) / "report.json", "num.maximum/above")
    assert code == 2
    assert "the report judges the client acme-imagesearch 3.1.1" in out
    assert "imagesearch-conformance client --select num.maximum/above -- python 'my adapter.py'" in out


def test_replay_of_a_client_without_a_command_names_none(command, write_files, client_report):
    client_report["client"]["command"] = []
    code, out = command("replay", write_files(client_report) / "report.json", "num.maximum/above")
    assert code == 2
    assert "client --select" not in out


def test_verify_finds_a_wrong_subject(command, write_files, get_report):
    path = write_files(get_report("selected")) / "certificate.json"
    certificate = json.loads(path.read_text())
    certificate |= {"subject": "client", "client": {"name": "acme", "version": None, "language": None, "command": []}}
    path.write_text(json.dumps(certificate))
    code, out = command("verify", path.parent)
    assert code == 1
    assert "differs: certificate.json: subject: expected None, got client" in out


def test_an_endpoint_and_a_client_cannot_be_compared(command, write_files, client_report, get_report):
    endpoint = deepcopy(get_report("selected"))
    for pair in ((endpoint, client_report), (client_report, endpoint)):
        directories = [write_files(report, f"{number}") for number, report in enumerate(pair)]
        code, out = command("compare", *directories)
        assert code == 3
        assert "note: subject" in out
        assert "result: inconclusive: one report is about an endpoint, the other about a client" in out
        assert "New failures" not in out


def test_two_versions_of_a_client_can_be_compared(command, write_files, client_report):
    new = deepcopy(client_report)
    new["client"] |= {"version": "3.2.0", "command": ["node", "adapter.js"]}
    new["target"]["endpoint"] = "http://127.0.0.1:41999"
    case = next(case for case in new["cases"] if case["outcome"] == "passed" and case["answer"]["kind"] == "result")
    case["answer"] |= {"kind": "unreadable", "status": None, "body": None}
    code, out = command("compare", write_files(client_report, "old"), write_files(new, "new"))
    assert code == 0, out
    assert "client acme-imagesearch 3.1.1" in out
    assert "note: client.version 3.1.1 -> 3.2.0" in out
    assert "41999" not in out
    assert "Changed status or code" in out
    assert "; result 200 -> unreadable" in out


def test_another_client_is_noted(command, write_files, client_report):
    new = deepcopy(client_report)
    new["client"]["name"] = "other"
    _, out = command("compare", write_files(client_report, "old"), write_files(new, "new"))
    assert "note: client acme-imagesearch -> other" in out


def test_a_comparison_fits_its_schema(command, write_files, client_report, contract):
    from jsonschema import Draft202012Validator

    directory = write_files(client_report)
    _, out = command("compare", directory, directory, "--format", "json")
    document = json.loads(out)
    Draft202012Validator(contract.spec_files.content("schemas/comparison.json")).validate(document)
    assert {run["subjectTitle"] for run in (document["old"], document["new"])} == {"client acme-imagesearch 3.1.1"}


def test_the_columns_of_a_matrix_have_the_names_of_the_clients(command, write_files, client_report):
    new = deepcopy(client_report)
    new["client"]["version"] = "3.2.0"
    nameless = deepcopy(client_report)
    nameless["client"] |= {"name": None, "version": None}
    directories = [
        write_files(client_report, "a"),
        write_files(new, "b"),
        write_files(nameless, "c"),
        f"mine={write_files(client_report, 'd')}",
    ]
    code, out = command("matrix", *directories, "--reports", "out")
    assert code == 0, out
    head = Path("out/matrix.md").read_text("utf-8").splitlines()
    titles = next(line for line in head if line.startswith("| requirement"))
    assert [title.partition("]")[0].strip(" [") for title in titles.split("|")[3:-1]] == [
        "acme-imagesearch 3.1.1", "acme-imagesearch 3.2.0", "c", "mine",
    ]  # fmt: skip
    assert any(line.startswith("| **client** |") and "`acme-imagesearch 3.2.0`" in line for line in head)


def test_a_matrix_of_endpoints_and_clients_needs_mixed(command, write_files, client_report, get_report):
    directories = [write_files(client_report, "client"), write_files(get_report("selected"), "endpoint")]
    code, out = command("matrix", *directories, "--reports", "out")
    assert code == 2
    assert "have different subjects: subject client in acme-imagesearch 3.1.1; subject endpoint in endpoint" in out
    code, out = command("matrix", *directories, "--reports", "out", "--mixed")
    assert code == 0
    assert "note: the reports are of different subjects" in out
