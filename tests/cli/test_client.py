"""`client`: verdicts for conforming and broken clients, and reports for any behaviour of an adapter."""

import json
import signal
import sys
from pathlib import Path

import pytest

import imagesearch_conformance
from imagesearch_conformance.reports.load import check_report

PLAIN = Path(imagesearch_conformance.__file__).parent / "adapters" / "plain.py"

#: The beginning of an adapter with the plain client and a loop of its own.
ADAPTER_SOURCE = f"""
import json, os, sys, time
sys.path.insert(0, {str(PLAIN.parent)!r})
import plain

def respond(line):
    return json.dumps({{"jsonrpc": "2.0", "id": line["id"], **plain.handle_message(client, line)}})

def has_filter(line):
    return line["method"] == "searchImageByName" and "Filter" in line["params"]

client = plain.Client(
    os.environ["IMAGESEARCH_ENDPOINT"],
    os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
)
"""

#: A few scenarios of every kind; only one has a filter.
FEW = (
    "request.minimal/first",
    "num.maximum",
    "filter.optional/given",
    "decoding.empty",
    "error.InvalidInstance.status",
)


@pytest.fixture
def write_adapter(tmp_path):
    """Write an adapter with this loop and return its command."""

    def write(loop):
        path = tmp_path / "adapter.py"
        path.write_text(f"{ADAPTER_SOURCE}\n{loop}", encoding="utf-8")
        return sys.executable, path

    return write


@pytest.fixture
def write_script(tmp_path):
    """Write an adapter without a client and return its command."""

    def write(loop):
        path = tmp_path / "adapter.py"
        path.write_text(f"import os, sys, time\n{loop}", encoding="utf-8")
        return sys.executable, "-S", "-E", path

    return write


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def run_client(command, contract, out):
    """Gates an adapter with some scenarios: what was result, and the report."""

    def execute(adapter, *options, select=FEW):
        selection = [argument for pattern in select for argument in ("--select", pattern)]
        result = command("client", "--reports", out, *selection, *options, "--", *adapter)
        return result, read_report(contract, out)

    return execute


def read_report(contract, out):
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert report["subject"] == "client"
    return report


def findings(report):
    """Return the findings of all cases as pairs of requirement and case."""
    return [(finding["requirement"], case["id"]) for case in report["cases"] for finding in case["findings"]]


def violated(report):
    return {entry["id"] for entry in report["requirements"] if entry["outcome"] in {"failed", "warned"}}


LOOP = """
for text in sys.stdin:
    line = json.loads(text)
    {special}
    print(respond(line), flush=True)
"""


# verdicts and exit codes


def test_the_plain_client_is_conformant(run_client):
    result, report = run_client((sys.executable, PLAIN), "--deselect", "network.stalled", select=())
    assert result.code == 0
    assert result.out.splitlines()[-1] == "verdict: conformant (selected cases only)"
    assert (report["verdict"], report["complete"], violated(report)) == ("conformant", True, set())
    assert {entry["outcome"] for entry in report["requirements"] if entry["id"] != "network.stalled"} == {"passed"}
    assert report["client"]["name"] == "plain"
    assert findings(report) == []


@pytest.mark.long
def test_the_plain_client_is_conformant_in_all_scenarios(run_client):
    result, report = run_client((sys.executable, PLAIN), select=())
    assert (result.code, result.out.splitlines()[-1]) == (0, "verdict: conformant")
    assert {entry["outcome"] for entry in report["requirements"]} == {"passed"}


def test_a_client_without_a_timeout_hangs_once_in_each_scenario(run_client, write_adapter):
    adapter = write_adapter("plain.CONNECT_TIMEOUT = plain.TOTAL_TIMEOUT = 60.0\n" + LOOP.format(special=""))
    result, report = run_client(adapter, "--timeout", "2", select=("network.stalled",))
    assert result.code == 0  # a SHOULD
    assert violated(report) == {"network.stalled"}
    assert [case["answer"]["adapterFailure"] for case in report["cases"]] == ["hang", "hang"]


def test_a_broken_client_fails(run_client, write_adapter):
    adapter = write_adapter(LOOP.format(special='line["params"].pop("Num", None)'))
    result, report = run_client(adapter)
    assert result.code == 1
    assert violated(report) == {"num.optional"}
    assert result.out.splitlines()[-1] == "verdict: nonconformant (selected cases only)"


def test_a_known_deviation_is_accepted(run_client, write_adapter, tmp_path):
    known = tmp_path / "known.toml"
    known.write_text(
        '[[deviation]]\nrequirement = "num.optional"\nreason = "the next release sends it"\n'
        'link = "https://example.com/issues/1"\nexpires = 2999-12-31\n',
        encoding="utf-8",
    )
    adapter = write_adapter(LOOP.format(special='line["params"].pop("Num", None)'))
    result, report = run_client(adapter, "--deviations", known)
    assert (result.code, report["verdict"]) == (0, "conformant")
    assert violated(report) == {"num.optional"}
    assert report["deviations"][0]["requirement"] == "num.optional"


def test_a_client_that_never_responds_is_inconclusive(run_client, write_script):
    result, report = run_client(write_script("time.sleep(60)"), "--timeout", "0.5", "--deselect", "process.*")
    assert (result.code, report["verdict"]) == (3, "inconclusive")
    assert "the simplest call" in report["stopReason"]


