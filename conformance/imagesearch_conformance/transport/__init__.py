"""The only door to the outside: encodes, signs, waits, sends."""
