"""The floors of the design: a module imports only from floors below its own."""

import ast
from pathlib import Path

import pytest

import baocao_nlp

PACKAGE = Path(baocao_nlp.__file__).parent
FLOORS = {
    "facts": 1,
    "arrays": 1,
    "text": 2,
    "meaning": 3,
    "reading": 3,
    "features": 4,
    "network": 5,
    "tagging": 6,
    "linking": 6,
    "tabular": 7,
    "pipeline": 8,
    "annotation": 9,
    "evaluation": 10,
    "significance": 11,
    "statistics": 10,
    "training": 12,
    "figures": 12,
    "wording": 1,
    "outputs": 14,
    "commands": 15,
    "tables": 13,
    "pages": 13,
    "plots": 13,
    "cli": 16,
    "__init__": 16,
}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    parts = [name.split(".") for name in names]
    return {part[1] for part in parts if part[0] == "baocao_nlp" and len(part) > 1 and part[1] in FLOORS}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_from_floors_below(path):
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert own in FLOORS, f"{own} has no floor yet"
    above = {name for name in imported(path) if name != own and FLOORS[name] >= FLOORS[own]}
    assert not above
