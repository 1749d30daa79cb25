"""Every regular expression of the project, and texts that make each of them work hard."""

import ast
import importlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from re import _constants as ops
from re import _parser as parser
from typing import Any

from tests.house.sources import name_of, python_files, tree_of

_FUNCTIONS = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
_ANCHORED = {"match", "fullmatch"}
_ALL_PLACES = 12  # pieces of a pattern that are combined with one another


@dataclass(frozen=True)
class Site:
    """A place in the source that makes a pattern, with the compiled patterns that it makes."""

    place: str  # file and name, or file and source text
    patterns: tuple[re.Pattern[Any], ...]
    is_anchored: bool  # used at one place of a text only

    def run(self, pattern: re.Pattern[Any], text: Any) -> None:
        """Ask a text as the project does; a search continues behind each match."""
        if self.is_anchored:
            pattern.match(text)
        else:
            for _ in pattern.finditer(text):
                pass


def sites(by_hand: dict[str, Callable[[], tuple[re.Pattern[Any], ...]]]) -> Iterator[Site]:
    """All sites below app and workers; `by_hand` makes the patterns that only their callers know."""
    for path in python_files("app", "workers"):
        file, tree = name_of(path), tree_of(path)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (source := _pattern_of(node)):
                yield _site(file, tree, node, source, by_hand)


def _pattern_of(call: ast.Call) -> ast.expr | None:
    """The argument of a call that is a regular expression."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="re"), attr=name) if name in _FUNCTIONS:
            return call.args[0]
    return next((each.value for each in call.keywords if each.arg == "pattern"), None)


def _site(file: str, tree: ast.Module, call: ast.Call, source: ast.expr, by_hand: dict[str, Any]) -> Site:
    place = f"{file}: {ast.unparse(source)}"
    if place in by_hand:
        return Site(place, by_hand[place](), is_anchored=False)
    space = vars(
        importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    )
    text = _value(source, space)
    flags = [_value(each.value, space) for each in call.keywords if each.arg == "flags"]
    is_compiled = getattr(call.func, "attr", "") == "compile"
    flags += [_value(each, space) for each in call.args[1:] if is_compiled]
    name = next((name for name, value in _assigned(tree) if value is call), "")
    uses = _uses(tree, name) if name else {getattr(call.func, "attr", "")}
    return Site(
        f"{file}: {name}" if name else place,
        (re.compile(text, *flags),),
        is_anchored=bool(uses) and uses <= _ANCHORED,
    )


def _value(node: ast.expr, space: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), space)


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value


def _uses(tree: ast.Module, name: str) -> set[str]:
    """The methods of a pattern that its module calls; other ways to use it count as a search."""
    uses = set()
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            uses.add(getattr(parents[node], "attr", "search"))
    return uses


@dataclass
class Pieces:
    """Characters and words that a pattern looks at, in the order of its text."""

    singles: dict[str, None] = field(default_factory=dict)
    words: dict[str, None] = field(default_factory=dict)
    word: str = ""

    def end_word(self) -> None:
        """Keep the literal characters that stood one after another."""
        if len(self.word) > 1:
            self.words[self.word] = None
        self.word = ""

    def add(self, character: int) -> None:
        """Keep a character of a set."""
        self.singles[chr(character)] = None


def pieces(pattern: re.Pattern[Any]) -> list[str]:
    """The pieces of a pattern: its literal words, and a character or two of each of its sets."""
    found = Pieces()
    _collect(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), found)
    found.end_word()
    return list(found.words)[:_ALL_PLACES] + list(found.singles)[: _ALL_PLACES * 2]


_OF_CATEGORY = {
    ops.CATEGORY_SPACE: " ", ops.CATEGORY_NOT_SPACE: "a", ops.CATEGORY_DIGIT: "1",
    ops.CATEGORY_NOT_DIGIT: "a", ops.CATEGORY_WORD: "a", ops.CATEGORY_NOT_WORD: "-",
}  # fmt: skip


def _collect(tree: Any, found: Pieces) -> None:
    for operation, value in tree:
        if operation is ops.LITERAL:
            found.word += chr(value)
            found.add(value)
            continue
        found.end_word() if operation not in {ops.SUBPATTERN, ops.BRANCH} else None
        if operation is ops.NOT_LITERAL:
            found.add(ord("a") if value != ord("a") else ord("b"))
        elif operation is ops.ANY:
            found.add(ord("a"))
        elif operation is ops.IN:
            _collect_set(value, found)
        elif operation is ops.BRANCH:
            for branch in value[1]:
                found.end_word()
                _collect(branch, found)
        else:
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, parser.SubPattern):
                    _collect(part, found)


def _collect_set(members: Any, found: Pieces) -> None:
    is_negated = members[0][0] is ops.NEGATE
    for kind, value in members:
        if kind is ops.LITERAL:
            found.add(value)
        elif kind is ops.RANGE:
            found.add(value[0])
            found.add(value[1])
        elif kind is ops.CATEGORY:
            found.add(ord(_OF_CATEGORY[value]))
    if is_negated:
        found.add(ord("a"))
        found.add(ord(" "))


def texts(pattern: re.Pattern[Any], by_hand: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str]]:
    """Beginnings, repeated parts and ends: each piece, each pair, and each piece behind each word."""
    parts = [*by_hand, *pieces(pattern)]
    words = ["", *[part for part in parts if len(part) > 1][:_ALL_PLACES]]
    pairs = ["".join(pair) for pair in itertools.permutations(parts[:_ALL_PLACES], 2)]
    for repeated in dict.fromkeys([*parts, *pairs]):
        for start in words if len(repeated) == 1 else [""]:
            for end in ("", "\0") if len(repeated) == 1 else ("\0",):
                yield start, repeated, end
