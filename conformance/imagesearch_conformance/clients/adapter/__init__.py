"""The subprocess that drives a client in any language, and the messages exchanged with it."""
