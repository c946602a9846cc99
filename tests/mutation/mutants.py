"""The places where a module can be broken: comparisons, constants, conditions, operators, returns, statements.

What no test could notice is left alone: annotations and types, docstrings, decorators (`frozen=True`), log texts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift,
}  # fmt: skip
UNSEEN_FIELDS = {"annotation", "returns", "decorator_list"}
UNSEEN_NAMES = {"TypeVar", "NewType", "cast", "Literal", "log", "logger", "logging", "TYPE_CHECKING"}


@dataclass(frozen=True)
class Place:
    """What a field of a node holds (`here`), and the nodes that may stand there instead."""

    owner: ast.AST
    field: str
    index: int | None
    here: ast.AST
    others: list[ast.AST]
    line: int

    def module_with(self, other: ast.AST, tree: ast.Module) -> str:
        """Return the whole module's text with `other` in this place; the tree is as it was afterwards."""
        self._put(other)
        try:
            return ast.unparse(tree)
        finally:
            self._put(self.here)

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


def places(node: ast.AST, line: int = 1) -> Iterator[Place]:
    """Yield all places in a tree, in the order of its text."""
    for field, value in ast.iter_fields(node):
        held = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, here in held:
            if isinstance(here, ast.AST) and field not in UNSEEN_FIELDS and not _is_unseen(here):
                at = getattr(here, "lineno", line)
                if others := _others(node, field, here):
                    yield Place(node, field, index, here, others, at)
                yield from places(here, at)


def _is_unseen(node: ast.AST) -> bool:
    """Docstrings, types and logging."""
    match node:
        case ast.Expr():
            return isinstance(node.value, ast.Constant) or _is_unseen(node.value)
        case ast.Call(func=named) | ast.If(test=named) | ast.Subscript(value=named):
            return ast.unparse(named).partition(".")[0] in UNSEEN_NAMES
    return False


def _others(owner: ast.AST, field: str, here: ast.AST) -> list[ast.AST]:
    others = _instead_of(here)
    if field in ("test", "ifs"):
        others += [ast.Constant(True), ast.Constant(False)]
    if isinstance(owner, ast.Return) and ast.unparse(here) != "None":
        others.append(ast.Constant(None))
    return others


def _instead_of(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.UnaryOp():
            return [node.operand]
        case ast.Constant(value=bool()):
            return [ast.Constant(not node.value)]
        case ast.Constant(value=int() | float() as number):
            return [ast.Constant(number + 1), ast.Constant(number - 1)]
        case ast.Constant(value=str() | bytes() as text):
            return [ast.Constant(type(text)() if text else "mutant")]
        case (
            ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
            | ast.Expr()
            | ast.AugAssign()
            | ast.Raise()
        ):
            return [ast.Pass()]
        case ast.Continue() | ast.Break() | ast.Delete():
            return [ast.Pass()]
    return [SWAPS[type(node)]()] if type(node) in SWAPS else []
