"""`client`: a correct client passes, a broken one does not, and whatever an adapter does, the run ends with reports."""

import json
import signal
import sys
from pathlib import Path

import pytest

import imagesearch_conformance
from imagesearch_conformance.reports.load import check_report

PLAIN = Path(imagesearch_conformance.__file__).parent / "adapters" / "plain.py"

#: A miniature adapter: the plain one, in which a line or two are changed.
MINIATURE = f"""
import json, os, sys, time
sys.path.insert(0, {str(PLAIN.parent)!r})
import plain

def everything(line):
    return json.dumps({{"jsonrpc": "2.0", "id": line["id"], **plain.handle_message(client, line)}})

def special(line):
    return line["method"] == "searchImageByName" and "Filter" in line["params"]

client = plain.Client(
    os.environ["IMAGESEARCH_ENDPOINT"],
    os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
)
"""

#: A few scenarios of every kind; one alone has a filter.
FEW = (
    "request.minimal/first",
    "num.maximum",
    "filter.optional/given",
    "decoding.empty",
    "error.InvalidInstance.status",
)


@pytest.fixture
def miniature(tmp_path):
    """Writes an adapter with a loop of its own, and gives its command."""

    def written(loop):
        path = tmp_path / "adapter.py"
        path.write_text(f"{MINIATURE}\n{loop}", encoding="utf-8")
        return sys.executable, path

    return written


@pytest.fixture
def bare(tmp_path):
    """Writes an adapter in which no client is."""

    def written(loop):
        path = tmp_path / "adapter.py"
        path.write_text(f"import os, sys, time\n{loop}", encoding="utf-8")
        return sys.executable, "-S", "-E", path

    return written


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def gate(command, contract, out):
    """Gates an adapter with some scenarios: what was said, and the report."""

    def made(adapter, *words, select=FEW):
        chosen = [word for one in select for word in ("--select", one)]
        said = command("client", "--reports", out, *chosen, *words, "--", *adapter)
        return said, read(contract, out)

    return made


def read(contract, out):
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert report["subject"] == "client"
    return report


def findings(report):
    """Every finding of a case, by requirement, with the case that it belongs to."""
    return [(finding["requirement"], case["id"]) for case in report["cases"] for finding in case["findings"]]


def departed(report):
    return {one["id"] for one in report["requirements"] if one["outcome"] in {"failed", "warned"}}


LOOP = """
for text in sys.stdin:
    line = json.loads(text)
    {special}
    print(everything(line), flush=True)
"""


# verdicts and exit codes


def test_the_plain_client_is_conformant(gate):
    said, report = gate((sys.executable, PLAIN), "--deselect", "network.stalled", select=())
    assert said.code == 0
    assert said.out.splitlines()[-1] == "verdict: conformant (selected cases only)"
    assert (report["verdict"], report["complete"], departed(report)) == ("conformant", True, set())
    assert {one["outcome"] for one in report["requirements"] if one["id"] != "network.stalled"} == {"passed"}
    assert report["client"]["name"] == "plain"
    assert findings(report) == []


@pytest.mark.long
def test_the_plain_client_is_conformant_without_any_choice(gate):
    said, report = gate((sys.executable, PLAIN), select=())
    assert (said.code, said.out.splitlines()[-1]) == (0, "verdict: conformant")
    assert {one["outcome"] for one in report["requirements"]} == {"passed"}


def test_a_client_that_never_gives_up_is_waited_for_once_a_scenario(gate, miniature):
    adapter = miniature("plain.CONNECT_TIMEOUT = plain.TOTAL_TIMEOUT = 60.0\n" + LOOP.format(special=""))
    said, report = gate(adapter, "--timeout", "2", select=("network.stalled",))
    assert said.code == 0  # a departure from a SHOULD
    assert departed(report) == {"network.stalled"}
    assert [one["answer"]["adapterFailure"] for one in report["cases"]] == ["hang", "hang"]


def test_a_broken_client_fails(gate, miniature):
    adapter = miniature(LOOP.format(special='line["params"].pop("Num", None)'))
    said, report = gate(adapter)
    assert said.code == 1
    assert departed(report) == {"num.optional"}
    assert said.out.splitlines()[-1] == "verdict: nonconformant (selected cases only)"


