"""`verify` and `sign`: certificates of real runs, and what becomes of them when somebody changes a byte or more."""

import json
import shutil
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from imagesearch_conformance.contract import shipped_spec
from imagesearch_conformance.reports.canonical import as_json, digest_of_bytes
from imagesearch_conformance.reports.reading import certificate_of
from imagesearch_conformance.reports.writing import FORMATS

FAULT = "num-above-maximum-accepted"
CASE = "num.maximum/above"
REPLAY = "authentication.replay/twice"
SELECTED = ("num.maximum", "paging.prefix/odd", "authentication.replay")

#: Directories of runs, by what is wrong with the emulator; made once a process.
_MADE = {}


@pytest.fixture
def ran(command, emulating, tmp_path, tmp_path_factory):
    """A copy of the reports of a run against an emulator with faults, in a directory of one's own."""

    def run(*faults):
        if faults not in _MADE:
            words = [word for one in SELECTED for word in ("--select", one)]
            with emulating(*faults) as profile:
                made = tmp_path_factory.mktemp("made") / "out"
                said = command("run", "--profile", profile, "--reports", made, "--quiet", *words)
                assert said.code == (1 if faults else 0)
            _MADE[faults] = made
        return shutil.copytree(_MADE[faults], tmp_path / "out")

    return run


@pytest.fixture
def clean(ran):
    return ran()


@pytest.fixture
def faulty(ran):
    return ran(FAULT)


@pytest.fixture
def keys(tmp_path):
    """A private and a public key in files, made anew."""

    def made(name, key=None, encryption=None):
        key = key or ed25519.Ed25519PrivateKey.generate()
        private, public = tmp_path / f"{name}.pem", tmp_path / f"{name}.pub"
        encoding, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        private.write_bytes(key.private_bytes(encoding, pkcs8, encryption or serialization.NoEncryption()))
        public.write_bytes(key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo))
        return private, public

    return made


def report(directory):
    return json.loads((directory / "report.json").read_text("utf-8"))


def case_of(document, name=CASE):
    return next(one for one in document["cases"] if one["id"] == name)


def certified_anew(directory, change):
    """Changes the report and writes every file anew, so that nothing but the evidence contradicts it."""
    document = report(directory)
    change(document)
    for name, make in FORMATS.items():
        (directory / name).write_text(make(document), encoding="utf-8")


def differing(said):
    return [line.removeprefix("differs: ") for line in said.out.splitlines() if line.startswith("differs: ")]


def test_a_clean_run_verifies(command, clean):
    said = command("verify", clean)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "note: the certificate is not signed",
        f"verified: {clean} says conformant",
    ]


def test_a_faulty_run_verifies_as_what_it_is(command, faulty):
    said = command("verify", faulty)
    assert said.code == 0
    assert said.out.splitlines()[-1] == f"verified: {faulty} says nonconformant"


def test_the_certificate_fits_its_published_schema_and_says_what_the_report_says(clean, contract):
    said = certificate_of((clean / "certificate.json").read_bytes(), contract, "")
    document = report(clean)
    assert (said["verdict"], said["select"], said["complete"]) == ("conformant", list(SELECTED), True)
    assert said["contract"] == {"document": "2023-09", "digest": contract.digest}
    assert said["target"]["endpoint"] == document["target"]["endpoint"]
    assert said["cases"]["count"] == len(document["cases"])


@pytest.mark.parametrize(
    "words",
    [
        ("--select", "generated", "--examples", "6"),
        ("--select", "num.*", "--budget", "12"),
        ("--document", "2026-06", "--select", "*threshold*"),
    ],
)
def test_a_run_of_the_embedded_emulator_verifies(command, tmp_path, words):
    assert command("run", "--reports", tmp_path / "out", "--quiet", *words).code in {0, 3}
    said = command("verify", tmp_path / "out")
    assert (said.code, differing(said)) == (0, [])


def test_a_run_that_reached_nobody_verifies(command, tmp_path, dead_port):
    assert command("run", dead_port, "--reports", tmp_path / "out", "--quiet").code == 3
    said = command("verify", tmp_path / "out")
    assert said.code == 0
    assert said.out.splitlines()[-1].endswith("says inconclusive")


