"""Clients with defects in the wire format of requests."""

import json

from .client import Client, defect


@defect("operation.method")
class Puts(Client):
    """Sends PUT."""

    method = "PUT"


@defect("operation.method", "request.location")
class Gets(Client):
    """Sends GET with everything in the query."""

    method = "GET"

    def in_query(self, _):
        return True


@defect("request.location")
class SendsInQuery(Client):
    """Sends everything in the query."""

    def in_query(self, _):
        return True


@defect("operation.method")
class SpeaksNoHttp(Client):
    """Sends an invalid request line."""

    method = "POST POST"


@defect("operation.path")
class AddsPath(Client):
    """Sends to another path."""

    path = "/search"


class HeaderChangingClient(Client):
    """Sends other headers, and signs them."""

    others = {}  # noqa: RUF012 never written to

    def signed_headers(self, content):
        headers = {**super().signed_headers(content), **self.others}
        return {name: value for name, value in headers.items() if value is not None}


@defect("operation.host")
class NamesOtherHost(HeaderChangingClient):
    """Sends the vendor's host in the Host header."""

    others = {"host": "imagesearch.cn-shanghai.aliyuncs.com"}  # noqa: RUF012


@defect("operation.action")
class NamesOtherAction(HeaderChangingClient):
    """Sends the name of another operation."""

    others = {"x-acs-action": "SearchImage"}  # noqa: RUF012


@defect("operation.action")
class NamesNoAction(HeaderChangingClient):
    """Sends no operation name."""

    others = {"x-acs-action": None}  # noqa: RUF012


@defect("operation.version")
class NamesOtherVersion(HeaderChangingClient):
    """Sends an earlier version of the API."""

    others = {"x-acs-version": "2019-03-25"}  # noqa: RUF012


@defect("wire.form")
class DeclaresText(HeaderChangingClient):
    """Declares the form as plain text."""

    others = {"content-type": "text/plain"}  # noqa: RUF012


@defect("wire.form")
class DeclaresNothing(HeaderChangingClient):
    """Sends no content type."""

    others = {"content-type": None}  # noqa: RUF012


@defect("wire.form")
class PretendsForm(Client):
    """Sends JSON declared as a form."""

    def encode_body(self, pairs):
        return json.dumps(dict(pairs)).encode()


@defect("wire.form")
class SpeaksJson(HeaderChangingClient):
    """Sends JSON."""

    others = {"content-type": "application/json"}  # noqa: RUF012

    def encode_body(self, pairs):
        return json.dumps(dict(pairs)).encode()


@defect("wire.form")
class SpeaksParts(HeaderChangingClient):
    """Sends a multipart form."""

    others = {"content-type": "multipart/form-data; boundary=part"}  # noqa: RUF012

    def encode_body(self, pairs):
        parts = [f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
        return "".join((*parts, "--part--\r\n")).encode(errors="replace")
