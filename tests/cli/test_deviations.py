"""`run --deviations`: what is known fails nothing until its last day; what is over or gone has to go."""

import json
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.reports.load import check_report

FAULT, BROKEN = "num-above-maximum-accepted", "num.maximum"

REASON = "Our gateway allows 200 until the migration is over."
LINK = "https://example.com/issues/17"

#: Days that are not soon, and over for long.
LATER, OVER = "2999-12-31", "2020-02-29"

HOSTILE = (
    "</code><script>alert(1)</script> ]]> &lt; `|` [a](javascript:b) # **c** "
    r"\u001B[2J\u001B]0;title\u0007 \u0000\u009B31m \u202E\u2066drow \u2028 \r\n\n verdict: conformant\n"
)


@pytest.fixture
def known(tmp_path):
    """Writes a file of deviations: requirements with their last days."""

    def write(name="known.toml", reason=REASON, **entries):
        text = "".join(
            f'[[deviation]]\nrequirement = "{one}"\nreason = "{reason}"\nlink = "{LINK}"\nexpires = {last}\n'
            for one, last in entries.items()
        )
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def run(command, contract, tmp_path):
    """Makes a run of few cases: what it said, and its report."""

    def made(profile, *words, select=BROKEN, **variables):
        said = command(
            "run", "--profile", profile, "--select", select, "--reports", tmp_path / "out", *words, **variables
        )
        report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
        check_report(report, contract, "report.json")
        return said, report

    return made


def written(tmp_path, name):
    return (tmp_path / "out" / name).read_text(encoding="utf-8")


def requirement(report, name=BROKEN):
    return next(one for one in report["requirements"] if one["id"] == name)


def of_deviations(tmp_path):
    """The test case of each deviation, as tools read it."""
    root = ET.fromstring(written(tmp_path, "junit.xml"))  # noqa: S314 our own
    return {case.get("name"): case for case in root.findall("./testsuite[@name='deviations']/testcase")}


def test_a_known_departure_fails_nothing_and_is_marked(run, emulating, known):
    with emulating(FAULT) as profile:
        plain, before = run(profile)
        said, report = run(profile, "--deviations", known(**{BROKEN: LATER}))
    assert (plain.code, before["deviations"], requirement(before)["deviation"]) == (1, [], None)
    assert said.code == 0
    assert said.out.splitlines()[-1] == "verdict: conformant (of what was selected, with 1 known departure)"
    (deviation,) = report["deviations"]
    assert deviation == requirement(report)["deviation"]
    assert (deviation["state"], deviation["expires"]) == ("applied", LATER)
    assert (deviation["reason"], deviation["link"]) == (REASON, LINK)
    assert [one for one in report["requirements"] if one["deviation"]] == [requirement(report)]
    assert requirement(report)["outcome"] == "warned"
    assert (before["counts"]["failed"], report["counts"]["failed"]) == (report["counts"]["warned"], 0)
    assert before["requests"] == report["requests"]
    for word in (f"known departure from {BROKEN}: met, and accepted", REASON, LINK, LATER):
        assert word in said.out


def test_every_format_says_so(run, emulating, known, tmp_path):
    with emulating(FAULT) as profile:
        run(profile, "--deviations", known(**{BROKEN: LATER}))
    (section,) = [one for one in written(tmp_path, "summary.md").split("\n## ") if one.startswith("Known departures")]
    assert f"- **{BROKEN}**, met, and accepted, until {LATER}" in section
    assert f"(`{LINK}`, `{BROKEN}/" in section
    assert "Departures that do not decide" not in written(tmp_path, "summary.md")
    case = of_deviations(tmp_path)[BROKEN]
    assert (case.find("failure"), case.find("skipped")) == (None, None)
    assert f"link: {LINK}" in case.findtext("system-out")
    root = ET.fromstring(written(tmp_path, "junit.xml"))  # noqa: S314 our own
    warned = [one.findtext("system-out") for one in root.iter("testcase") if one.get("name") == f"{BROKEN}/above"]
    assert f"a known departure until {LATER}: {REASON}" in warned[0]


