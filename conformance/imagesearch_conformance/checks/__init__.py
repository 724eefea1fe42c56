"""Checks of exchanges: pure functions from a contract, a case and its exchanges to findings."""
