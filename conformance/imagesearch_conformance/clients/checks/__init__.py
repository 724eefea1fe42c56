"""Checks of a client's requests and of its answers."""
