"""Adapters of real clients: stand-alone scripts, started by their path and never imported."""
