"""A report of a client read back says the same, whatever the client does; what somebody changed in it is named."""

import json
import socket
import time
import uuid
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
import requests

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.clients.callables import ApiError, ArgumentsRefused, CallableDriver
from imagesearch_conformance.clients.stage import Stage
from imagesearch_conformance.clients.target import fresh_key, stage_target
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.reports.document import document
from imagesearch_conformance.reports.har import har
from imagesearch_conformance.runner.gating import Gate
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.signing import v2
from imagesearch_conformance.verifying.verification import of_evidence

#: Scenarios of every kind; those of connections take no time here.
FEW = (
    "num.maximum", "wire.spaces", "decoding.gzip", "decoding.text", "malformed.bom", "error.NoPicList.*",
    "error.InternalOssError.*", "redirect.*",
)  # fmt: skip

FORM = "application/x-www-form-urlencoded"

REDIRECTED = "redirect.credentials/307"


class Plain(plain.Client):
    """The client that ships with a conforming adapter."""

    secret = property(lambda self: self._secret)


class Dropping(Plain):
    def search(self, parameters):
        return super().search({name: value for name, value in parameters.items() if name != "Num"})


class Rounding(Plain):
    def search(self, parameters):
        status, body = super().search(parameters)
        return status, json.loads(json.dumps(body), parse_float=lambda text: round(float(text), 2))


class Repeating(Plain):
    def _headers(self, query, form):
        return {**super()._headers(query, form), "x-acs-signature-nonce": "once"}


class Boasting(Plain):
    def _headers(self, query, form):
        return {**super()._headers(query, form), "x-debug": self.secret}


class SigningWithItsSecret(Plain):
    def _headers(self, query, form):
        said = super()._headers(query, form)
        return {**said, "Authorization": f"{said['Authorization'].rpartition('=')[0]}={self.secret}"}


class Telling(Plain):
    def search(self, _):
        raise ArgumentsRefused(f"signed with {self.secret}")


class Trying(Plain):
    def _sent(self, query, form):
        return [super(Trying, self)._sent(query, form) for _ in range(5)][-1]


class Following(Plain):
    def _exchanged(self, query, form):
        url = f"{self._endpoint}/?{query}" if query else f"{self._endpoint}/"
        first = requests.post(url, data=form, headers=self._headers(query, form), timeout=3, allow_redirects=False)
        target = first.headers.get("Location")
        if target is None:
            return first.status_code, first.content
        again = requests.post(target, data=form, headers=first.request.headers, timeout=3, allow_redirects=False)
        return again.status_code, again.content


class Fragile(Plain):
    def search(self, parameters):
        if parameters.get("Num") == 100:
            raise SystemExit
        return super().search(parameters)


class Dead(Plain):
    def search(self, _):
        raise SystemExit


class Silent(Plain):
    def search(self, _):
        return 200, {}


class Babbling(Plain):
    def search(self, parameters):
        with socket.create_connection(urlsplit(self._endpoint).netloc.split(":")) as talking:
            talking.sendall(b"hello\xff\r\n\r\n")
            talking.recv(1000)
        return super().search(parameters)


class SignedInTheQuery(Plain):
    def _exchanged(self, query, form):
        own = {"Action": plain.ACTION, "Version": plain.VERSION, "Format": "JSON"}
        asked = WireRequest("POST", f"/?{plain.encoded(own)}&{query}".rstrip("&"), (("content-type", FORM),), form)
        date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        signed = v2.sign(asked, Credentials(self._key_id, self.secret), date=date, nonce=uuid.uuid4().hex)
        url = self._endpoint + signed.target
        reply = requests.post(url, data=form, headers=dict(signed.headers), timeout=3, allow_redirects=False)
        if reply.status_code == 307:
            return ValueError(f"POST {url} was redirected")
        return reply.status_code, reply.content


class Uncompressed(Plain):
    def _headers(self, query, form):
        return {**super()._headers(query, form), "Accept-Encoding": "identity"}


CLIENTS = {
    one.__name__: one
    for one in (
        Plain, Dropping, Rounding, Repeating, Boasting, SigningWithItsSecret, Telling, Trying, Following, Fragile, Dead,
        Silent, Babbling, SignedInTheQuery, Uncompressed,
    )
}  # fmt: skip


