"""What `make mutation` breaks, and what it leaves alone."""

from __future__ import annotations

import ast

from tests.mutation.mutants import places

WHOLE = '''
"""Docstring."""

@dataclass(frozen=True)
class A:
    x: Literal["a"] = "b"

def f(n: int = 1) -> str:
    """Docstring."""
    log.info("text")
    if not n and n < 2:
        return g(n) + "c"
    raise E(f"{n} d")
'''


def mutants(text: str) -> list[str]:
    """The line that differs, of each mutant."""
    tree = ast.parse(text)
    whole = ast.unparse(tree).splitlines()
    texts = [place.module_with(other, tree) for place in places(tree) for other in place.others]
    assert ast.unparse(tree).splitlines() == whole
    return [next(line.strip() for line in one.splitlines() if line not in whole) for one in texts]


def test_a_module_is_broken_in_every_place_that_a_test_could_notice() -> None:
    assert mutants(WHOLE) == [
        "x: Literal['a'] = ''",
        "def f(n: int=2) -> str:",
        "def f(n: int=0) -> str:",
        "if True:",
        "if False:",
        "if not n or n < 2:",
        "if n and n < 2:",
        "if not n and n <= 2:",
        "if not n and n < 3:",
        "if not n and n < 1:",
        "return None",
        "return g(n) - 'c'",
        "return g(n) + ''",
        "pass",
        "raise E(f'{n}')",
    ]
