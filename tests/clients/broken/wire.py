"""Clients whose requests are wrong around the parameters."""

import json

from .steps import Client, defect


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
    """Sends what no server reads."""

    method = "POST POST"


@defect("operation.path")
class AddsPath(Client):
    """Sends to a path of its own."""

    path = "/search"


class OtherFacts(Client):
    """Sends other headers, and signs them."""

    others = {}  # noqa: RUF012 never written to

    def facts(self, content):
        made = {**super().facts(content), **self.others}
        return {name: value for name, value in made.items() if value is not None}


@defect("operation.host")
class NamesOtherHost(OtherFacts):
    """Names the host of the vendor, whatever it is given."""

    others = {"host": "imagesearch.cn-shanghai.aliyuncs.com"}  # noqa: RUF012


@defect("operation.action")
class NamesOtherAction(OtherFacts):
    """Names another operation."""

    others = {"x-acs-action": "SearchImage"}  # noqa: RUF012


@defect("operation.action")
class NamesNoAction(OtherFacts):
    """Names no operation."""

    others = {"x-acs-action": None}  # noqa: RUF012


@defect("operation.version")
class NamesOtherVersion(OtherFacts):
    """Names an earlier version of the API."""

    others = {"x-acs-version": "2019-03-25"}  # noqa: RUF012


@defect("wire.form")
class DeclaresText(OtherFacts):
    """Declares the form as plain text."""

    others = {"content-type": "text/plain"}  # noqa: RUF012


@defect("wire.form")
class DeclaresNothing(OtherFacts):
    """Does not declare what the body is."""

    others = {"content-type": None}  # noqa: RUF012


@defect("wire.form")
class PretendsForm(Client):
    """Sends JSON and declares a form."""

    def body(self, pairs):
        return json.dumps(dict(pairs)).encode()


@defect("wire.form")
class SpeaksJson(OtherFacts):
    """Sends JSON."""

    others = {"content-type": "application/json"}  # noqa: RUF012

    def body(self, pairs):
        return json.dumps(dict(pairs)).encode()


@defect("wire.form")
class SpeaksParts(OtherFacts):
    """Sends a form in parts (multipart/form-data)."""

    others = {"content-type": "multipart/form-data; boundary=part"}  # noqa: RUF012

    def body(self, pairs):
        parts = [f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
        return "".join((*parts, "--part--\r\n")).encode(errors="replace")