def test_a_departure_that_is_known_fails_nothing(gate, miniature, tmp_path):
    known = tmp_path / "known.toml"
    known.write_text(
        '[[deviation]]\nrequirement = "num.optional"\nreason = "the next release sends it"\n'
        'link = "https://example.com/issues/1"\nexpires = 2999-12-31\n',
        encoding="utf-8",
    )
    adapter = miniature(LOOP.format(special='line["params"].pop("Num", None)'))
    said, report = gate(adapter, "--deviations", known)
    assert (said.code, report["verdict"]) == (0, "conformant")
    assert departed(report) == {"num.optional"}
    assert report["deviations"][0]["requirement"] == "num.optional"


def test_a_run_that_cannot_tell(gate, bare):
    said, report = gate(bare("time.sleep(60)"), "--timeout", "0.5", "--deselect", "process.*")
    assert (said.code, report["verdict"]) == (3, "inconclusive")
    assert "plain" in report["stopReason"]


def test_a_selection(gate):
    said, report = gate((sys.executable, PLAIN), select=("num.maximum", "decoding.empty/listed"))
    assert said.code == 0
    assert [one["id"] for one in report["cases"] if not one["id"].startswith("num.maximum/")] == [
        "decoding.empty/listed"
    ]


def test_standard_output_is_the_report(gate, out):
    said, report = gate((sys.executable, PLAIN), "--format", "json", select=("request.minimal/first",))
    assert said.code == 0
    assert json.loads(said.out) == report
    assert (out / "junit.xml").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "COMMAND"),
        (("--", "no-such-program-anywhere"), "does not exist"),
        (("--select", "nothing.of.this", "--", sys.executable), "'nothing.of.this' matches no case"),
        (("--select", "zzzzz", "--", sys.executable), "for clients `requirements --subject client`"),
        (("--select", "adapter.flood", "--", sys.executable), "adapter.flood"),
        (("--document", "1999-01", "--", sys.executable), "--document"),
        (("--timeout", "0", "--", sys.executable), "--timeout"),
        (("--qps", "3", "--", sys.executable), "--qps"),
    ],
)
def test_what_cannot_be_run_is_said(command, out, words, expected):
    said = command("client", "--reports", out, *words)
    assert said.code == 2
    assert expected in said.err
    assert not (out / "report.json").exists()


def test_nothing_is_started_for_what_cannot_be_run(command, out, bare, tmp_path):
    adapter = bare("open('started', 'w')")
    said = command("client", "--reports", out, "--select", "nothing.of.this", "--", *adapter)
    assert said.code == 2
    assert not (tmp_path / "started").exists()


# adapters that break down


def broken(special):
    return LOOP.format(special=f"if special(line): {special}")


ONCE = {
    "crashes": (broken("sys.exit(3)"), "process.survives"),
    "hangs": (broken("time.sleep(60)"), "process.survives"),
    "floods": (broken("sys.stdout.write('x' * 9_000_000)"), "adapter.flood"),
    "floods with messages": (broken("print('{}\\n' * 3_000_000)"), "adapter.answers"),
    "answers with another id": (broken("line['id'] = 999999"), "adapter.answers"),
    "answers with a complaint": (broken("print('ERROR: no filters', flush=True); continue"), "process.survives"),
    "answers with neither": (
        broken("print(json.dumps({'jsonrpc': '2.0', 'id': line['id']})); continue"),
        "adapter.answers",
    ),
    "does not end its line": (
        broken("sys.stdout.write(everything(line)); sys.stdout.flush(); continue"),
        "process.survives",
    ),
}


#: Those that take long, and are like others.
RARE = {
    "floods with messages", "answers with neither", "does not end its line", "hangs after it read", "ends well",
    "complains and ends", "crashes with every call", "closes its output", "answers the same always",
}  # fmt: skip


def habits(known):
    """The names of adapters; those that are rare are for the long run."""
    return [pytest.param(one, marks=[pytest.mark.long] if one in RARE else []) for one in known]


@pytest.mark.parametrize("habit", habits(ONCE))
def test_an_adapter_that_breaks_down_once(gate, miniature, habit):
    loop, requirement = ONCE[habit]
    said, report = gate(miniature(loop), "--timeout", "2")
    assert said.code == 1
    assert departed(report) == {requirement}
    assert findings(report) == [(requirement, "filter.optional/given")]
    assert (report["complete"], report["stopReason"]) == (True, None)


