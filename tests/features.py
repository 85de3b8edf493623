"""docs/features.md from the tests' markers: `python -m tests.features` (make features).

Read from the source, not by importing it: it takes a second and needs no database. An id counts for every test whose
function, class or module carries `@pytest.mark.feature("F24", …)`.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHECKLIST, TABLE = ROOT / "docs/checklist.tsv", ROOT / "docs/features.md"
APPS = ("accounts", "sessions_flow", "chatbot", "routing", "workbench", "cs_project")
OUT_OF_SCOPE = "out of scope"
FunctionOrClass = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
HEADING = """# What is tested

Made by `make features` from the markers of the tests (`@pytest.mark.feature("F24")`); the phrases are in
`checklist.tsv`. An id is covered by a test that fails without it. Telephone, audio and video are out of scope.

"""


def checklist() -> dict[str, str]:
    """What every id stands for, in the order of the checklist."""
    rows = (line.split("\t") for line in CHECKLIST.read_text(encoding="utf-8").splitlines())
    return {feature: phrase for feature, phrase in rows}


def marked() -> dict[str, list[str]]:
    """The tests of every id that some test names, as `file::test`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(path for folder in ("tests", *APPS) for path in (ROOT / folder).rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, ids in _tests_in(tree.body, _module_ids(tree)):
            for feature in ids:
                found[feature].append(f"{path.relative_to(ROOT).as_posix()}::{name}")
    return found


def _tests_in(body: list[ast.stmt], outer: set[str], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    for node in body:
        if not isinstance(node, FunctionOrClass):
            continue
        ids = outer.union(*(_ids(decorator) for decorator in node.decorator_list))
        if isinstance(node, ast.ClassDef):
            yield from _tests_in(node.body, ids, f"{node.name}::")
        elif node.name.startswith("test_"):
            yield prefix + node.name, ids


def _module_ids(tree: ast.Module) -> set[str]:
    marks = (node.value for node in tree.body if isinstance(node, ast.Assign) and "pytestmark" in ast.dump(node))
    return set().union(*(_ids(mark) for mark in marks))


def _ids(node: ast.expr) -> set[str]:
    """The arguments of every `….feature(…)` inside an expression: also those of one parameter's marks."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    calls = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "feature"]
    return {str(word.value) for call in calls for word in call.args if isinstance(word, ast.Constant)}


def table() -> str:
    """The document; `missing` says what no test guards."""
    tests, wanted = marked(), checklist()
    scoped = [feature for feature, phrase in wanted.items() if not phrase.startswith(OUT_OF_SCOPE)]
    covered = sum(feature in tests for feature in scoped)
    rows = [f"| {feature} | {phrase} | {_cell(feature, phrase, tests)} |" for feature, phrase in wanted.items()]
    head = [f"{covered} of {len(scoped)} ids have a test.", "", "| id | what | tests |", "|---|---|---|"]
    return HEADING + "\n".join([*head, *rows]) + "\n"


def _cell(feature: str, phrase: str, tests: dict[str, list[str]]) -> str:
    if phrase.startswith(OUT_OF_SCOPE):
        return OUT_OF_SCOPE
    return "<br>".join(f"`{test}`" for test in tests[feature]) if feature in tests else "missing"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