@pytest.mark.parametrize("accepted", ["response.msg.present", "response.auctions.productid.type"])
def test_the_failure_of_a_case_is_what_was_not_accepted(run, emulating, known, tmp_path, accepted):
    with emulating("msg-missing", "auctions-productid-as-number") as profile:
        said, report = run(profile, "--deviations", known(**{accepted: LATER}), select="num.maximum/at")
    assert said.code == 1
    (case,) = report["cases"]
    departed = {one["requirement"] for one in case["findings"]}
    assert departed == {"response.msg.present", "response.auctions.productid.type"}
    failure = ET.fromstring(written(tmp_path, "junit.xml")).find(".//failure")  # noqa: S314 our own
    assert {failure.get("type")} == departed - {accepted}
    assert failure.text.count(f"a known departure until {LATER}: {REASON}") == sum(
        one["requirement"] == accepted for one in case["findings"]
    )


@pytest.mark.parametrize("faults", [(FAULT,), ()])
def test_one_that_is_over_fails_whether_it_is_met_or_not(run, emulating, known, tmp_path, faults):
    with emulating(*faults) as profile:
        said, report = run(profile, "--deviations", known(**{BROKEN: OVER}))
    assert (said.code, report["verdict"]) == (1, "nonconformant")
    assert requirement(report)["outcome"] == ("failed" if faults else "passed")
    assert report["deviations"][0]["state"] == "expired"
    assert f"known departure from {BROKEN}: expired" in said.out
    assert f"it ended on {OVER}" in said.out
    assert of_deviations(tmp_path)[BROKEN].find("failure").get("type") == "expired"
    assert f"**{BROKEN}**, expired, until {OVER}" in written(tmp_path, "summary.md")


def test_one_that_no_longer_occurs_fails(run, emulating, known, tmp_path):
    with emulating() as profile:
        said, report = run(profile, "--deviations", known(**{BROKEN: LATER}))
    assert (said.code, report["verdict"], report["counts"]["failed"]) == (1, "nonconformant", 0)
    assert requirement(report)["outcome"] == "passed"
    assert report["deviations"][0]["state"] == "gone"
    assert "remove it from the file" in said.out
    assert of_deviations(tmp_path)[BROKEN].find("failure").get("type") == "gone"


@pytest.mark.parametrize(
    ("words", "select", "state", "code"),
    [
        ((), "num.maximum/at", "untold", 0),
        (("--budget", "10"), "parameters", "untold", 3),
        ((), "start.*", "notSelected", 0),
        (("--deselect", "num.maximum"), "num.*", "notSelected", 0),
    ],
)
def test_one_that_was_not_looked_for_fails_nothing(run, emulating, known, tmp_path, words, select, state, code):  # noqa: PLR0913, PLR0917 one column each
    with emulating() as profile:
        said, report = run(profile, "--deviations", known(**{BROKEN: LATER}), *words, select=select)
    assert (said.code, report["deviations"][0]["state"]) == (code, state)
    skipped = of_deviations(tmp_path)[BROKEN].find("skipped")
    assert skipped.get("message") == report["deviations"][0]["explanation"]


def test_where_nobody_answers_nothing_is_told(command, dead_port, known, tmp_path):
    path = known(**{BROKEN: OVER, "start.maximum": LATER})
    said = command("run", dead_port, "--deviations", path, "--reports", tmp_path)
    assert said.code == 3
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["deviations"]
    assert [one["state"] for one in found] == ["expired", "untold"]
    assert "the target could not be reached" in found[1]["explanation"]


