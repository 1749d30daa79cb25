"""Read tool definitions and tool calls, as JSON or as JSON text, into the one form of chat templates."""

from collections.abc import Callable, Collection
from typing import Any, Final

from app.domain.findings import Problem
from app.domain.records.unread import name_others
from app.domain.strict_json import UNREADABLE, parse

AddAt = Callable[..., None]  # takes a code, the path, and the detail by keywords
Object = dict[str, Any]

_BROKEN: Final = object()
_LISTS = "a list of objects"


def parse_tools(value: Any, path: tuple[object, ...], add: AddAt) -> list[Object] | None:
    """Read tool definitions; bare functions are wrapped. None when there are none."""
    items = _objects(value, path, add)
    tools = [_definition(item, (*path, index), add) for index, item in enumerate(items)]
    return tools or None


def parse_calls(value: Any, path: tuple[object, ...], add: AddAt) -> list[Object]:
    """Read the tool calls of a message, their arguments decoded."""
    items = _objects(value, path, add)
    return [_call(item, (*path, index), add) for index, item in enumerate(items)]


def parse_call_text(text: Any, path: tuple[object, ...], add: AddAt) -> list[Object]:
    """Read a message that is a tool call, or a list of them, written as JSON."""
    value = _decoded(text) if isinstance(text, str) else text
    calls = value if isinstance(value, list) else [value]
    if not calls or not all(isinstance(call, dict) for call in calls):
        add("tools.bad_arguments", *path, found="the text of the call is no JSON object")
        return []
    return [_call(call, path, add) for call in calls]


def function_names(tools: Collection[Object]) -> set[str]:
    """Collect the names of functions in tool definitions, or in tool calls."""
    return {tool["function"]["name"] for tool in tools}


def _objects(value: Any, path: tuple[object, ...], add: AddAt) -> list[Object]:
    if isinstance(value, str):
        value = _decoded(value) if value and not value.isspace() else None
    if value is None:
        return []
    items = value if isinstance(value, list) else [value] if value and isinstance(value, dict) else None
    if items is not None:
        items = [_decoded(item) if isinstance(item, str) else item for item in items]
        if all(isinstance(item, dict) for item in items):
            return items
    add("field.type", *path, name=path[-1], found=_kind(value), expected=_LISTS)
    return []


def _kind(value: object) -> str:
    if value is _BROKEN or isinstance(value, str):
        return "a text that is no JSON"
    return "a list of other values" if isinstance(value, list) else "another value"


def _decoded(text: str) -> Any:
    """Decode JSON text; the stand-in for broken JSON when it has a fault."""
    faults: list[Problem] = []
    value = parse(text.encode(errors="surrogatepass"), faults.append)
    return _BROKEN if value is UNREADABLE or any(fault.is_error for fault in faults) else value


def _definition(item: Object, path: tuple[object, ...], add: AddAt) -> Object:
    function = item.get("function")
    if isinstance(function, dict):
        name_others(item, ("type", "function"), path, add)
    else:
        function = {name: part for name, part in item.items() if name not in ("type", "function")}
        if "input_schema" in function:
            name_others(function, function.keys() - {"parameters"}, path, add)
            function = {**function, "parameters": function["input_schema"]}
            del function["input_schema"]
    if not _is_name(function.get("name")):
        add("tools.no_name", *path, found="tool definition")
        function = {**function, "name": ""}
    return {"type": "function", "function": function}


def _call(item: Object, path: tuple[object, ...], add: AddAt) -> Object:
    function = item["function"] if isinstance(item.get("function"), dict) else item
    name = function.get("name")
    if not _is_name(name):
        add("tools.no_name", *path, found="tool call")
        name = ""
    given_as = "arguments" if "arguments" in function else "parameters"
    name_others(
        item, ("id", "type", "function") if function is not item else _call_fields(given_as), path, add
    )
    if function is not item:
        name_others(function, ("name", given_as), path, add)
    given = function.get(given_as)
    arguments = _arguments(given, (*path, "function", "arguments"), add)
    call = {"type": "function", "function": {"name": name, "arguments": arguments}}
    identity = item.get("id")
    return {"id": str(identity), **call} if type(identity) in (str, int) else call


def _call_fields(arguments: str) -> tuple[str, ...]:
    return ("id", "type", "name", arguments)


def _arguments(value: Any, path: tuple[object, ...], add: AddAt) -> Object:
    if isinstance(value, str):
        value = _decoded(value) if value and not value.isspace() else None
    if value is None:
        return {}
    if not isinstance(value, dict):
        found = "they are no JSON" if value is _BROKEN else "they are no JSON object"
        add("tools.bad_arguments", *path, found=found)
        return {}
    return value


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != "" and not value.isspace()
