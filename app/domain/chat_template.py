"""Render conversations with a model's chat template, and find the character ranges of trained replies."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.domain.loss_mask import Messages, Span, reply_spans

Tools = list[dict[str, Any]] | None

_TEMPLATE_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class ChatTemplateError(ValueError):
    """The chat template is broken: it does not compile."""


class LeftOut(Exception):
    """The record is left out of training; `code` names the reason, the message says it in words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Rendered:
    """Rendered text, and the character ranges of its trained replies."""

    text: str
    spans: list[Span]
    joins_system: bool = False  # the system message is part of the first user message


class ChatTemplate:
    """A model's chat template, in a sandbox that offers the functions of published templates."""

    def __init__(self, source: str, *, bos_token: str = "", eos_token: str = "") -> None:
        """Compile the template; raises ChatTemplateError."""
        self._tokens = {"bos_token": bos_token, "eos_token": eos_token}
        try:
            self._template = _environment().from_string(source)
        except _TEMPLATE_FAULTS as error:
            raise ChatTemplateError(f"The chat template does not compile: {error}") from error

    def render(self, messages: Messages, trained: Sequence[int], *, tools: Tools = None) -> Rendered:
        """Render a conversation; raises LeftOut when the template refuses it or no mask is exact.

        Spans come from the template's generation blocks, if there is one for each assistant message;
        without them, a reply's span is the text that it adds to the prompt before it. A template that
        refuses a system message gets it at the beginning of the first user message.
        """
        try:
            return self._render(messages, trained, tools)
        except LeftOut:
            if [message["role"] for message in messages[:2]] != ["system", "user"]:
                raise
        joined = self._render(_join_system(messages), [index - 1 for index in trained], tools)
        return replace(joined, joins_system=True)

    def _render(self, messages: Messages, trained: Sequence[int], tools: Tools) -> Rendered:
        text, blocks = self._run(messages, tools=tools)
        replies = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
        if len(blocks) == len(replies):
            by_reply = dict(zip(replies, blocks, strict=True))
            return Rendered(text, [by_reply[index] for index in trained])

        def render_text(messages: Messages, **values: Any) -> str:
            return self._run(messages, tools=tools, **values)[0]

        spans = reply_spans(render_text, messages, trained, text)
        if spans is None:
            raise LeftOut(
                "template.no_exact_mask", "The chat template rewrites earlier text, so no mask is exact."
            )
        return Rendered(text, spans)

    def _run(self, messages: Messages, **values: Any) -> tuple[str, list[Span]]:
        """Run the template; returns the text and the spans of its generation blocks."""
        context = {"add_generation_prompt": False, **self._tokens, **values, "messages": messages}
        parts: list[str] = []
        spans: list[Span] = []
        position = 0
        try:
            for part in self._template.generate(context):
                parts.append(part)
                if isinstance(part, _Generated):
                    spans.append((position, position + len(part)))
                position += len(part)
        except _TEMPLATE_FAULTS as error:
            raise LeftOut("template.refuses", f"The chat template refuses the messages: {error}") from error
        return "".join(parts), spans


def _join_system(messages: Messages) -> Messages:
    """Put the system message at the beginning of the first user message."""
    system, user, *rest = messages
    return [{**user, "content": f"{system['content']}\n\n{user['content']}"}, *rest]


def _environment() -> ImmutableSandboxedEnvironment:
    """Make the sandbox that compiles chat templates, with the extensions of published ones."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise_exception
    return environment


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


def _to_json(value: Any, *, indent: int | None = None, **options: Any) -> str:
    """Write plain JSON: jinja2's own filter escapes for HTML."""
    return json.dumps(value, indent=indent, **{"ensure_ascii": False, **options})


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)