WRONG = {
    "unknown id": ('requirement = "num.maximum"', 'requirement = "num.maximun"', "did you mean 'num.maximum'?"),
    "bad date": (LATER, "2999-02-30", "the deviations file is not TOML"),
    "text for a date": (LATER, f'"{LATER}"', "write one without quotes: 2027-01-31"),
    "bad link": ("https:", "file:", "is no link (like https://example.com/issues/17)"),
    "missing key": ("link =", "# link =", "deviation.0: the key 'link' is missing"),
    "unknown key": ("link =", "lnk =", "deviation.0: the key 'lnk' is not known (did you mean 'link'?)"),
    "not TOML": ("[[deviation]]", "[[deviation", "the deviations file is not TOML"),
    "binary": ("reason", "\udcff", "the deviations file cannot be read"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("verb", ["run", "plan"])
def test_a_wrong_file_is_wrong_usage_before_anything_is_sent(command, web_page, known, name, verb):
    endpoint, received = web_page
    path = known(**{BROKEN: LATER})
    old, new, message = WRONG[name]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8", "surrogateescape"))
    said = command(verb, endpoint, "--deviations", path)
    assert (said.code, said.out, received) == (2, "", [])
    assert said.err.startswith(f"Error: {path}")
    assert message in said.err
    assert len(said.err.splitlines()) == 1


def test_two_about_the_same_are_wrong_usage(command, known):
    path = known(**{BROKEN: LATER})
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    said = command("run", "--deviations", path)
    assert (said.code, said.out) == (2, "")
    assert "deviation.1.requirement: deviation.0 is about 'num.maximum' already (keep one of them)" in said.err


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(command, tmp_path, name):
    said = command("run", "--deviations", tmp_path / name)
    assert (said.code, said.out) == (2, "")
    assert "the deviations file cannot be read" in said.err


def test_hostile_words_stay_text(run, emulating, known, tmp_path):
    with emulating(FAULT) as profile:
        path = known(**{BROKEN: LATER, "num.minimum": LATER}, reason=HOSTILE + "x" * 100_000)
        said, report = run(profile, "--deviations", path, select="num.*")
    assert said.code == 1
    for line in said.out.split("\n"):
        assert line.isprintable(), line
    assert [line for line in said.out.splitlines() if line.startswith("verdict")] == [said.out.splitlines()[-1]]
    for name in ("summary.md", "junit.xml"):
        text = written(tmp_path, name)
        assert not set(text) & set("\x00\x07\x1b\x9b\u202e\u2066\u2028")
        assert "<script>" not in text.replace("\\<", "")
        assert len(text) < 100_000
    assert report["deviations"][0]["reason"].startswith("</code><script>")
    assert written(tmp_path, "report.json").isascii()


def test_a_secret_in_the_file_is_not_repeated(run, emulating, known, tmp_path):
    """Whatever is printed is looked at by the fixture that runs commands."""
    with emulating(FAULT) as profile:
        run(
            profile,
            "--deviations",
            known(**{BROKEN: LATER}, reason=f"the key is {DEFAULT_CREDENTIALS.access_key_secret}"),
        )
    for name in ("report.json", "summary.md", "junit.xml"):
        assert DEFAULT_CREDENTIALS.access_key_secret not in written(tmp_path, name)
        assert "the key is REDACTED" in written(tmp_path, name)


def test_the_file_may_stand_in_the_profile_and_in_the_environment(run, emulating, known):
    over, later = known("over.toml", **{BROKEN: OVER}), known("later.toml", **{BROKEN: LATER})
    with emulating(FAULT) as profile:
        profile.write_text(
            f'{profile.read_text(encoding="utf-8")}\n[run]\ndeviations = "over.toml"\n', encoding="utf-8"
        )
        states = [
            (said.code, report["deviations"][0]["state"], report["suite"]["origins"]["deviations"])
            for said, report in (
                run(profile),
                run(profile, IMAGESEARCH_CONFORMANCE_DEVIATIONS=str(later)),
                run(profile, "--deviations", later, IMAGESEARCH_CONFORMANCE_DEVIATIONS=str(over)),
            )
        ]
    assert states == [(1, "expired", "profile"), (0, "applied", "environment"), (0, "applied", "command line")]


def test_a_plan_names_what_is_known(command, emulating, known):
    with emulating() as profile:
        given = ("--profile", profile, "--select", BROKEN, "--offline", "--deviations", known(**{BROKEN: LATER}))
        said, told = command("plan", *given), command("plan", *given, "--format", "json")
    assert (said.code, told.code) == (0, 0)
    assert f"a departure from {BROKEN} is known, and accepted until {LATER}" in said.out
    (deviation,) = json.loads(told.out)["deviations"]
    assert deviation == {"requirement": BROKEN, "expires": LATER}


def test_a_case_is_made_again_by_the_same_policy(run, command, emulating, known, tmp_path):
    with emulating(FAULT) as profile:
        run(profile, "--deviations", known(**{BROKEN: LATER}))
        again = ("replay", tmp_path / "out" / "report.json", f"{BROKEN}/above", "--profile", profile)
        said = command(*again)
        assert (said.code, said.out.splitlines()[-1]) == (0, f"{BROKEN}/above: warned")
        assert "a known departure, which is accepted" in said.out
        for other in ({}, {BROKEN: OVER}):
            said = command(*again, "--deviations", known("other.toml", **other))
            assert (said.code, said.out.splitlines()[-1]) == (1, f"{BROKEN}/above: failed")
        run(profile, "--deviations", known(**{BROKEN: OVER}))
        assert command(*again).code == 1
