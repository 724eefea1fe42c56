"""Checks of a client's requests and of what it returns."""