def test_signature_v2_verifies_without_any_key(command, emulating, tmp_path):
    with emulating("tampered-body-accepted", "expired-accepted") as profile:
        profile.write_text(profile.read_text("utf-8").replace('signature = "v3"', 'signature = "v2"'), encoding="utf-8")
        out = tmp_path / "out"
        assert command("run", "--profile", profile, "--reports", out, "--quiet", "--select", "security").code == 1
    assert report(out)["target"]["signature"] == "v2"
    assert command("verify", out).code == 0


@pytest.mark.parametrize(("name", "place"), [*((name, 0.3) for name in FORMATS), ("report.json", -1)])
def test_a_changed_byte_is_found_in_every_file(command, clean, name, place):
    path = clean / name
    raw = bytearray(path.read_bytes())
    raw[place if isinstance(place, int) else int(len(raw) * place)] ^= 1
    path.write_bytes(bytes(raw))
    said = command("verify", clean)
    assert said.code == 1 or (said.code, name) == (2, "certificate.json")
    assert name in said.out + said.err


def _text(document):
    response = case_of(document)["exchanges"][0]["response"]
    response["body"] = response["body"].replace('"Code":"', '"Code":"X', 1)
    assert "X" in response["body"]


def _outcome(document):
    case_of(document).update(outcome="errored", reason="who knows")
    document["counts"]["errored"] += 1
    document["counts"]["passed"] -= 1


def _requirement(**changes):
    def of_requirement(document):
        next(one for one in document["requirements"] if one["id"] == "num.maximum").update(changes)

    return of_requirement


def _of_case(**changes):
    return lambda document: case_of(document).update(changes)


def _definition(document):
    case_of(document)["definition"]["expectation"]["acceptances"][0]["code"] = "Whatever"


def _inapplicable(document):
    """A failure that nobody asked about."""
    case_of(document).update(outcome="notApplicable", reason="never mind", findings=[], exchanges=[])
    case_of(document)["definition"]["inapplicable"] = "never mind"


def _gone(document):
    document["cases"].remove(case_of(document))


def _defects(document):
    case_of(document, REPLAY)["exchanges"][0]["signatureDefects"] = ["expired"]


def _another_request(document):
    case_of(document)["exchanges"] = case_of(document, "num.maximum/at")["exchanges"]


def _fewer(document):
    case_of(document, REPLAY)["exchanges"].pop()


#: What is changed, and a part of what has to be said about it.
CHANGES = {
    "body": (_text, f"case {CASE}: outcome: it says passed, and has to say failed"),
    "outcome": (_outcome, f"case {CASE}: outcome: it says errored, and has to say passed"),
    "verdict": (lambda document: document.update(verdict="inconclusive"), "verdict: it says inconclusive"),
    "complete": (lambda document: document.update(complete=False), "complete: it says False"),
    "counts": (lambda document: document["counts"].update(passed=7000), "counts: it says {'passed': 7000"),
    "requirement": (_requirement(outcome="warned"), "requirement num.maximum: outcome: it says warned"),
    "unselected": (
        _requirement(outcome="skipped", reason="not selected"),
        "requirement num.maximum: reason: it says not selected",
    ),
    "statement": (_requirement(statement="Else."), "requirement num.maximum: statement: it says Else."),
    "cases": (_requirement(cases=[]), "requirements, the cases of num.maximum: it says others"),
    "definition": (_definition, f"case {CASE}: accepted"),
    "widened": (_definition, f"case {CASE}: definition: it says something else"),
    "inapplicable": (_inapplicable, f"case {CASE}: definition: it says something else"),
    "left out": (_gone, f"cases: it says nothing of {CASE}"),
    "title": (_of_case(title="harmless"), f"case {CASE}: title: it says harmless"),
    "defects": (_defects, f"case {REPLAY}: outcome: it says passed, and has to say errored"),
    "another request": (_another_request, f"case {CASE}: it says the request 0 is not what the case asks"),
    "fewer exchanges": (_fewer, f"case {REPLAY}: it says 1 exchanges are not 1 rounds of what the case asks"),
    "no exchange": (_of_case(exchanges=[]), f"case {CASE}: outcome: it says passed, and has to say errored"),
    "rounds": (_of_case(rounds=10**15), f"case {CASE}: it says 1 exchanges are not 1000000000000000 rounds"),
}


