"""Signatures V3 and V2 of Alibaba Cloud's RPC style: signing, parsing and verification.

All functions are pure: dates and nonces are arguments. Where official SDKs differ from the documentation (they sign
further headers, write spaces as plus signs, leave `:` and `/` unescaped in the URL), verification accepts both.
"""
