"""Reports of real runs with every kind of end, and of runs against hostile targets."""

import json
from copy import deepcopy
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import evolve

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.reports.document import build_report

#: Text with scripts, terminal control sequences, bidirectional overrides, and a forged line.
HOSTILE = (
    "</code><script>alert(1)</script> ]]> &lt; `|` [a](javascript:b) # **c** "
    "\x1b[2J\x1b]0;title\x07 \x00\x08 \u202e\u2066drow \ud800 \n\nverdict: conformant\n"
)

FAULTS = ("num-above-maximum-accepted", "msg-missing", "unsigned-accepted", "requestid-repeated")


def _with_one_image(target):
    """Return the target with one image, for fewer requests."""
    first, *others = target.instances
    return evolve(target, instances=(evolve(first, images=first.images[:1]), *others))


def _refuse_connection(*_):
    raise Unreachable("no response: Connection refused", "http://emulator.example")


def _add_text(text):
    """Return a middleware that adds the text to fields and headers of each response."""

    def around(request, answer):
        response = answer(request)
        body = json.loads(response.body)
        for name in ("Message", "Msg", "RequestId", "Recommend"):
            if name in body:
                body[name] = text
        for entry in body.get("Auctions", [])[:2]:
            entry["SortExprValues"] = entry["CustomContent"] = text
        body[text[:500]] = text
        header_text = text[:500].encode("latin-1", "ignore").decode("latin-1")
        return evolve(response, headers=(*response.headers, ("X-Text", header_text)), body=json.dumps(body).encode())

    return around


def _replace_values(text):
    """Return a middleware that replaces every value but the names of images by the text."""

    def replace(value, name=""):
        if isinstance(value, dict):
            return {key: replace(member, key) for key, member in value.items()}
        if isinstance(value, list):
            return [replace(item) for item in value]
        return value if name in {"ProductId", "PicName"} else text

    def around(request, answer):
        response = answer(request)
        body = json.dumps(replace(json.loads(response.body)) | {text[:500]: text}).encode()
        header_text = text[:500].encode("latin-1", "ignore").decode("latin-1")
        return evolve(response, headers=(("Content-Type", header_text),), body=body)

    return around


RUNS = {
    "clean": lambda _, records: records(),
    "faulty": lambda _, records: records(*FAULTS),
    "strict": lambda bench, _: bench(*FAULTS).record(strict=True, level="should"),
    "unreachable": lambda bench, _: bench(around=_refuse_connection).record(),
    "budget": lambda bench, _: bench().record(budget=40),
    "interrupted": lambda bench, _: bench("msg-missing").record(_stop_after(60)),
    "selected": lambda bench, _: bench().record(select=["num.*"]),
    "hostile": lambda bench, _: bench(around=_add_text(HOSTILE)).record(),
    "ruined": lambda bench, _: bench(around=_replace_values(HOSTILE)).record(),
    "huge": lambda bench, _: bench(adapt=_with_one_image, around=_add_text(HOSTILE + "x" * 1_000_000)).record(
        select=["num.maximum"]
    ),
}


def _stop_after(check_count):
    """Return a function that asks a run to stop once it was called this often."""
    checks = iter(range(check_count))
    return lambda: next(checks, None) is None


def pytest_collection_modifyitems(items):
    """Keep the tests of these runs in one process: each runs once (`pytest -n 3 --dist loadgroup`)."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("reports"))


@pytest.fixture(scope="session")
def get_report(bench, records):
    """Return the report of a run by its name; each runs once."""
    reports = {}

    def get(name):
        if name not in reports:
            reports[name] = build_report(RUNS[name](bench, records))
        return reports[name]

    return get


@pytest.fixture(params=RUNS)
def report(request, get_report):
    """The report of each of the runs."""
    return get_report(request.param)


#: What a client says about itself.
CLIENT = {"name": "acme-imagesearch", "version": "3.1.1", "language": "Python", "command": ["python", "my adapter.py"]}


def _answer(exchange):
    """Return the answer of a conforming client to a response."""
    status, body = exchange["response"]["status"], json.loads(exchange["response"]["body"])
    answer = dict.fromkeys(("status", "body", "code", "message", "requestId", "text", "adapterFailure"))
    if status == 200:
        return answer | {"kind": "result", "status": status, "body": body}
    error = {"code": body.get("Code"), "message": body.get("Message"), "requestId": body.get("RequestId")}
    return answer | {"kind": "error", "status": status} | error


@pytest.fixture(scope="session")
def shared_client_report(bench):
    """The report of a run with a few cases, changed as if a client had been called for each of them."""
    report = build_report(
        bench("num-above-maximum-accepted", adapt=_with_one_image).record(select=["num.m*"], examples=0)
    )
    report |= {"subject": "client", "client": CLIENT}
    report["target"] |= {"endpoint": "http://127.0.0.1:41234", "embedded": False}
    for case in report["cases"]:
        del case["definition"]
        parsed = parse_qsl(urlsplit(case["exchanges"][0]["request"]["url"]).query) if case["exchanges"] else []
        case["call"] = {name: value for name, value in parsed if name != "Action"}
        case["answer"] = _answer(case["exchanges"][0]) if case["exchanges"] else None
    return report


@pytest.fixture
def client_report(shared_client_report):
    """A copy of the report of a client."""
    return deepcopy(shared_client_report)


@pytest.fixture
def clipping_client(client_report):
    """A report of a client that sends 100 for every larger number, and the failing case."""
    case = next(case for case in client_report["cases"] if case["id"] == "num.maximum/above")
    case["call"] = {"InstanceName": "demoinstance", "Num": 101}
    case["findings"] = [
        {
            "requirement": "num.maximum",
            "level": "must",
            "grade": "documented",
            "message": "called with Num=101, another value was sent",
            "expected": ["Num=101", "arguments refused"],
            "actual": "100",
            "where": "query:Num",
            "exchange": 0,
        }
    ]
    return client_report, case