@pytest.mark.parametrize(("change", "found"), CHANGES.values(), ids=CHANGES)
def test_what_the_evidence_does_not_say_is_found_by_judging(command, clean, change, found):
    certified_anew(clean, change)
    said = command("verify", clean)
    assert (said.code, said.err) == (1, "")
    assert any(found in line for line in differing(said)), said.out
    assert all(line.startswith("report.json: ") for line in differing(said))


def _hidden(document):
    """A failure made a case that was never reached, in every place that says so."""
    case = case_of(document)
    case.update(outcome="skipped", reason="not selected", findings=[], exchanges=[])
    document["counts"]["failed"] -= 1
    document["counts"]["skipped"] += 1
    _requirement(outcome="passed")(document)
    document["verdict"] = "conformant"


def _another(document):
    case_of(document)["findings"][0]["requirement"] = "num.minimum"


def _mistaken(document):
    case_of(document)["findings"][0]["where"] = "/Elsewhere"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_hidden, f"case {CASE}: outcome: it says skipped, and has to say errored"),
        (_another, "finding num.maximum (must, documented) at 'status' of exchange 0: it says nothing of it"),
        (_mistaken, "finding num.maximum (must, documented) at '/Elsewhere' of exchange 0: it says that it was found"),
    ],
)
def test_a_failure_cannot_be_hidden(command, faulty, change, found):
    certified_anew(faulty, change)
    said = command("verify", faulty)
    assert said.code == 1
    assert any(found in line for line in differing(said)), said.out


def test_a_case_left_out_is_missed(command, clean):
    certificate = (clean / "certificate.json").read_bytes()
    certified_anew(clean, lambda document: document["cases"].pop())
    (clean / "certificate.json").write_bytes(certificate)
    said = command("verify", clean)
    assert said.code == 1
    assert {"certificate.json: cases.count", "certificate.json: cases.digest", "certificate.json: evidence.digest"} <= {
        line.partition(": it says")[0] for line in differing(said)
    }


def test_a_file_that_is_not_there_is_told(command, clean):
    (clean / "junit.xml").unlink()
    said = command("verify", clean)
    assert said.code == 0
    assert "note: junit.xml is not there" in said.out


def test_another_version_of_the_suite_cannot_be_verified(command, clean):
    certified_anew(clean, lambda document: document["suite"].update(version="0.0.1"))
    (clean / "summary.md").write_text("in other words")
    said = command("verify", clean)
    assert said.code == 3
    assert "version 0.0.1 made them of report.json" in said.out
    assert "another version made them, and may make others" in said.out


def test_what_another_version_claims_hides_nothing(command, faulty):
    def thinned(document):
        document["suite"]["version"] = "0.0.1"
        document["cases"] = [one for one in document["cases"] if one["id"] != CASE]

    certified_anew(faulty, thinned)
    assert command("verify", faulty).code != 0


def test_a_run_of_another_time_is_found(command, clean):
    certified_anew(clean, lambda document: document.update(startedAt="2020-01-01T00:00:00Z"))
    said = command("verify", clean)
    assert said.code == 1
    assert any(line.startswith("report.json, startedAt") or "startedAt" in line for line in differing(said))


def test_another_contract_is_needed_and_can_be_given(command, copied, tmp_path):
    copied.edit("schemas/request.json", '"maximum": 100', '"maximum": 90')
    out, words = tmp_path / "out", ("--select", "num.maximum", "--spec", copied.root)
    command("run", "--reports", out, "--quiet", *words)
    said = command("verify", out)
    assert said.code == 3
    assert "give the directory with --spec" in said.out
    assert command("verify", out, "--spec", copied.root).code == 0
    assert command("verify", out, "--spec", shipped_spec()).code == 3


