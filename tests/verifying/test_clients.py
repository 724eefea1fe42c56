"""A report of a client read back says the same, whatever the client does; what somebody changed in it is named."""

import json
import socket
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.clients.callables import ApiError, ArgumentsRefused, CallableDriver
from imagesearch_conformance.clients.stage import Stage
from imagesearch_conformance.clients.target import fresh_key, stage_target
from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.reports.document import document
from imagesearch_conformance.runner.gating import Gate
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verifying.verification import of_evidence

#: Scenarios of every kind; those of connections take no time here.
FEW = (
    "num.maximum", "wire.spaces", "decoding.gzip", "decoding.text", "malformed.bom", "error.NoPicList.*",
    "error.InternalOssError.*", "redirect.*",
)  # fmt: skip

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
    def search(self, parameters):
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
    def search(self, parameters):
        raise SystemExit


class Silent(Plain):
    def search(self, parameters):
        return 200, {}


class Babbling(Plain):
    def search(self, parameters):
        with socket.create_connection(urlsplit(self._endpoint).netloc.split(":")) as talking:
            talking.sendall(b"hello\xff\r\n\r\n")
            talking.recv(1000)
        return super().search(parameters)


class Uncompressed(Plain):
    def _headers(self, query, form):
        return {**super()._headers(query, form), "Accept-Encoding": "identity"}


CLIENTS = {
    one.__name__: one
    for one in (
        Plain, Dropping, Rounding, Repeating, Boasting, SigningWithItsSecret, Telling, Trying, Following, Fragile, Dead,
        Silent, Babbling, Uncompressed,
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
            *_, last = Gate(
                bound, target, stage.elsewhere, Options(select=select, **options), driver(_search(client), 15, time.monotonic),
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
    assert (departed(report) == set()) is (name in {"Plain", "Uncompressed"}), departed(report)


def test_a_whole_run_of_a_conforming_client_comes_out_the_same(contract, gated):
    report = gated(select=(), deselect=("network.stalled",))
    assert differing(contract, report) == []
    assert (report["verdict"], report["counts"]["passed"]) == ("conformant", len(report["cases"]))
