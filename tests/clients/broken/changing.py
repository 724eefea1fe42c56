"""Clients that send what a function of a value makes of it, or refuse to."""

from imagesearch_conformance.adapters.plain import ArgumentsRefused

from .steps import Client


class Changing(Client):
    """Sends what a function of a parameter makes of its value."""

    def asked(self, parameters):
        return [(name, self.changed(name, value)) for name, value in parameters.items()]

    def changed(self, name, value):
        return self.number(name, value) if isinstance(value, int) else self.string(name, value)

    def number(self, _, value):
        return value

    def string(self, _, value):
        return value


class Refusing(Client):
    """Refuses calls."""

    def refuses(self, _):
        return False

    def asked(self, parameters):
        if self.refuses(parameters):
            raise ArgumentsRefused("not with these")
        return list(parameters.items())
