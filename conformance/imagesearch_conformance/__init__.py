"""Judges whether an endpoint or a client behaves as the SearchImageByName page says."""
