"""Clients that sign wrongly, or show what they sign with."""

import hashlib

from attrs import evolve

from .steps import Client, defect


@defect("authentication.unsigned")
class SignsNothing(Client):
    """Does not sign."""

    def sealed(self, message):
        return evolve(message, headers=[one for one in message.headers if one[0] != "authorization"])


@defect("authentication.unsigned")
class SignsWithoutNonce(Client):
    """Sends no nonce."""

    def facts(self, content):
        return {name: value for name, value in super().facts(content).items() if name != "x-acs-signature-nonce"}


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
    """Signs the digest of nothing."""

    def facts(self, content):
        return {**super().facts(content), "x-acs-content-sha256": hashlib.sha256(b"").hexdigest()}


@defect("authentication.signature")
class SignsUnsorted(Client):
    """Signs the form in one order and sends it in another."""

    def sealed(self, message):
        return evolve(message, body=b"&".join(reversed(message.body.split(b"&"))))


@defect("authentication.signature")
class ChangesAfterSigning(Client):
    """Changes a header that is signed."""

    def sealed(self, message):
        headers = [(n, f"{v}; charset=utf-8" if n == "content-type" else v) for n, v in message.headers]
        return evolve(message, headers=headers)


@defect("authentication.unsigned-header")
class SignsLess(Client):
    """Leaves a header out of the signature that belongs there."""

    def signs(self, name):
        return name != "x-acs-version"


@defect("authentication.skew")
class IsLate(Client):
    """Signs with a time that is long over."""

    def date(self):
        return self.moment(-3600)


@defect("authentication.skew")
class SignsLocalTime(Client):
    """Signs with the time of Shanghai, and calls it UTC."""

    def date(self):
        return self.moment(8 * 3600)


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
    """Uses one nonce for everything."""

    def nonce(self):
        return "0123456789"


@defect("authentication.replay", plays=("error.AccessEngineFailed.status",))
class RepeatsMessage(Client):
    """Sends the very same request again when the service fails."""

    def tried(self, asked):
        message = self.message(asked)
        reply = self.sent(message)
        return self.sent(message) if reply.status >= 500 else reply


@defect("authentication.stranger")
class SendsTokenOfItsOwn(Client):
    """Sends a token although its key has none."""

    def facts(self, content):
        return {**super().facts(content), "x-acs-security-token": "made-up"}


@defect("secret.kept")
class ShowsSecretInHeader(Client):
    """Sends the secret along."""

    def sealed(self, message):
        return evolve(message, headers=[*message.headers, ("x-secret", self._secret)])


@defect("secret.kept", "request.surplus")
class ShowsSecretInForm(Client):
    """Sends the secret as a parameter."""

    def asked(self, parameters):
        return [*parameters.items(), ("AccessKeySecret", self._secret)]


@defect("secret.kept", also=("error.*.message", "error.gateway", "error.unknown"), plays=("error.*.status",))
class TellsSecret(Client):
    """Says in its errors what it signed with."""

    def told(self, error):
        told = super().told(error)
        return evolve(told, message=f"{told.message} (signed with {self._secret})")
