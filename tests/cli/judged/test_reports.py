"""The reports of recorded traffic say that it was recorded, are valid, and hold no secret."""

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
def test_every_format_is_written_and_says_what_was_judged(fully, calls, contract, tmp_path, subject):
    other = calls.made(at=2)
    other["request"]["url"] = "http://emulator.example/style.css"
    other["request"]["headers"] = []
    other["request"]["postData"]["text"] = ""
    entries = [calls.made({"Num": "101"}, faults=("num-above-maximum-accepted",)), other]
    said, report = fully(entries, "--subject", subject)
    assert "1 of 2 entries judged; 1 of something else" in said.err
    Draft202012Validator(contract.spec_files.content("schemas/report.json")).validate(report)
    assert report["cases"][0]["id"].startswith("recorded/0001-")
    written = {one.name: one.read_text(encoding="utf-8") for one in (tmp_path / "judged").iterdir()}
    assert set(written) == FILES
    for name in ("report.html", "summary.md"):
        assert "recorded in" in written[name]
        assert "recorded.har" in written[name]
        assert "1 of 2 entries" in written[name]
    assert ", recorded" in written["badge.svg"]
    assert "replay report.json" not in "".join(written.values())


def test_no_secret_of_a_recording_is_written(fully, calls, tmp_path):
    token = evolve(DEFAULT_CREDENTIALS, security_token="temporary-token-of-somebody")
    request = calls.request({"PicName": DEFAULT_CREDENTIALS.access_key_secret}, key=token)
    signature = request.header("authorization").rpartition("Signature=")[2]
    entry = calls.entry(request)
    entry["request"]["headers"] += [
        {"name": "Cookie", "value": "session=private-one"},
        {"name": "Proxy-Authorization", "value": "Basic private-two"},
    ]
    entry["response"]["headers"].append({"name": "Set-Cookie", "value": "session=private-three"})
    bearer = calls.entry(request.with_headers(("authorization", "Bearer private-four")), at=1)
    for subject in ("endpoint", "client"):
        said, _ = fully([entry, bearer], "--subject", subject, **KEYS)
        files = [one.read_text(encoding="utf-8") for one in (tmp_path / "judged").iterdir()]
        for secret in (DEFAULT_CREDENTIALS.access_key_secret, signature, "temporary-token-of-somebody", "private-"):
            assert secret not in "".join([*files, said.out, said.err])


def test_nothing_recorded_is_certified_or_sent_again(fully, calls, command, tmp_path):
    fully([calls.made()])
    report = tmp_path / "judged" / "report.json"
    said = command("replay", report, "recorded/0001-request.minimal")
    assert (said.code, "recorded traffic" in said.err) == (2, True)
    said = command("report", "--format", "certificate", report)
    assert (said.code, "cannot be certified" in said.err) == (2, True)
    assert command("report", report).code == 0
    assert command("compare", report, report).code == 0
    assert command("matrix", report, "--reports", tmp_path / "matrix").code in {0, 2}


def test_what_is_judged_can_be_picked(judge, calls, failed):
    entries = [calls.made({"Num": "101"}, faults=("num-above-maximum-accepted",)), calls.made(at=4)]
    said, report = judge(entries, "--deselect", "num.maximum")
    assert (said.code, report["suite"]["deselect"]) == (0, ["num.maximum"])
    said, report = judge(entries, "--select", "response.*")
    assert (said.code, failed(report, "skipped") >= {"num.maximum"}) == (0, True)
    said, report = judge(entries, "--select", "recorded/0002*")
    assert (said.code, [one["id"][:13] for one in report["cases"]]) == (0, ["recorded/0002"])
    said, _ = judge(entries, "--select", "colour.*")
    assert (said.code, "recorded/0001*" in said.err) == (2, True)


@pytest.fixture
def known(tmp_path):
    """The file of a known departure from a requirement."""

    def made(requirement, expires="2999-01-01"):
        path = tmp_path / "known.toml"
        lines = f'requirement = "{requirement}"\nreason = "agreed"\nlink = "https://t.example/1"\nexpires = {expires}\n'
        path.write_text(f"[[deviation]]\n{lines}", encoding="utf-8")
        return path

    return made


@pytest.mark.parametrize(("requirement", "state", "code"), [("num.maximum", "applied", 0), ("msg.none", None, 2)])
def test_departures_may_be_known(judge, calls, known, requirement, state, code):
    entries = [calls.made({"Num": "101"}, faults=("num-above-maximum-accepted",)), calls.made(at=4)]
    said, report = judge(entries, "--deviations", known(requirement))
    assert said.code == code
    assert state is None or report["deviations"][0]["state"] == state


def test_that_a_departure_is_gone_no_recording_shows(judge, calls, known):
    said, report = judge([calls.made()], "--deviations", known("wire.json"))
    told = report["deviations"][0]
    assert (said.code, told["state"], told["explanation"]) == (0, "undetermined", "it was not met in what was recorded")


def test_that_a_known_departure_has_ended_an_empty_recording_shows_too(judge, known):
    said, report = judge([], "--deviations", known("num.maximum", expires="2020-01-01"))
    assert (said.code, report["verdict"], report["deviations"][0]["state"]) == (1, "nonconformant", "expired")


def test_json_stands_alone_on_standard_output(judge, calls):
    said, _ = judge([calls.made()], "--format", "json")
    assert json.loads(said.out)["recording"]["name"] == "recorded.har"


def test_calls_to_other_endpoints_are_counted(judge, calls):
    other = calls.made(at=9)
    other["request"]["url"] = "https://other.example/"
    said, report = judge([calls.made(), calls.made(at=2), other])
    assert (said.code, report["recording"]["otherEndpoints"]) == (0, 1)
    assert "1 calls to other endpoints" in said.err
