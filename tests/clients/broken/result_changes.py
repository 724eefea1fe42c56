"""Base classes of clients that change results."""

from .client import Client, map_values


class ResultChangingClient(Client):
    """Changes the body of a result."""

    def build_result(self, status, body):
        return status, self.change_body(body)

    def change_body(self, body):
        return map_values(body, self.change)

    def change(self, value):
        return self.change_object(value) if isinstance(value, dict) else self.change_value(value)

    def change_object(self, value):
        return value

    def change_value(self, value):
        return value


class EntryChangingClient(ResultChangingClient):
    """Changes the list of entries."""

    def change_body(self, body):
        entries = body.get("Auctions")
        return body if entries is None else {**body, "Auctions": self.change_entries(entries)}

    def change_entries(self, entries):
        return entries
