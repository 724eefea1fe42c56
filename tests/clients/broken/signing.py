"""Clients that sign wrongly, or disclose their secret."""

import hashlib

from attrs import evolve

from .client import Client, defect


@defect("authentication.unsigned")
class SignsNothing(Client):
    """Does not sign."""

    def finish_request(self, request):
        return evolve(request, headers=[header for header in request.headers if header[0] != "authorization"])


@defect("authentication.unsigned")
class SignsWithoutNonce(Client):
    """Sends no nonce."""

    def signed_headers(self, content):
        return {
            name: value for name, value in super().signed_headers(content).items() if name != "x-acs-signature-nonce"
        }


@defect("authentication.signature")
class SignsWithOtherSecret(Client):
    """Signs with another secret."""

    def secret(self):
        return "another"


@defect("authentication.stranger")
class SignsWithOtherKey(Client):
    """Names another access key."""

    def key_id(self):
        return "another"


@defect("authentication.signature")
class SignsNoBody(Client):
    """Signs the digest of an empty body."""

    def signed_headers(self, content):
        return {**super().signed_headers(content), "x-acs-content-sha256": hashlib.sha256(b"").hexdigest()}


@defect("authentication.signature")
class SignsUnsorted(Client):
    """Sends the form in another order than it signed."""

    def finish_request(self, request):
        return evolve(request, body=b"&".join(reversed(request.body.split(b"&"))))


@defect("authentication.signature")
class ChangesAfterSigning(Client):
    """Changes a signed header."""

    def finish_request(self, request):
        headers = [
            (name, f"{value}; charset=utf-8" if name == "content-type" else value) for name, value in request.headers
        ]
        return evolve(request, headers=headers)


@defect("authentication.unsigned-header")
class SignsLess(Client):
    """Leaves a required header out of the signature."""

    def is_signed(self, name):
        return name != "x-acs-version"


@defect("authentication.skew")
class IsLate(Client):
    """Signs with a time in the past."""

    def date(self):
        return self.timestamp(-3600)


@defect("authentication.skew")
class SignsLocalTime(Client):
    """Signs with local time declared as UTC."""

    def date(self):
        return self.timestamp(8 * 3600)


@defect("authentication.malformed")
class SignsFractions(Client):
    """Signs with fractions of a second."""

    def date(self):
        return super().date().replace("Z", ".123Z")


@defect("authentication.malformed")
class SignsSeconds(Client):
    """Signs with seconds since 1970."""

    def date(self):
        return "1767323045"


@defect("authentication.replay")
class RepeatsNonce(Client):
    """Uses one nonce for all requests."""

    def nonce(self):
        return "0123456789"


@defect("authentication.replay", scenarios=("error.AccessEngineFailed.status",))
class RepeatsMessage(Client):
    """Resends the same request when the service fails."""

    def exchange(self, parameters):
        request = self.build_request(parameters)
        response = self.send(request)
        return self.send(request) if response.status >= 500 else response


@defect("authentication.stranger")
class SendsTokenOfItsOwn(Client):
    """Sends a security token although its key has none."""

    def signed_headers(self, content):
        return {**super().signed_headers(content), "x-acs-security-token": "made-up"}


@defect("secret.kept")
class ShowsSecretInHeader(Client):
    """Sends the secret in a header."""

    def finish_request(self, request):
        return evolve(request, headers=[*request.headers, ("x-secret", self._secret)])


@defect("secret.kept", "request.surplus")
class ShowsSecretInForm(Client):
    """Sends the secret as a parameter."""

    def select_parameters(self, parameters):
        return [*parameters.items(), ("AccessKeySecret", self._secret)]


@defect(
    "secret.kept", side_effects=("error.*.message", "error.gateway", "error.unknown"), scenarios=("error.*.status",)
)
class TellsSecret(Client):
    """Puts the secret into error messages."""

    def build_error(self, error):
        api_error = super().build_error(error)
        return evolve(api_error, message=f"{api_error.message} (signed with {self._secret})")
