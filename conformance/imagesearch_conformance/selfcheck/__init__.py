"""Mutation-test the suite: run it against emulators with known faults and known conforming variations."""
