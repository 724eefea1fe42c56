"""Reports on recorded traffic name the recording, are valid, and have no secret."""

import json

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS

KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": DEFAULT_CREDENTIALS.access_key_id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DEFAULT_CREDENTIALS.access_key_secret,
}

FILES = {"report.json", "report.html", "junit.xml", "summary.md", "report.sarif", "traffic.har", "badge.svg"}


@pytest.mark.parametrize("subject", ["endpoint", "client"])
def test_every_format_names_the_recording(judge_with_all_formats, recorder, contract, tmp_path, subject):
    other = recorder.recorded_entry(at=2)
    other["request"]["url"] = "http://emulator.example/style.css"
    other["request"]["headers"] = []
    other["request"]["postData"]["text"] = ""
    entries = [recorder.recorded_entry({"Num": "101"}, faults=("num-above-maximum-accepted",)), other]
    said, report = judge_with_all_formats(entries, "--subject", subject)
    assert "1 of 2 entries judged; 1 of something else" in said.err
    Draft202012Validator(contract.spec_files.content("schemas/report.json")).validate(report)
    assert report["cases"][0]["id"].startswith("recorded/0001-")
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "judged").iterdir()}
    assert set(written) == FILES
    for name in ("report.html", "summary.md"):
        assert "recorded in" in written[name]
        assert "recorded.har" in written[name]
        assert "1 of 2 entries" in written[name]
    assert ", recorded" in written["badge.svg"]
    assert "replay report.json" not in "".join(written.values())


def test_no_report_has_a_secret_of_the_recording(judge_with_all_formats, recorder, tmp_path):
    token = evolve(DEFAULT_CREDENTIALS, security_token="temporary-token-of-somebody")
    request = recorder.request({"PicName": DEFAULT_CREDENTIALS.access_key_secret}, key=token)
    signature = request.header("authorization").rpartition("Signature=")[2]
    entry = recorder.entry(request)
    entry["request"]["headers"] += [
        {"name": "Cookie", "value": "session=private-one"},
        {"name": "Proxy-Authorization", "value": "Basic private-two"},
    ]
    entry["response"]["headers"].append({"name": "Set-Cookie", "value": "session=private-three"})
    bearer = recorder.entry(request.with_headers(("authorization", "Bearer private-four")), at=1)
    for subject in ("endpoint", "client"):
        said, _ = judge_with_all_formats([entry, bearer], "--subject", subject, **KEYS)
        files = [path.read_text(encoding="utf-8") for path in (tmp_path / "judged").iterdir()]
        for secret in (DEFAULT_CREDENTIALS.access_key_secret, signature, "temporary-token-of-somebody", "private-"):
            assert secret not in "".join([*files, said.out, said.err])


def test_a_recording_is_neither_certified_nor_replayed(judge_with_all_formats, recorder, command, tmp_path):
    judge_with_all_formats([recorder.recorded_entry()])
    report = tmp_path / "judged" / "report.json"
    said = command("replay", report, "recorded/0001-request.minimal")
    assert (said.code, "recorded traffic" in said.err) == (2, True)
    said = command("report", "--format", "certificate", report)
    assert (said.code, "cannot be certified" in said.err) == (2, True)
    assert command("report", report).code == 0
    assert command("compare", report, report).code == 0
    assert command("matrix", report, "--reports", tmp_path / "matrix").code in {0, 2}


def test_requirements_and_calls_can_be_selected(judge_recording, recorder, requirements_with):
    entries = [
        recorder.recorded_entry({"Num": "101"}, faults=("num-above-maximum-accepted",)),
        recorder.recorded_entry(at=4),
    ]
    said, report = judge_recording(entries, "--deselect", "num.maximum")
    assert (said.code, report["suite"]["deselect"]) == (0, ["num.maximum"])
    said, report = judge_recording(entries, "--select", "response.*")
    assert (said.code, requirements_with(report, "skipped") >= {"num.maximum"}) == (0, True)
    said, report = judge_recording(entries, "--select", "recorded/0002*")
    assert (said.code, [case["id"][:13] for case in report["cases"]]) == (0, ["recorded/0002"])
    said, _ = judge_recording(entries, "--select", "colour.*")
    assert (said.code, "recorded/0001*" in said.err) == (2, True)


@pytest.fixture
def write_deviation(tmp_path):
    """Write a file with a deviation from a requirement."""

    def write(requirement, expires="2999-01-01"):
        path = tmp_path / "known.toml"
        lines = f'requirement = "{requirement}"\nreason = "agreed"\nlink = "https://t.example/1"\nexpires = {expires}\n'
        path.write_text(f"[[deviation]]\n{lines}", encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(("requirement", "state", "code"), [("num.maximum", "applied", 0), ("msg.none", None, 2)])
def test_known_deviations_are_accepted(judge_recording, recorder, write_deviation, requirement, state, code):
    entries = [
        recorder.recorded_entry({"Num": "101"}, faults=("num-above-maximum-accepted",)),
        recorder.recorded_entry(at=4),
    ]
    said, report = judge_recording(entries, "--deviations", write_deviation(requirement))
    assert said.code == code
    assert state is None or report["deviations"][0]["state"] == state


def test_a_recording_does_not_resolve_a_deviation(judge_recording, recorder, write_deviation):
    said, report = judge_recording([recorder.recorded_entry()], "--deviations", write_deviation("wire.json"))
    told = report["deviations"][0]
    assert (said.code, told["state"], told["explanation"]) == (0, "undetermined", "not observed in the recording")


def test_an_expired_deviation_fails_an_empty_recording(judge_recording, write_deviation):
    said, report = judge_recording([], "--deviations", write_deviation("num.maximum", expires="2020-01-01"))
    assert (said.code, report["verdict"], report["deviations"][0]["state"]) == (1, "nonconformant", "expired")


def test_json_is_the_only_output(judge_recording, recorder):
    said, _ = judge_recording([recorder.recorded_entry()], "--format", "json")
    assert json.loads(said.out)["recording"]["name"] == "recorded.har"


def test_calls_to_other_endpoints_are_counted(judge_recording, recorder):
    other = recorder.recorded_entry(at=9)
    other["request"]["url"] = "https://other.example/"
    said, report = judge_recording([recorder.recorded_entry(), recorder.recorded_entry(at=2), other])
    assert (said.code, report["recording"]["otherEndpoints"]) == (0, 1)
    assert "1 calls to other endpoints" in said.err
