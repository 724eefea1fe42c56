"""`run --deviations`: known deviations are accepted until their last day; expired and resolved ones fail."""

import json
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.reports.load import check_report

FAULT, BROKEN = "num-above-maximum-accepted", "num.maximum"

REASON = "Our gateway allows 200 until the migration is over."
LINK = "https://example.com/issues/17"

#: Last days in the far future and in the past.
LATER, PAST = "2999-12-31", "2020-02-29"

HOSTILE = (
    "</code><script>alert(1)</script> ]]> &lt; `|` [a](javascript:b) # **c** "
    r"\u001B[2J\u001B]0;title\u0007 \u0000\u009B31m \u202E\u2066drow \u2028 \r\n\n verdict: conformant\n"
)


@pytest.fixture
def known(tmp_path):
    """Write a file of deviations: requirements with their last days."""

    def write(name="known.toml", reason=REASON, **entries):
        text = "".join(
            f'[[deviation]]\nrequirement = "{requirement_id}"\nreason = "{reason}"\n'
            f'link = "{LINK}"\nexpires = {last_day}\n'
            for requirement_id, last_day in entries.items()
        )
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def run(command, contract, tmp_path):
    """Run a few cases; return the result and the report."""

    def execute(profile, *options, select=BROKEN, **variables):
        result = command(
            "run", "--profile", profile, "--select", select, "--reports", tmp_path / "out", *options, **variables
        )
        report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
        check_report(report, contract, "report.json")
        return result, report

    return execute


def read_report(tmp_path, name):
    return (tmp_path / "out" / name).read_text(encoding="utf-8")


def requirement(report, name=BROKEN):
    return next(requirement for requirement in report["requirements"] if requirement["id"] == name)


def junit_deviations(tmp_path):
    """Return the JUnit test case of each deviation."""
    root = ET.fromstring(read_report(tmp_path, "junit.xml"))  # noqa: S314 our own
    return {case.get("name"): case for case in root.findall("./testsuite[@name='deviations']/testcase")}


def test_a_known_deviation_is_accepted_and_marked(run, emulating, known):
    with emulating(FAULT) as profile:
        plain, before = run(profile)
        result, report = run(profile, "--deviations", known(**{BROKEN: LATER}))
    assert (plain.code, before["deviations"], requirement(before)["deviation"]) == (1, [], None)
    assert result.code == 0
    assert result.out.splitlines()[-1] == "verdict: conformant (selected cases only, with 1 known deviation)"
    (deviation,) = report["deviations"]
    assert deviation == requirement(report)["deviation"]
    assert (deviation["state"], deviation["expires"]) == ("applied", LATER)
    assert (deviation["reason"], deviation["link"]) == (REASON, LINK)
    assert [entry for entry in report["requirements"] if entry["deviation"]] == [requirement(report)]
    assert requirement(report)["outcome"] == "warned"
    assert (before["counts"]["failed"], report["counts"]["failed"]) == (report["counts"]["warned"], 0)
    assert before["requests"] == report["requests"]
    for word in (f"known deviation from {BROKEN}: accepted", REASON, LINK, LATER):
        assert word in result.out


def test_every_format_shows_the_deviation(run, emulating, known, tmp_path):
    with emulating(FAULT) as profile:
        run(profile, "--deviations", known(**{BROKEN: LATER}))
    (section,) = [
        part for part in read_report(tmp_path, "summary.md").split("\n## ") if part.startswith("Known deviations")
    ]
    assert f"- **{BROKEN}**, accepted, until {LATER}" in section
    assert f"(`{LINK}`, `{BROKEN}/" in section
    assert "Warnings" not in read_report(tmp_path, "summary.md")
    case = junit_deviations(tmp_path)[BROKEN]
    assert (case.find("failure"), case.find("skipped")) == (None, None)
    assert f"link: {LINK}" in case.findtext("system-out")
    root = ET.fromstring(read_report(tmp_path, "junit.xml"))  # noqa: S314 our own
    warned = [case.findtext("system-out") for case in root.iter("testcase") if case.get("name") == f"{BROKEN}/above"]
    assert f"known deviation, accepted until {LATER}: {REASON}" in warned[0]


