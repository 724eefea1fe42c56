"""The adapter process that drives a client in any language."""
