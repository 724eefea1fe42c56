"""Signs requests and verifies signed ones: Alibaba Cloud's RPC style, signature V3 and V2.

Pure functions: dates and nonces are arguments. Where official SDKs do more than the documents say
(they sign further headers, write spaces as plus signs, leave `:` and `/` unescaped in the URL),
verification accepts both.
"""