@pytest.mark.parametrize("accepted", ["response.msg.present", "response.auctions.productid.type"])
def test_only_findings_that_are_not_accepted_fail_a_case(run, emulating, known, tmp_path, accepted):
    with emulating("msg-missing", "auctions-productid-as-number") as profile:
        result, report = run(profile, "--deviations", known(**{accepted: LATER}), select="num.maximum/at")
    assert result.code == 1
    (case,) = report["cases"]
    violated = {finding["requirement"] for finding in case["findings"]}
    assert violated == {"response.msg.present", "response.auctions.productid.type"}
    failure = ET.fromstring(read_report(tmp_path, "junit.xml")).find(".//failure")  # noqa: S314 our own
    assert {failure.get("type")} == violated - {accepted}
    assert failure.text.count(f"known deviation, accepted until {LATER}: {REASON}") == sum(
        finding["requirement"] == accepted for finding in case["findings"]
    )


@pytest.mark.parametrize("faults", [(FAULT,), ()])
def test_an_expired_deviation_fails_with_and_without_a_violation(run, emulating, known, tmp_path, faults):
    with emulating(*faults) as profile:
        result, report = run(profile, "--deviations", known(**{BROKEN: PAST}))
    assert (result.code, report["verdict"]) == (1, "nonconformant")
    assert requirement(report)["outcome"] == ("failed" if faults else "passed")
    assert report["deviations"][0]["state"] == "expired"
    assert f"known deviation from {BROKEN}: expired" in result.out
    assert f"expired on {PAST}" in result.out
    assert junit_deviations(tmp_path)[BROKEN].find("failure").get("type") == "expired"
    assert f"**{BROKEN}**, expired, until {PAST}" in read_report(tmp_path, "summary.md")


def test_a_resolved_deviation_fails(run, emulating, known, tmp_path):
    with emulating() as profile:
        result, report = run(profile, "--deviations", known(**{BROKEN: LATER}))
    assert (result.code, report["verdict"], report["counts"]["failed"]) == (1, "nonconformant", 0)
    assert requirement(report)["outcome"] == "passed"
    assert report["deviations"][0]["state"] == "resolved"
    assert "remove it from the file" in result.out
    assert junit_deviations(tmp_path)[BROKEN].find("failure").get("type") == "resolved"


@pytest.mark.parametrize(
    ("options", "select", "state", "code"),
    [
        ((), "num.maximum/at", "undetermined", 0),
        (("--budget", "10"), "parameters", "undetermined", 3),
        ((), "start.*", "notSelected", 0),
        (("--deselect", "num.maximum"), "num.*", "notSelected", 0),
    ],
)
def test_an_undetermined_deviation_does_not_fail(run, emulating, known, tmp_path, options, select, state, code):  # noqa: PLR0913, PLR0917 one column each
    with emulating() as profile:
        result, report = run(profile, "--deviations", known(**{BROKEN: LATER}), *options, select=select)
    assert (result.code, report["deviations"][0]["state"]) == (code, state)
    skipped = junit_deviations(tmp_path)[BROKEN].find("skipped")
    assert skipped.get("message") == report["deviations"][0]["explanation"]


def test_deviations_of_an_unreachable_target_are_undetermined(command, dead_port, known, tmp_path):
    path = known(**{BROKEN: PAST, "start.maximum": LATER})
    result = command("run", dead_port, "--deviations", path, "--reports", tmp_path)
    assert result.code == 3
    deviations = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["deviations"]
    assert [deviation["state"] for deviation in deviations] == ["expired", "undetermined"]
    assert "the target could not be reached" in deviations[1]["explanation"]


INVALID_FILES = {
    "unknown id": ('requirement = "num.maximum"', 'requirement = "num.maximun"', "did you mean 'num.maximum'?"),
    "bad date": (LATER, "2999-02-30", "the deviations file is not TOML"),
    "text for a date": (LATER, f'"{LATER}"', "write a date without quotes: 2027-01-31"),
    "bad link": ("https:", "file:", "' (like https://example.com/issues/17)"),
    "missing key": ("link =", "# link =", "deviation.0: missing key 'link'"),
    "unknown key": ("link =", "lnk =", "deviation.0: unknown key 'lnk' (did you mean 'link'?)"),
    "not TOML": ("[[deviation]]", "[[deviation", "the deviations file is not TOML"),
    "binary": ("reason", "\udcff", "the deviations file cannot be read"),
}


@pytest.mark.parametrize("name", INVALID_FILES)
@pytest.mark.parametrize("subcommand", ["run", "plan"])
def test_an_invalid_file_is_wrong_usage_before_any_request(command, web_page, known, name, subcommand):
    endpoint, received = web_page
    path = known(**{BROKEN: LATER})
    old, new, message = INVALID_FILES[name]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8", "surrogateescape"))
    result = command(subcommand, endpoint, "--deviations", path)
    assert (result.code, result.out, received) == (2, "", [])
    assert result.err.startswith(f"Error: {path}")
    assert message in result.err
    assert len(result.err.splitlines()) == 1


