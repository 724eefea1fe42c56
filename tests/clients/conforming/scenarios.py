"""What shows most of a part of a client, in few scenarios."""

SENT = ("request.*", "wire.*", "filter.format/*", "error.gateway/Missing*")

LATER = ("scorethreshold.*", "distinctproductid.*")

TRANSFER = ("request.*", "decoding.chunked*", "decoding.gzip*", "redirect.*", "network.dropped*", "malformed.*")

HANDED = ("request.minimal*", "decoding.*", "outcome.*", "malformed.*")

TRIED = ("request.minimal*", "error.gateway/[ISTU]*", "error.[DN]*")

ASKED = ("request.*", "*.type", "*.enum", "*.minimum", "*.maximum", "*.maxlength", "*.minlength", "*.required")
