"""Clients that hand over what a function makes of a reply."""

from .steps import Client, everywhere


class Handing(Client):
    """Hands over what a function makes of the body."""

    def handed(self, status, body):
        return status, self.made(body)

    def made(self, body):
        return everywhere(body, self.changed)

    def changed(self, value):
        return self.object(value) if isinstance(value, dict) else self.value(value)

    def object(self, value):
        return value

    def value(self, value):
        return value


class Listing(Handing):
    """Hands over what a function makes of the entries."""

    def made(self, body):
        found = body.get("Auctions")
        return body if found is None else {**body, "Auctions": self.entries(found)}

    def entries(self, found):
        return found
