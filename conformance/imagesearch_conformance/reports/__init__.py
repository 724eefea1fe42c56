"""Consumers of a finished run: each writes one format, and none decides an outcome."""
