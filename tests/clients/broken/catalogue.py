"""All broken clients; a client is broken in one way."""

from . import behaving, returning, sending, signing
from .steps import DEFECTS

#: The modules that they stand in: to import them is to list them.
WRITTEN = (sending, signing, returning, behaving)

CATALOGUE = tuple(DEFECTS)
