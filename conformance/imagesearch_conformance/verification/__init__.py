"""Verification of a certificate: the run is judged again from its report, and nothing is sent."""
