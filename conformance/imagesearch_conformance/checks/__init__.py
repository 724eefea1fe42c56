"""Judges exchanges: pure functions from (Contract, Case, Exchange) to findings."""
