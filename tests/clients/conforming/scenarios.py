"""Selections of scenarios that show most of one part of a client."""

REQUESTS = ("request.*", "wire.*", "filter.format/*", "error.gateway/Missing*")

LATER_REVISION = ("scorethreshold.*", "distinctproductid.*")

TRANSFER = ("request.*", "decoding.chunked*", "decoding.gzip*", "redirect.*", "network.dropped*", "malformed.*")

RESULTS = ("request.minimal*", "decoding.*", "outcome.*", "malformed.*")

RETRIES = ("request.minimal*", "error.gateway/[ISTU]*", "error.[DN]*")

ARGUMENTS = ("request.*", "*.type", "*.enum", "*.minimum", "*.maximum", "*.maxlength", "*.minlength", "*.required")