class Noisy(CallableDriver):
    """Drives a client that prints."""

    noise = ("hello",)


def _search(client):
    def search(parameters):
        try:
            return client.search(parameters)
        except plain.Refused as problem:
            raise ArgumentsRefused(str(problem)) from problem
        except plain.ApiError as problem:
            raise ApiError(problem.status, problem.code, problem.message, problem.request_id) from problem

    return search


@pytest.fixture(scope="module")
def gated(contract):
    """The report of a run against a client in this process, as it is read back."""

    def run(make=Plain, *, driver=CallableDriver, stopped=lambda: False, known=(), by=contract, select=FEW, **options):
        bound = by.of_clients()
        with Stage(lambda: datetime.now(UTC)) as stage:
            key = fresh_key()
            target = stage_target(bound, stage.endpoint, key)
            client = make(stage.endpoint, key.access_key_id, key.access_key_secret)
            driving = driver(_search(client), 15, time.monotonic)
            *_, last = Gate(
                bound, target, stage.elsewhere, Options(select=select, **options), driving,
                stage, lambda: datetime.now(UTC), time.perf_counter, stopped, known,
            ).events()  # fmt: skip
        text = as_json(document(last.record))
        assert key.access_key_secret not in text
        return json.loads(text)

    return run


@pytest.fixture(scope="module")
def reports(gated):
    """Such reports by the client, each made once, and each a copy."""
    made = {}

    def report(name):
        if name not in made:
            made[name] = json.dumps(gated(CLIENTS[name]))
        return json.loads(made[name])

    return report


def differing(contract, report):
    found = of_evidence(contract, report)
    assert found.untold == ()
    return [one.where for one in found.differences]


def departed(report):
    return {one["requirement"] for case in report["cases"] for one in case["findings"]}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_report_comes_out_the_same(contract, reports, name):
    report = reports(name)
    assert differing(contract, report) == []
    assert (departed(report) == set()) is (name in {"Plain", "SignedInTheQuery", "Uncompressed"}), departed(report)


@pytest.mark.long
def test_a_whole_run_of_a_conforming_client_comes_out_the_same(contract, gated):
    report = gated(select=(), deselect=("network.stalled",))
    assert differing(contract, report) == []
    assert (report["verdict"], report["counts"]["passed"]) == ("conformant", len(report["cases"]))


def test_a_client_that_gives_up_at_once_and_one_that_has_nothing_but_its_own_nonce(contract, gated):
    """A call of no case comes between: to learn whether the client is gone, or what it accepts."""

    class Shy(Repeating):
        shy = True

        def search(self, parameters):
            if self.shy:
                self.shy = False
                raise SystemExit
            return super().search(parameters)

    for make, select in ((Shy, ("num.maximum",)), (Repeating, ("decoding.gzip",)), (Uncompressed, ("decoding.gzip",))):
        report = gated(make, select=select)
        assert differing(contract, report) == []
        assert ("authentication.replay" in departed(report)) is issubclass(make, Repeating)


@pytest.mark.parametrize(
    "options",
    [
        {"fail_fast": True},
        {"strict": True, "level": "should"},
        {"deselect": ("secret.kept", "num.optional", "wire.*")},
        {"select": ("num.maximum/at",)},
        {"driver": Noisy},
        {"known": (Deviation("num.optional", "an old one", "https://example.test", date(2099, 1, 1)),)},
        {"known": (Deviation("num.optional", "an old one", "https://example.test", date(2001, 1, 1)),)},
    ],
    ids=str,
)
def test_a_run_with_options_comes_out_the_same(contract, gated, options):
    report = gated(Dropping, **options)
    assert differing(contract, report) == []
    fine = "deselect" in options or any(one.expires.year > 2026 for one in options.get("known", ()))
    assert report["verdict"] == ("conformant" if fine else "nonconformant")


def test_an_interrupted_run_and_one_in_the_later_revision_come_out_the_same(contract, later, gated):
    looks = iter(range(5))
    report = gated(stopped=lambda: next(looks, None) is None)
    assert differing(contract, report) == []
    assert (report["verdict"], report["counts"]["passed"]) == ("inconclusive", 5)
    report = gated(by=later, select=("*threshold*", "error.*"))
    assert differing(later, report) == []
    assert report["verdict"] == "conformant"


