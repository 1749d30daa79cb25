"""Compile chat templates in a sandbox that offers all that transformers' own offers, and run them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

Messages = Sequence[Mapping[str, Any]]
Tools = list[dict[str, Any]] | None
Span = tuple[int, int]

_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_HAS_BLOCKS = re.compile(r"\{%-?\s*generation\s*-?%\}")


class ChatTemplateError(ValueError):
    """The chat template is broken: it does not compile."""


class Refused(Exception):
    """The template refuses the messages; the text is what it says of it itself, "" for an accident in it."""


class Sandbox:
    """A compiled chat template, and the special tokens that it may write."""

    def __init__(self, source: str, tokens: Mapping[str, str]) -> None:
        """Compile the template; raises ChatTemplateError."""
        self.source = source
        self._tokens = {"documents": None, **tokens}
        self._has_blocks = bool(_HAS_BLOCKS.search(source))
        try:
            self._template = _environment().from_string(source)
        except _FAULTS as error:
            raise ChatTemplateError(f"The chat template does not compile: {error}") from error
        # each rendering copies them, which takes longer from a chain of mappings than from a dict
        self._template.globals = dict(self._template.globals)

    def run(self, messages: Messages, *, tools: Tools = None, prompt: bool = False) -> str:
        """Render messages; `prompt` ends with the generation prompt. Raises Refused."""
        try:
            return self._template.render(self._context(messages, tools, prompt=prompt))
        except _FAULTS as error:
            raise _refusal(error) from error

    def blocks(self, messages: Messages, *, tools: Tools = None) -> list[Span]:
        """Find the ranges of the template's generation blocks; raises Refused."""
        spans: list[Span] = []
        position = 0
        if not self._has_blocks:
            return spans
        try:
            for part in self._template.generate(self._context(messages, tools, prompt=False)):
                if isinstance(part, _Generated):
                    spans.append((position, position + len(part)))
                position += len(part)
        except _FAULTS as error:
            raise _refusal(error) from error
        return spans

    def _context(self, messages: Messages, tools: Tools, *, prompt: bool) -> dict[str, Any]:
        return {**self._tokens, "messages": messages, "tools": tools, "add_generation_prompt": prompt}


def _refusal(error: Exception) -> Refused:
    """Keep the template author's own words; the words of an accident say nothing to a reader."""
    return Refused(str(error) if isinstance(error, _Raised) else "")


class _Raised(jinja2.TemplateError):
    """Raised by the template itself."""


class _Generated(str):
    """Output of a generation block."""

    __slots__ = ()


class _Generation(Extension):
    """The tag `{% generation %}...{% endgeneration %}` around a reply of the assistant."""

    tags = {"generation"}  # noqa: RUF012 - jinja2 declares it so

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_mark"), [], [], body).set_lineno(line)

    def _mark(self, caller: Callable[[], str]) -> _Generated:
        return _Generated(caller())


class _SafeNamespace(Namespace):
    """A namespace whose names cannot reach into the interpreter."""

    def __init__(*args: Any, **values: Any) -> None:
        self, *given = args
        names = dict(*given, **values)
        for name in names:
            _check_name(name)
        Namespace.__init__(self, names)

    def __setitem__(self, name: str, value: Any) -> None:
        _check_name(name)
        super().__setitem__(name, value)


def _check_name(name: Any) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise jinja2.exceptions.SecurityError(f"The name {name!r} begins with an underscore.")


def _environment() -> ImmutableSandboxedEnvironment:
    """Make the sandbox, with the extensions and functions of published templates."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    started = datetime.now()  # noqa: DTZ005 - local time, as transformers has it; one date for a whole run
    environment.filters["tojson"] = _to_json
    environment.globals |= {
        "raise_exception": _raise_exception,
        "strftime_now": started.strftime,
        "namespace": _SafeNamespace,
    }
    return environment


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **options: Any) -> str:
    """Write plain JSON: jinja2's own filter escapes for HTML."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **options)


def _raise_exception(message: str) -> NoReturn:
    raise _Raised(message)