def test_a_selection(run_client):
    result, report = run_client((sys.executable, PLAIN), select=("num.maximum", "decoding.empty/listed"))
    assert result.code == 0
    assert [case["id"] for case in report["cases"] if not case["id"].startswith("num.maximum/")] == [
        "decoding.empty/listed"
    ]


def test_standard_output_is_the_report(run_client, out):
    result, report = run_client((sys.executable, PLAIN), "--format", "json", select=("request.minimal/first",))
    assert result.code == 0
    assert json.loads(result.out) == report
    assert (out / "junit.xml").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
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
def test_invalid_arguments_are_wrong_usage(command, out, arguments, expected):
    result = command("client", "--reports", out, *arguments)
    assert result.code == 2
    assert expected in result.err
    assert not (out / "report.json").exists()


def test_invalid_arguments_start_no_adapter(command, out, write_script, tmp_path):
    adapter = write_script("open('started', 'w')")
    result = command("client", "--reports", out, "--select", "nothing.of.this", "--", *adapter)
    assert result.code == 2
    assert not (tmp_path / "started").exists()


# adapters that fail


def broken(special):
    return LOOP.format(special=f"if has_filter(line): {special}")


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
        broken("sys.stdout.write(respond(line)); sys.stdout.flush(); continue"),
        "process.survives",
    ),
}


#: Faults that take long and resemble others: only in the long run.
LONG = {
    "floods with messages", "answers with neither", "does not end its line", "hangs after it read", "ends well",
    "complains and ends", "crashes with every call", "closes its output", "answers the same always",
}  # fmt: skip


def fault_params(faults):
    return [pytest.param(fault, marks=[pytest.mark.long] if fault in LONG else []) for fault in faults]


@pytest.mark.parametrize("fault", fault_params(ONCE))
def test_an_adapter_that_fails_once(run_client, write_adapter, fault):
    loop, requirement = ONCE[fault]
    result, report = run_client(write_adapter(loop), "--timeout", "2")
    assert result.code == 1
    assert violated(report) == {requirement}
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


@pytest.mark.parametrize("fault", fault_params(ALWAYS))
def test_an_adapter_that_always_fails(run_client, write_script, out, fault):
    loop, requirement = ALWAYS[fault]
    result, report = run_client(write_script(loop), "--timeout", "0.5" if "sleep" in loop else "5")
    assert result.code == 1
    assert violated(report) == {requirement}
    assert len(findings(report)) == 1
    assert not report["complete"]
    assert "the simplest call" in report["stopReason"]
    assert {case["outcome"] for case in report["cases"][1:]} == {"skipped"}
    assert (out / "junit.xml").exists()


def test_an_adapter_that_prints_other_lines(run_client, write_adapter):
    result, report = run_client(write_adapter(LOOP.format(special="print('connecting ...'); print('3'); print()")))
    assert result.code == 1
    assert violated(report) == {"adapter.output"}
    assert report["complete"]


# an early end


def test_an_interrupted_run_reports_what_it_judged(process, finished, contract, out):
    started = process("client", "--reports", out, "--verbose", "--", sys.executable, PLAIN)
    for line in started.stdout:
        if "passed" in line:
            break
    started.send_signal(signal.SIGINT)
    result = finished(started)
    assert result.code == 130
    report = read_report(contract, out)
    assert (report["complete"], report["stopReason"]) == (False, "the run was interrupted")
    assert report["counts"]["passed"] >= 1
    assert report["counts"]["skipped"] >= 1


# secrets

LEAKING_LOOP = """
secret = os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
open({path!r}, "w").write(secret)
sys.stderr.write(f"debug: {{secret}}\\n")
print(f"signing with {{secret}}")
before = plain.ApiError.__init__
def leak(self, status, body):
    before(self, status, body)
    self.message = f"{{self.message}} {{secret}}"
    self.request_id = secret
plain.ApiError.__init__ = leak
sign = client._signed_headers
client._signed_headers = lambda *arguments: {{**sign(*arguments), "X-Debug": f"secret={{secret}}"}}
for text in sys.stdin:
    line = json.loads(text)
    if "Num" in line.get("params", ()):
        line["params"] |= {{"AccessKeySecret": secret}}
    if has_filter(line):
        sys.exit(f"cannot sign with {{secret}}")
    answer = json.loads(respond(line))
    if line["method"] == "initialize":
        answer["result"] |= {{"name": secret, "version": secret, "language": secret}}
    elif "result" in answer:
        answer["result"]["body"] |= {{"Msg": secret, secret: [secret]}}
    print(json.dumps(answer), flush=True)
"""


def test_a_secret_that_a_client_leaks_is_in_no_report(run_client, write_adapter, out, tmp_path):
    path = tmp_path / "secret.txt"
    result, report = run_client(write_adapter(LEAKING_LOOP.format(path=str(path))), "--verbose")
    secret = path.read_text(encoding="utf-8")
    assert len(secret) > 16
    assert "secret.kept" in violated(report)
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path.name for path in files if secret.encode() in path.read_bytes()] == []
    assert secret not in result.out + result.err