def test_a_request_to_the_other_host_is_written_with_that_address(reports):
    report = reports("Following")
    elsewhere, here = report["target"]["elsewhere"], report["target"]["endpoint"]
    first, second = case_of(report, REDIRECTED)["exchanges"]
    assert first["request"]["url"] == f"{here}/"
    assert second["request"]["url"] == f"{elsewhere}/" == dict(first["response"]["headers"])["Location"]
    assert elsewhere in second["curl"]
    assert f'"{elsewhere}/"' in har(report)
    assert json.dumps(reports("Plain")["cases"]).count(reports("Plain")["target"]["elsewhere"])


def test_what_cannot_be_read_any_more_is_said_and_is_no_difference(contract, gated):
    """What this one takes for a signature stands in every call and reply."""

    class Illegible(Plain):
        def search(self, parameters):
            self.said = parameters["InstanceName"]
            return super().search(parameters)

        def _headers(self, query, form):
            said = super()._headers(query, form)
            return {**said, "Authorization": f"{said['Authorization'].rpartition('=')[0]}={self.said}"}

    found = of_evidence(contract, gated(Illegible))
    assert found.differences == ()
    assert found.untold


def test_a_finding_that_only_the_bytes_show_is_missed_where_something_was_taken_out(contract, reports):
    report = reports("Boasting")
    for case in report["cases"]:
        case.update(findings=[], outcome="passed")
    assert {one.where for one in of_evidence(contract, report).untold} == {
        f"case {case['id']}" for case in report["cases"]
    }


def case_of(report, name):
    return next(one for one in report["cases"] if one["id"] == name)


AT, ABOVE, GZIP = "num.maximum/at", "num.maximum/above", "decoding.gzip/whole"


def _case(name, **changes):
    return lambda report: case_of(report, name).update(changes)


def _exchange(name, index=0):
    return lambda report: case_of(report, name)["exchanges"][index]


def _replaced(name, part, key, old, new, index=0):
    def change(report):
        found = case_of(report, name)["exchanges"][index][part]
        assert old in found[key]
        found[key] = found[key].replace(old, new)

    return change


def _answer(name, **changes):
    return lambda report: case_of(report, name)["answer"].update(changes)


def _auction(report):
    case_of(report, AT)["answer"]["body"]["Auctions"][0]["Score"] += 1


def _unplayed(name, outcome):
    def change(report):
        case = case_of(report, name)
        case.update(outcome=outcome, reason="never mind", findings=[], exchanges=[], accepted=[])
        del case["call"], case["answer"]

    return change


def _other_host(report):
    request = case_of(report, REDIRECTED)["exchanges"][1]["request"]
    request["url"] = request["url"].replace(report["target"]["elsewhere"], report["target"]["endpoint"])


def _requirement(name, **changes):
    return lambda report: next(one for one in report["requirements"] if one["id"] == name).update(changes)


def _twice(report):
    exchanges = case_of(report, AT)["exchanges"]
    exchanges.append(json.loads(json.dumps(exchanges[0])))


def _once(report):
    del case_of(report, AT)["exchanges"][1:]


def _nonce(report):
    exchange = case_of(report, AT)["exchanges"][0]
    before = case_of(report, "num.maximum/inside")["exchanges"][0]
    exchange["request"]["headers"] = before["request"]["headers"]