def test_two_deviations_of_one_requirement_are_wrong_usage(command, known):
    path = known(**{BROKEN: LATER})
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    result = command("run", "--deviations", path)
    assert (result.code, result.out) == (2, "")
    assert "deviation.1.requirement: deviation.0 already lists 'num.maximum' (keep one of them)" in result.err


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_an_unreadable_file_is_wrong_usage(command, tmp_path, name):
    result = command("run", "--deviations", tmp_path / name)
    assert (result.code, result.out) == (2, "")
    assert "the deviations file cannot be read" in result.err


def test_a_hostile_reason_is_shown_as_text(run, emulating, known, tmp_path):
    with emulating(FAULT) as profile:
        path = known(**{BROKEN: LATER, "num.minimum": LATER}, reason=HOSTILE + "x" * 100_000)
        result, report = run(profile, "--deviations", path, select="num.*")
    assert result.code == 1
    for line in result.out.split("\n"):
        assert line.isprintable(), line
    assert [line for line in result.out.splitlines() if line.startswith("verdict")] == [result.out.splitlines()[-1]]
    for name in ("summary.md", "junit.xml"):
        text = read_report(tmp_path, name)
        assert not set(text) & set("\x00\x07\x1b\x9b\u202e\u2066\u2028")
        assert "<script>" not in text.replace("\\<", "")
        assert len(text) < 100_000
    assert report["deviations"][0]["reason"].startswith("</code><script>")
    assert read_report(tmp_path, "report.json").isascii()


def test_a_secret_in_the_file_is_redacted(run, emulating, known, tmp_path):
    """The fixture `command` checks the output."""
    with emulating(FAULT) as profile:
        run(
            profile,
            "--deviations",
            known(**{BROKEN: LATER}, reason=f"the key is {DEFAULT_CREDENTIALS.access_key_secret}"),
        )
    for name in ("report.json", "summary.md", "junit.xml"):
        assert DEFAULT_CREDENTIALS.access_key_secret not in read_report(tmp_path, name)
        assert "the key is REDACTED" in read_report(tmp_path, name)


def test_the_profile_and_the_environment_may_name_the_file(run, emulating, known):
    past, later = known("past.toml", **{BROKEN: PAST}), known("later.toml", **{BROKEN: LATER})
    with emulating(FAULT) as profile:
        profile.write_text(
            f'{profile.read_text(encoding="utf-8")}\n[run]\ndeviations = "past.toml"\n', encoding="utf-8"
        )
        states = [
            (result.code, report["deviations"][0]["state"], report["suite"]["origins"]["deviations"])
            for result, report in (
                run(profile),
                run(profile, IMAGESEARCH_CONFORMANCE_DEVIATIONS=str(later)),
                run(profile, "--deviations", later, IMAGESEARCH_CONFORMANCE_DEVIATIONS=str(past)),
            )
        ]
    assert states == [(1, "expired", "profile"), (0, "applied", "environment"), (0, "applied", "command line")]


def test_a_plan_shows_known_deviations(command, emulating, known):
    with emulating() as profile:
        options = ("--profile", profile, "--select", BROKEN, "--offline", "--deviations", known(**{BROKEN: LATER}))
        text, document = command("plan", *options), command("plan", *options, "--format", "json")
    assert (text.code, document.code) == (0, 0)
    assert f"known deviation from {BROKEN}: accepted until {LATER}" in text.out
    (deviation,) = json.loads(document.out)["deviations"]
    assert deviation == {"requirement": BROKEN, "expires": LATER}


def test_replay_applies_the_same_deviations(run, command, emulating, known, tmp_path):
    with emulating(FAULT) as profile:
        run(profile, "--deviations", known(**{BROKEN: LATER}))
        replay = ("replay", tmp_path / "out" / "report.json", f"{BROKEN}/above", "--profile", profile)
        result = command(*replay)
        assert (result.code, result.out.splitlines()[-1]) == (0, f"{BROKEN}/above: warned")
        assert "this is a known deviation, which is accepted" in result.out
        for other in ({}, {BROKEN: PAST}):
            result = command(*replay, "--deviations", known("other.toml", **other))
            assert (result.code, result.out.splitlines()[-1]) == (1, f"{BROKEN}/above: failed")
        run(profile, "--deviations", known(**{BROKEN: PAST}))
        assert command(*replay).code == 1
