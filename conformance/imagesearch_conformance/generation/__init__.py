"""Generated requests: strategies, what each example breaks, and the search for small failures.

The only room that knows Hypothesis and Schemathesis; entered only when examples are asked for.
"""