SURVIVES = "process.survives"

ALWAYS = {
    "hangs": ("time.sleep(60)", SURVIVES),
    "hangs after it read": ("for text in sys.stdin: time.sleep(60)", SURVIVES),
    "crashes at the start": ("sys.exit('no licence found')", SURVIVES),
    "crashes with every call": ("sys.stdin.readline(); raise SystemExit(4)", SURVIVES),
    "complains and ends": ("print('no licence found'); sys.exit(1)", SURVIVES),
    "ends well": ("pass", SURVIVES),
    "closes its output": ("os.close(1); time.sleep(60)", SURVIVES),
    "floods": ("while True: sys.stdout.write('x' * 65536)", "adapter.flood"),
    "floods with lines": ("while True: print('working' * 1000)", "adapter.flood"),
    "answers the same always": (
        'for text in sys.stdin: print(\'{"jsonrpc": "2.0", "id": 7, "result": {}}\', flush=True)',
        "adapter.answers",
    ),
    "echoes": ("for text in sys.stdin: print(text, end='', flush=True)", "adapter.answers"),
}


@pytest.mark.parametrize("habit", habits(ALWAYS))
def test_an_adapter_that_breaks_down_always(gate, bare, out, habit):
    loop, requirement = ALWAYS[habit]
    said, report = gate(bare(loop), "--timeout", "0.5" if "sleep" in loop else "5")
    assert said.code == 1
    assert departed(report) == {requirement}
    assert len(findings(report)) == 1
    assert not report["complete"]
    assert "plain" in report["stopReason"]
    assert {one["outcome"] for one in report["cases"][1:]} == {"skipped"}
    assert (out / "junit.xml").exists()


def test_an_adapter_that_prints_other_things_besides(gate, miniature):
    said, report = gate(miniature(LOOP.format(special="print('connecting ...'); print('3'); print()")))
    assert said.code == 1
    assert departed(report) == {"adapter.output"}
    assert report["complete"]


# an early end


def test_an_interrupted_run_reports_what_it_judged(process, finished, contract, out):
    started = process("client", "--reports", out, "--verbose", "--", sys.executable, PLAIN)
    for line in started.stdout:
        if "passed" in line:
            break
    started.send_signal(signal.SIGINT)
    said = finished(started)
    assert said.code == 130
    report = read(contract, out)
    assert (report["complete"], report["stopReason"]) == (False, "the run was interrupted")
    assert report["counts"]["passed"] >= 1
    assert report["counts"]["skipped"] >= 1


# secrets

TELLING = """
secret = os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
open({path!r}, "w").write(secret)
sys.stderr.write(f"debug: {{secret}}\\n")
print(f"signing with {{secret}}")
before = plain.ApiError.__init__
def told(self, status, body):
    before(self, status, body)
    self.message = f"{{self.message}} {{secret}}"
    self.request_id = secret
plain.ApiError.__init__ = told
sending = client._signed_headers
client._signed_headers = lambda *given: {{**sending(*given), "X-Debug": f"secret={{secret}}"}}
for text in sys.stdin:
    line = json.loads(text)
    if "Num" in line.get("params", ()):
        line["params"] |= {{"AccessKeySecret": secret}}
    if special(line):
        sys.exit(f"cannot sign with {{secret}}")
    answer = json.loads(everything(line))
    if line["method"] == "initialize":
        answer["result"] |= {{"name": secret, "version": secret, "language": secret}}
    elif "result" in answer:
        answer["result"]["body"] |= {{"Msg": secret, secret: [secret]}}
    print(json.dumps(answer), flush=True)
"""


def test_a_secret_that_a_client_tells_is_in_no_report(gate, miniature, out, tmp_path):
    path = tmp_path / "secret.txt"
    said, report = gate(miniature(TELLING.format(path=str(path))), "--verbose")
    secret = path.read_text(encoding="utf-8")
    assert len(secret) > 16
    assert "secret.kept" in departed(report)
    files = [one for one in out.rglob("*") if one.is_file()]
    assert len(files) > 5
    assert [one.name for one in files if secret.encode() in one.read_bytes()] == []
    assert secret not in said.out + said.err