#: The client, what is changed in its report, and where something has to be found.
CHANGES = {
    "finding": ("Dropping", _case(AT, findings=[]), f"case {AT}: finding num.optional (must, documented)"),
    "hidden finding": ("Dropping", _case(AT, findings=[], outcome="passed"), f"case {AT}: outcome"),
    "outcome": ("Plain", _case(AT, outcome="warned"), f"case {AT}: outcome"),
    "made-up outcome": ("Plain", _case(AT, outcome="errored", reason="who knows"), f"case {AT}: outcome"),
    "answer": ("Plain", _auction, f"case {AT}: finding response.auctions.score.kept"),
    "answer's kind": ("Plain", _answer(AT, kind="unreadable"), f"case {AT}: outcome"),
    "answer's status": ("Plain", _answer(AT, status=201), f"case {AT}: finding outcome.success"),
    "message": ("Plain", _answer(ABOVE, message="else"), f"case {ABOVE}: outcome"),
    "reply": ("Plain", _replaced(AT, "response", "body", '"Success": true', '"Success": null'), f"case {AT}: reply 0"),
    "status": ("Plain", lambda report: _exchange(AT)(report)["response"].update(status=201), f"case {AT}: reply 0"),
    "headers": ("Plain", lambda report: _exchange(AT)(report)["response"].update(headers=[]), f"case {AT}: reply 0"),
    "parameter": ("Plain", _replaced(AT, "request", "body", "Num=100", "Num=10"), f"case {AT}: finding num.maximum"),
    "host": ("Plain", _replaced(AT, "request", "method", "POST", "GET"), f"case {AT}: finding operation.method"),
    "defects": (
        "Plain",
        lambda report: _exchange(AT)(report).update(signatureDefects=["expired"]),
        f"case {AT}: finding authentication.skew",
    ),
    "nonce": ("Plain", _nonce, f"case {AT}: finding authentication.replay"),
    "more tries": ("Plain", _twice, f"case {AT}: finding request.once"),
    "fewer tries": ("Trying", _once, f"case {AT}: outcome"),
    "no request": ("Plain", _case(AT, exchanges=[]), f"case {AT}: outcome"),
    "case": ("Plain", lambda report: report["cases"].remove(case_of(report, AT)), "cases"),
    "case not selected": ("Plain", lambda report: report["suite"].update(select=["num.maximum"]), f"case {GZIP}"),
    "selection": ("Plain", lambda report: report["suite"].update(select=["nothing"]), "suite"),
    "order": ("Plain", lambda report: report["cases"].reverse(), "cases"),
    "call": ("Plain", lambda report: case_of(report, AT)["call"].update(Num=1), f"case {AT}: call"),
    "type in a call": ("Plain", lambda report: case_of(report, AT)["call"].update(Num=100.0), f"case {AT}: call"),
    "title": ("Plain", _case(AT, title="harmless"), f"case {AT}: title"),
    "hopes": ("Plain", _case(AT, accepted=["anything"]), f"case {AT}: accepted"),
    "purpose": ("Plain", _case(AT, requirements=["num.minimum"]), f"case {AT}: requirements"),
    "definition": (
        "Plain", lambda report: case_of(report, AT)["definition"].update(title="harmless"), f"case {AT}: definition",
    ),
    "skipped": ("Dropping", _unplayed(AT, "skipped"), f"case {AT}"),
    "inapplicable": ("Dropping", _unplayed(AT, "notApplicable"), f"case {AT}"),
    "compression": ("Plain", _unplayed(GZIP, "notApplicable"), f"case {GZIP}"),
    "other host": ("Following", _other_host, f"case {REDIRECTED}: reply 1"),
    "addresses": ("Plain", lambda report: report["target"].update(elsewhere="http://localhost:1"), "case redirect"),
    "target": ("Plain", lambda report: report["target"].update(qps=1), "target"),
    "further": ("Plain", lambda report: report.update(survey={"images": []}), "survey"),
    "verdict": ("Dropping", lambda report: report.update(verdict="conformant"), "verdict"),
    "trouble": ("Plain", lambda report: report.update(trouble="it was interrupted"), "verdict"),
    "counts": ("Plain", lambda report: report["counts"].update(passed=7000), "counts"),
    "requirement": ("Plain", _requirement("num.maximum", outcome="warned"), "requirement num.maximum: outcome"),
    "exercised": ("Plain", _requirement("request.once", cases=[]), "requirements, the cases of request.once"),
    "unselected": (
        "Plain", _requirement("num.maximum", outcome="skipped", reason="not selected"),
        "requirement num.maximum: reason",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "change", "where"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_found_and_named(contract, reports, name, change, where):
    report = reports(name)
    change(report)
    found = differing(contract, report)
    assert any(one.startswith(where) for one in found), found


def test_a_run_that_had_ended_goes_on_in_no_case(contract, gated):
    looks = iter(range(3))
    report = gated(stopped=lambda: next(looks, None) is None, select=("num.maximum",))
    report["cases"][0], report["cases"][-1] = report["cases"][-1], report["cases"][0]
    assert "cases" in differing(contract, report)
