"""Base classes of clients that change or refuse arguments."""

from imagesearch_conformance.adapters.plain import ArgumentsRefused

from .client import Client


class ArgumentChangingClient(Client):
    """Changes the value of each argument."""

    def select_parameters(self, parameters):
        return [(name, self.change(name, value)) for name, value in parameters.items()]

    def change(self, name, value):
        return self.change_number(name, value) if isinstance(value, int) else self.change_text(name, value)

    def change_number(self, _, value):
        return value

    def change_text(self, _, value):
        return value


class RefusingClient(Client):
    """Refuses calls."""

    def is_refused(self, _):
        return False

    def select_parameters(self, parameters):
        if self.is_refused(parameters):
            raise ArgumentsRefused("not with these arguments")
        return list(parameters.items())
