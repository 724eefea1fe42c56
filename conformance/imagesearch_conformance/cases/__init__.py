"""Test cases derived from the contract: pure, no I/O, no clock, no randomness."""
