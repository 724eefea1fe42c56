"""Adapters of real clients: scripts that are started by their path, each on its own, and never imported."""
