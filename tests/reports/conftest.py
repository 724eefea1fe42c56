"""Real runs that ended in every way a run can end, and runs against a target that means harm."""

import json
from copy import deepcopy
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import evolve

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.reports.document import build_report

#: Text that would run in a browser, drive a terminal, turn the direction of writing, or forge a line of ours.
HOSTILE = (
    "</code><script>alert(1)</script> ]]> &lt; `|` [a](javascript:b) # **c** "
    "\x1b[2J\x1b]0;title\x07 \x00\x08 \u202e\u2066drow \ud800 \n\nverdict: conformant\n"
)

FAULTS = ("num-above-maximum-accepted", "msg-missing", "unsigned-accepted", "requestid-repeated")


def _small(target):
    """A target with one image, so that little is sent."""
    first, *further = target.instances
    return evolve(target, instances=(evolve(first, images=first.images[:1]), *further))


def _gone(*_):
    raise Unreachable("no reply: Connection refused", "http://emulator.example")


def _hostile(text):
    """Stands before an emulator and writes the text wherever a reply has room for it."""

    def around(request, answer):
        reply = answer(request)
        body = json.loads(reply.body)
        for name in ("Message", "Msg", "RequestId", "Recommend"):
            if name in body:
                body[name] = text
        for entry in body.get("Auctions", [])[:2]:
            entry["SortExprValues"] = entry["CustomContent"] = text
        body[text[:500]] = text
        carried = text[:500].encode("latin-1", "ignore").decode("latin-1")
        return evolve(reply, headers=(*reply.headers, ("X-Said", carried)), body=json.dumps(body).encode())

    return around


def _ruined(text):
    """Stands before an emulator and puts the text in place of every value but the names of images."""

    def ruin(value, name=""):
        if isinstance(value, dict):
            return {key: ruin(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [ruin(one) for one in value]
        return value if name in {"ProductId", "PicName"} else text

    def around(request, answer):
        reply = answer(request)
        body = json.dumps(ruin(json.loads(reply.body)) | {text[:500]: text}).encode()
        carried = text[:500].encode("latin-1", "ignore").decode("latin-1")
        return evolve(reply, headers=(("Content-Type", carried),), body=body)

    return around


ENDS = {
    "clean": lambda _, records: records(),
    "faulty": lambda _, records: records(*FAULTS),
    "strict": lambda bench, _: bench(*FAULTS).record(strict=True, level="should"),
    "unreachable": lambda bench, _: bench(around=_gone).record(),
    "budget": lambda bench, _: bench().record(budget=40),
    "interrupted": lambda bench, _: bench("msg-missing").record(_after(60)),
    "selected": lambda bench, _: bench().record(select=["num.*"]),
    "hostile": lambda bench, _: bench(around=_hostile(HOSTILE)).record(),
    "ruined": lambda bench, _: bench(around=_ruined(HOSTILE)).record(),
    "huge": lambda bench, _: bench(adapt=_small, around=_hostile(HOSTILE + "x" * 1_000_000)).record(
        select=["num.maximum"]
    ),
}


def _after(looks):
    """Wants a run to end after it has asked so many times."""
    counting = iter(range(looks))
    return lambda: next(counting, None) is None


def pytest_collection_modifyitems(items):
    """What uses the runs above stays in one process: they are made once (`pytest -n 3 --dist loadgroup`)."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("reports"))


@pytest.fixture(scope="session")
def documents(bench, records):
    """The report of a run that ended so."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = build_report(ENDS[name](bench, records))
        return made[name]

    return of


@pytest.fixture(params=ENDS)
def report(request, documents):
    """The report of each of the runs."""
    return documents(request.param)


#: A client as it says of itself who it is.
CLIENT = {"name": "acme-imagesearch", "version": "3.1.1", "language": "Python", "command": ["python", "my adapter.py"]}


def _answer(exchange):
    """What a faithful client hands back of a reply."""
    status, body = exchange["response"]["status"], json.loads(exchange["response"]["body"])
    nothing = dict.fromkeys(("status", "body", "code", "message", "requestId", "text", "breakdown"))
    if status == 200:
        return nothing | {"kind": "result", "status": status, "body": body}
    said = {"code": body.get("Code"), "message": body.get("Message"), "requestId": body.get("RequestId")}
    return nothing | {"kind": "error", "status": status} | said


@pytest.fixture(scope="session")
def called(bench):
    """The report of a run with a few cases, as if a client had been called for each of them."""
    made = build_report(bench("num-above-maximum-accepted", adapt=_small).record(select=["num.m*"], examples=0))
    made |= {"subject": "client", "client": CLIENT}
    made["target"] |= {"endpoint": "http://127.0.0.1:41234", "embedded": False}
    for case in made["cases"]:
        del case["definition"]
        parsed = parse_qsl(urlsplit(case["exchanges"][0]["request"]["url"]).query) if case["exchanges"] else []
        case["call"] = {name: value for name, value in parsed if name != "Action"}
        case["answer"] = _answer(case["exchanges"][0]) if case["exchanges"] else None
    return made


@pytest.fixture
def client(called):
    """That report, free to be changed."""
    return deepcopy(called)


@pytest.fixture
def clipped(client):
    """A report of a client that makes 100 of every greater number, and the case that shows it."""
    case = next(one for one in client["cases"] if one["id"] == "num.maximum/above")
    case["call"] = {"InstanceName": "demoinstance", "Num": 101}
    case["findings"] = [
        {
            "requirement": "num.maximum",
            "level": "must",
            "grade": "documented",
            "message": "the client was called with 101 and sent another value",
            "expected": ["Num=101 is sent", "the call is refused"],
            "actual": "100",
            "where": "query:Num",
            "exchange": 0,
        }
    ]
    return client, case
