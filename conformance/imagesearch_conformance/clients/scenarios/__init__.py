"""Builders of the scenarios for clients."""
