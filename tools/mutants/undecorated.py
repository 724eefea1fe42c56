"""Decorated functions made mutable: mutmut leaves them alone, so their bodies move to functions without a decorator.

`@property def code(self): ...` becomes `def bare_code(self): ...` and a property that calls it. Caches
are left out altogether: in a process forked from one that has judged already they would hide a mutant.
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

#: Decorators that mutmut can mutate behind.
_HARMLESS = m.Decorator(m.Name("classmethod") | m.Name("staticmethod"))

_CACHING = m.Call(m.Name("lru_cache"))
_CACHE = m.Decorator(_CACHING)

#: Caches that are kept: what they hold is made by a library, and making it for every value is slow.
_KEPT = {"_validator"}


def undecorated(source: str) -> str:
    """A module without decorated functions that have a body of their own."""
    return cst.parse_module(source).visit(_Mover()).code


class _Mover(cst.CSTTransformer):
    def leave_FunctionDef(self, original_node, updated_node):  # noqa: N802 the name is libcst's
        function, kept = updated_node, original_node.name.value in _KEPT
        if not kept:
            function = function.with_changes(
                decorators=[one for one in function.decorators if not m.matches(one, _CACHE)]
            )
        if kept or all(m.matches(one, _HARMLESS) for one in function.decorators):
            return function
        bare = function.with_changes(name=cst.Name(f"bare_{function.name.value}"), decorators=[])
        return cst.FlattenSentinel([bare, function.with_changes(body=_calling(function))])

    def leave_Call(self, original_node, updated_node):  # noqa: N802 the name is libcst's
        """`known = lru_cache(...)(made)` is a cache as well."""
        cached = m.matches(original_node, m.Call(_CACHING, [m.Arg(m.Name())]))
        return updated_node.args[0].value if cached else updated_node


def _calling(function: cst.FunctionDef) -> cst.BaseSuite:
    names = [one.name.value for one in function.params.params]
    owner = "self." if names[:1] == ["self"] else ""
    given = ", ".join(name for name in names if name != "self")
    return cst.IndentedBlock([cst.parse_statement(f"return {owner}bare_{function.name.value}({given})")])
