"""All broken clients; a client is broken in one way."""

from . import behaving, bounds, entries, raising, returning, sending, signing, texts, transfers, values, wire
from .steps import DEFECTS

#: Where they are written: to import these is to list them.
WRITTEN = (sending, bounds, texts, wire, signing, returning, values, entries, transfers, raising, behaving)

CATALOGUE = tuple(DEFECTS)