def test_a_revision_that_is_not_at_hand(command, clean):
    certified_anew(clean, lambda document: document["suite"].update(document="1999-01"))
    said = command("verify", clean)
    assert said.code == 3
    assert "the contract has no revision '1999-01'" in said.out


def test_without_its_survey_nobody_can_tell_whether_a_case_is_missing(command, clean):
    certified_anew(clean, lambda document: document.update(survey=None))
    said = command("verify", clean)
    assert said.code == 3
    assert "nobody can tell whether one is missing" in said.out


def test_a_reply_that_is_not_stored_whole_cannot_be_judged_again(command, clean):
    def cut(document):
        case_of(document)["exchanges"][0]["response"]["truncated"] = True

    certified_anew(clean, cut)
    said = command("verify", clean)
    assert said.code == 3
    assert f"not judged again: case {CASE}: a reply is longer than what is stored of one" in said.out


def test_a_secret_that_was_echoed_makes_a_difference_uncertain(command, clean):
    def redacted(document):
        response = case_of(document)["exchanges"][0]["response"]
        response["body"] = response["body"].replace('"Code":"', '"Code":"REDACTED', 1)

    certified_anew(clean, redacted)
    said = command("verify", clean)
    assert (said.code, differing(said)) == (3, [])
    assert "secrets were taken out of its exchanges" in said.out


def test_a_signed_certificate(command, clean, keys):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).out == f"signed: {clean / 'certificate.sig'}\n"
    said = command("verify", clean, "--public-key", public)
    assert said.code == 0
    assert f"note: signed by the owner of {public}" in said.out
    said = command("verify", clean)
    assert said.code == 0
    assert "note: the signature was not looked at: give --public-key FILE" in said.out


def test_the_signature_is_plain_ed25519_over_the_certificate(command, clean, keys):
    import base64

    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    signature = base64.b64decode((clean / "certificate.sig").read_bytes())
    loaded = serialization.load_pem_public_key(public.read_bytes())
    loaded.verify(signature, (clean / "certificate.json").read_bytes())


def test_another_key_did_not_sign_it(command, clean, keys):
    assert command("sign", clean, "--key", keys("own")[0]).code == 0
    said = command("verify", clean, "--public-key", keys("other")[1])
    assert said.code == 1
    assert "differs: certificate.sig: it says something else" in said.out


def test_a_signature_that_is_demanded_has_to_be_there(command, clean, keys):
    said = command("verify", clean, "--public-key", keys("own")[1])
    assert said.code == 1
    assert "certificate.sig" in said.out


@pytest.mark.parametrize("place", [40, 85, 88])
def test_a_changed_byte_of_the_signature_is_found(command, clean, keys, place):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    raw = bytearray((clean / "certificate.sig").read_bytes())
    raw[place] ^= 1
    (clean / "certificate.sig").write_bytes(bytes(raw))
    assert command("verify", clean, "--public-key", public).code == 1


def test_what_was_changed_after_it_was_signed_is_found_although_all_digests_fit(command, faulty, keys):
    private, public = keys("own")
    assert command("sign", faulty, "--key", private).code == 0
    certified_anew(faulty, lambda document: document.update(durationSeconds=0.5))
    assert command("verify", faulty).code == 0
    assert command("verify", faulty, "--public-key", public).code == 1


def test_a_certificate_that_does_not_fit_its_report_is_not_signed(command, clean, keys):
    text = (clean / "report.json").read_text("utf-8")
    (clean / "report.json").write_text(text.replace('"verdict": "conformant"', '"verdict": "inconclusive"', 1))
    said = command("sign", clean, "--key", keys("own")[0])
    assert said.code == 1
    assert said.out.splitlines()[-1] == "not signed"
    assert not (clean / "certificate.sig").exists()


