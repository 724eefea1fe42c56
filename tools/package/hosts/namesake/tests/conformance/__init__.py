"""A package of the host's own that has the name of our folder."""

OURS = True
