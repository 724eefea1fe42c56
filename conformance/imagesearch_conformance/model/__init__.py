"""Frozen values that all layers share."""
