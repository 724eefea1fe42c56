"""Clients in this process: one that is right, and others with a way of their own, most of them wrong."""

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


class Dropping(Plain):
    def search(self, parameters):
        return super().search({name: value for name, value in parameters.items() if name != "Num"})


class Rounding(Plain):
    def search(self, parameters):
        status, body = super().search(parameters)
        return status, json.loads(json.dumps(body), parse_float=lambda text: round(float(text), 2))


class Repeating(Plain):
    def _signed_headers(self, query, form):
        return {**super()._signed_headers(query, form), "x-acs-signature-nonce": "once"}


class Boasting(Plain):
    def _signed_headers(self, query, form):
        return {**super()._signed_headers(query, form), "x-debug": self.secret}


class SigningWithItsSecret(Plain):
    def _signed_headers(self, query, form):
        said = super()._signed_headers(query, form)
        return {**said, "Authorization": f"{said['Authorization'].rpartition('=')[0]}={self.secret}"}


class Telling(Plain):
    def search(self, _):
        raise ArgumentsRefused(f"signed with {self.secret}")


class Trying(Plain):
    def _send(self, query, form):
        return [super(Trying, self)._send(query, form) for _ in range(5)][-1]


class Following(Plain):
    def _post(self, query, form):
        url = f"{self._endpoint}/?{query}" if query else f"{self._endpoint}/"
        first = requests.post(
            url, data=form, headers=self._signed_headers(query, form), timeout=3, allow_redirects=False
        )
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
    def _post(self, query, form):
        own = {"Action": plain.ACTION, "Version": plain.VERSION, "Format": "JSON"}
        asked = WireRequest(
            "POST", f"/?{plain.encode_parameters(own)}&{query}".rstrip("&"), (("content-type", FORM),), form
        )
        date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        signed = v2.sign(asked, Credentials(self._key_id, self.secret), date=date, nonce=uuid.uuid4().hex)
        url = self._endpoint + signed.target
        reply = requests.post(url, data=form, headers=dict(signed.headers), timeout=3, allow_redirects=False)
        if reply.status_code == 307:
            return ValueError(f"POST {url} was redirected")
        return reply.status_code, reply.content


class Uncompressed(Plain):
    def _signed_headers(self, query, form):
        return {**super()._signed_headers(query, form), "Accept-Encoding": "identity"}


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


def searching(client):
    def search(parameters):
        try:
            return client.search(parameters)
        except plain.ArgumentsRefused as problem:
            raise ArgumentsRefused(str(problem)) from problem
        except plain.ApiError as problem:
            raise ApiError(problem.status, problem.code, problem.message, problem.request_id) from problem

    return search