def test_keys_of_no_use_are_refused_and_never_shown(command, clean, keys, tmp_path):
    private, public = keys("own")
    encrypted, _ = keys("locked", encryption=serialization.BestAvailableEncryption(b"open"))
    other, other_public = keys("other", rsa.generate_private_key(65537, 2048))
    broken = tmp_path / "broken.pem"
    broken.write_bytes(private.read_bytes()[:60])
    for wrong, words in (
        (encrypted, "encrypted, which is not supported"),
        (other, "no key of Ed25519"),
        (broken, "no private key in PEM"),
        (public, "no private key in PEM"),
        (tmp_path / "none.pem", "cannot be read"),
    ):
        said = command("sign", clean, "--key", wrong)
        assert (said.code, said.out) == (2, "")
        assert words in said.err
    assert command("sign", clean, "--key", private).code == 0
    for wrong, words in ((private, "this is a private key"), (other_public, "no key of Ed25519"), (broken, "private")):
        said = command("verify", clean, "--public-key", wrong)
        assert said.code == 2
        assert words in said.err
        material = private.read_text().splitlines()[1]
        assert material[:20] not in said.out + said.err


def test_without_the_library_it_says_what_to_install(command, clean, keys, monkeypatch):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    for words in (("sign", clean, "--key", private), ("verify", clean, "--public-key", public)):
        said = command(*words)
        assert said.code == 2
        assert "pip install 'imagesearch-conformance[sign]'" in said.err
    assert command("verify", clean).code == 0


HOSTILE = {
    "cut": b'{"schemaVersion": 1, "verdict": ',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "nested": b'{"a":' * 900 + b"1" + b"}" * 900,
    "no text": b"\xff\xfe\x00",
    "no object": b'"report"',
}


@pytest.mark.parametrize("name", ["certificate.json", "report.json"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_report_is_refused(command, clean, name, text):
    (clean / name).write_bytes(text)
    said = command("verify", clean)
    assert said.code == (2 if name == "certificate.json" else 1)
    assert name in said.out + said.err


def _wrong():
    def replaced(path, value):
        def change(document):
            *way, last = path
            found = document
            for step in way:
                found = found[step]
            found[last] = value

        return change

    case, sent = ("cases", 0), ("cases", 0, "exchanges", 0)
    return [
        replaced((*case, "definition"), {"id": [], "probes": 3}),
        replaced((*case, "definition", "probes"), "ab"),
        replaced((*case, "definition", "requirements"), []),
        replaced((*case, "requirements"), ["no.such.requirement"]),
        replaced((*case, "definition", "id"), "another/id"),
        replaced((*case, "id"), "../../etc/passwd"),
        replaced((*sent, "sentAt"), "0001-01-01T00:00:00.000000Z"),
        replaced((*sent, "seconds"), 1e300),
        replaced((*sent, "request", "url"), "http://elsewhere.example/"),
        replaced((*sent, "request", "body"), "\ud800"),
        replaced((*sent, "response"), {"status": 200, "headers": [], "truncated": False, "bodyBase64": "***"}),
        replaced((*sent, "response"), {"status": 200, "headers": [], "truncated": False, "body": "{" * 10_000}),
        replaced(
            (*sent, "response"),
            {"status": 200, "headers": [], "truncated": False, "bodyOf": {"case": "a", "exchange": 1}},
        ),
        replaced((*sent, "again"), {"case": "a", "exchange": 1}),
        replaced(("further",), {"generated": [{"case": "x", "source": "y"}], "denied": []}),
        replaced(("target", "instances"), []),
        replaced(("survey",), {}),
        replaced(("survey", "images"), [3]),
        replaced(("target", "endpoint"), "no address"),
        replaced(("cases",), []),
        lambda document: document["cases"].append(document["cases"][0]),
        lambda document: document.pop("further"),
    ]


@pytest.mark.parametrize("change", _wrong())
def test_a_report_of_the_right_shape_that_makes_no_sense_is_refused(command, clean, change):
    document = report(clean)
    change(document)
    statement = json.loads((clean / "certificate.json").read_text())
    (clean / "report.json").write_text(as_json(document))
    statement["evidence"]["digest"] = digest_of_bytes((clean / "report.json").read_bytes())
    (clean / "certificate.json").write_text(as_json(statement))
    said = command("verify", clean)
    assert said.code in {1, 2, 3}
    assert said.out + said.err


def test_a_directory_without_a_certificate(command, tmp_path):
    said = command("verify", tmp_path)
    assert said.code == 2
    assert "certificate.json: the certificate cannot be read" in said.err
