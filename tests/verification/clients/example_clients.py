"""Clients in this process: a conforming one, unusual ones, and broken ones."""

import json
import socket
import time
import uuid
from urllib.parse import urlsplit

import requests

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.clients.driver import ApiError, ArgumentsRefused, CallableDriver
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2

FORM = "application/x-www-form-urlencoded"


class Plain(plain.Client):
    """The client that ships with a conforming adapter."""

    secret = property(lambda self: self._secret)


class WithoutNum(Plain):
    def search(self, parameters):
        return super().search({name: value for name, value in parameters.items() if name != "Num"})


class RoundingScores(Plain):
    def search(self, parameters):
        status, body = super().search(parameters)
        return status, json.loads(json.dumps(body), parse_float=lambda text: round(float(text), 2))


class ReusingNonce(Plain):
    def _signed_headers(self, query, form):
        return {**super()._signed_headers(query, form), "x-acs-signature-nonce": "once"}


class SendingSecret(Plain):
    def _signed_headers(self, query, form):
        return {**super()._signed_headers(query, form), "x-debug": self.secret}


class SigningWithSecret(Plain):
    def _signed_headers(self, query, form):
        headers = super()._signed_headers(query, form)
        return {**headers, "Authorization": f"{headers['Authorization'].rpartition('=')[0]}={self.secret}"}


class RaisingSecret(Plain):
    def search(self, _):
        raise ArgumentsRefused(f"signed with {self.secret}")


class SendingFiveTimes(Plain):
    def _send(self, query, form):
        return [super(SendingFiveTimes, self)._send(query, form) for _ in range(5)][-1]


class FollowingRedirects(Plain):
    def _post(self, query, form):
        url = f"{self._endpoint}/?{query}" if query else f"{self._endpoint}/"
        first = requests.post(
            url, data=form, headers=self._signed_headers(query, form), timeout=3, allow_redirects=False
        )
        target = first.headers.get("Location")
        if target is None:
            return first.status_code, first.content
        second = requests.post(target, data=form, headers=first.request.headers, timeout=3, allow_redirects=False)
        return second.status_code, second.content


class CrashingAtOneHundred(Plain):
    def search(self, parameters):
        if parameters.get("Num") == 100:
            raise SystemExit
        return super().search(parameters)


class AlwaysCrashing(Plain):
    def search(self, _):
        raise SystemExit


class ReturningNothing(Plain):
    def search(self, _):
        return 200, {}


class SendingGarbage(Plain):
    def search(self, parameters):
        with socket.create_connection(urlsplit(self._endpoint).netloc.split(":")) as connection:
            connection.sendall(b"hello\xff\r\n\r\n")
            connection.recv(1000)
        return super().search(parameters)


class SigningInQuery(Plain):
    def _post(self, query, form):
        own = {"Action": plain.ACTION, "Version": plain.VERSION, "Format": "JSON"}
        request = WireRequest(
            "POST", f"/?{plain.encode_parameters(own)}&{query}".rstrip("&"), (("content-type", FORM),), form
        )
        date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        signed = v2.sign(request, Credentials(self._key_id, self.secret), date=date, nonce=uuid.uuid4().hex)
        url = self._endpoint + signed.target
        response = requests.post(url, data=form, headers=dict(signed.headers), timeout=3, allow_redirects=False)
        if response.status_code == 307:
            return ValueError(f"POST {url} was redirected")
        return response.status_code, response.content


class Uncompressed(Plain):
    def _signed_headers(self, query, form):
        return {**super()._signed_headers(query, form), "Accept-Encoding": "identity"}


CLIENTS = {
    client.__name__: client
    for client in (
        Plain, WithoutNum, RoundingScores, ReusingNonce, SendingSecret, SigningWithSecret, RaisingSecret,
        SendingFiveTimes, FollowingRedirects, CrashingAtOneHundred, AlwaysCrashing, ReturningNothing, SendingGarbage,
        SigningInQuery, Uncompressed,
    )
}  # fmt: skip


class Noisy(CallableDriver):
    """Drives a client that prints to its protocol stream."""

    noise = ("hello",)


def build_search(client):
    def search(parameters):
        try:
            return client.search(parameters)
        except plain.ArgumentsRefused as problem:
            raise ArgumentsRefused(str(problem)) from problem
        except plain.ApiError as problem:
            raise ApiError(problem.status, problem.code, problem.message, problem.request_id) from problem

    return search
