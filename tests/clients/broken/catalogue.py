"""All broken clients; each has one defect."""

from . import bounds, decoding, entries, errors, fields, parameters, robustness, signing, texts, values, wire
from .client import DEFECTS

#: The modules with defects: importing them fills the list.
MODULES = (parameters, bounds, texts, wire, signing, fields, values, entries, decoding, errors, robustness)

CATALOGUE = tuple(DEFECTS)
