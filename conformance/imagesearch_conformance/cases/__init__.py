"""Derives cases from the contract: pure, no I/O, no clock, no randomness."""
