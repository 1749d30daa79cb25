"""The eight files: OpenHermes, Alpaca, OpenAssistant, UltraChat, glaive in two forms, Capybara in two forms."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.whole_files.cuts import CUTS, ENGLISH_CUTS
from tests.whole_files.endings import ENDINGS, sentence_without_stop
from tests.whole_files.languages import ENGLISH, LANGUAGES, Language

CUT, RESERVED, CONTROL = "text.truncated_target", "text.reserved_token", "text.control_characters"
COPY, SAME_ID, LOW = "duplicate.exact", "duplicate.id", "quality.low"
ORDER, SYSTEM, LAST = "messages.not_alternating", "messages.system_not_first", "messages.last_not_assistant"
UNMATCHED = "tools.unmatched_call_id"
MODEL = "smollm2-135m-instruct"
MARK = "<|im_end|>"  # of that model
CALLS = 246


@dataclass
class Line:
    """A record, and the codes of the faults that were put into it."""

    record: dict[str, Any]
    planted: set[str] = field(default_factory=set)

    def plant(self, code: str, text: str) -> str:
        """Note a fault and give its text."""
        self.planted.add(code)
        return text


@dataclass(frozen=True)
class Rates:
    """Shares of the replies: whole ones with a special ending, without a full stop, and cut ones."""

    special: float = 0.2
    bare: float = 0.0
    cut: float = 0.03


def openhermes(rng: Random) -> Iterator[Line]:
    """ShareGPT with system prompts and the fields of its sources."""
    rates = Rates(special=0.3, bare=0.005)
    for number in range(1200):
        line = Line(
            {
                "id": f"hermes-{number}",
                "conversations": [],
                "source": rng.choice(("airoboros", "glaive", None)),
            }
        )
        if number % 200 == 99:
            line.record["id"] = line.plant(SAME_ID, f"hermes-{number - 20}")
        said = [
            {"from": "human", "value": _question(rng)},
            {"from": "gpt", "value": _reply(rng, line, rates)},
        ]
        if number % 3 == 0:
            said.insert(
                0, {"from": "system", "value": f"You are a helpful assistant. {ENGLISH.paragraph(rng, 1)}"}
            )
            line.record["system_prompt"] = None
        line.record["conversations"] = said
        yield line


def alpaca(rng: Random) -> Iterator[Line]:
    """Instruction, input and output; a tenth of the outputs are phrases or lack the full stop."""
    rates = Rates(special=0.25, bare=0.06)
    for _ in range(1500):
        line = Line({"instruction": _question(rng), "input": rng.choice(("", "", ENGLISH.paragraph(rng, 1)))})
        line.record["output"] = _reply(rng, line, rates)
        yield line


def openassistant(rng: Random) -> Iterator[Line]:
    """Conversations in seven languages, many of which write no full stop at the end."""
    rates = Rates(special=0.12)
    for number in range(1000):
        language = LANGUAGES[number % 7]
        line = Line({"messages": [], "lang": language.code, "message_tree_id": f"tree-{number}"})
        for turn in range(rng.randint(1, 3)):
            line.record["messages"] += [
                {"role": "user", "content": _question(rng, language)},
                {"role": "assistant", "content": _reply(rng, line, rates, language) if turn == 0 else language.text(rng)},
            ]  # fmt: skip
        if number % 100 == 49:
            line.record["messages"].insert(
                0, {"role": "user", "content": line.plant(ORDER, _question(rng, language))}
            )
        yield line


def ultrachat(rng: Random) -> Iterator[Line]:
    """Long dialogues, a prompt column beside the messages."""
    rates = Rates(special=0.08, cut=0.02)
    for number in range(800):
        line = Line({"prompt_id": f"{rng.getrandbits(128):032x}", "messages": []})
        for _ in range(rng.randint(2, 4)):
            line.record["messages"] += [
                {"role": "user", "content": _question(rng)},
                {"role": "assistant", "content": _reply(rng, line, rates)},
            ]
        _plant_in_dialogue(line, number)
        yield line


def _plant_in_dialogue(line: Line, number: int) -> None:
    said = line.record["messages"]
    if number % 90 == 7:
        said.append({"role": "user", "content": line.plant(LAST, "Thank you, that is all.")})
    if number % 90 == 17:
        said.insert(2, {"role": "system", "content": line.plant(SYSTEM, "Answer in short sentences.")})
    if number % 20 == 3:
        answers_another = number % 90 == 23
        call = {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": "get_weather", "arguments": "{}"},
        }
        result = line.plant(UNMATCHED, "call_9999") if answers_another else call["id"]
        said[1:1] = [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": result, "content": "12 degrees"},
        ]
    if number % 4 == 0:
        score = 1.5 if number % 80 == 0 else 4.5
        line.record["training_metadata"] = {"quality_score": score}
        line.planted |= {LOW} if score < 2 else set()


def glaive_text(rng: Random) -> Iterator[Line]:
    """Two columns of rendered text, calls in the middle of it."""
    for number in range(600):
        call = f"""{{"name": "get_weather", "arguments": '{{"city": "Town {number}"}}'}}"""
        chat = f"USER: {_question(rng)}\n\n\nASSISTANT: <functioncall> {call} <|endoftext|>\n\n\n"
        chat += f'FUNCTION RESPONSE: {{"degrees": {rng.randint(-9, 35)}}}\n\n\nASSISTANT: {ENGLISH.text(rng)} <|endoftext|>'
        system = f"SYSTEM: You are a helpful assistant with access to the following functions. -\n{json.dumps(_tool())}"
        yield Line({"system": system, "chat": chat})


def glaive_turns(rng: Random) -> Iterator[Line]:
    """ShareGPT with function_call and observation, tools as JSON text; 246 calls in all."""
    rates = Rates(special=0.05)
    for number in range(600):
        line = Line({"conversations": [], "tools": json.dumps([_tool()]) if number % 2 else "[]"})
        said = [{"from": "human", "value": _question(rng)}]
        if number % 2 and number < 2 * CALLS:
            call = {"name": "get_weather", "arguments": {"city": f"Town {number}"}}
            said += [
                {"from": "function_call", "value": json.dumps(call)},
                {"from": "observation", "value": json.dumps({"degrees": rng.randint(-9, 35)})},
            ]
        line.record["conversations"] = [*said, {"from": "gpt", "value": _reply(rng, line, rates)}]
        yield line


def capybara(rng: Random) -> Iterator[Line]:
    """Exchanges of input and output."""
    for _ in range(500):
        line = Line({"source": "Dove", "conversation": []})
        for _ in range(rng.randint(1, 4)):
            line.record["conversation"].append(
                {"input": _question(rng), "output": _reply(rng, line, Rates(cut=0.02))}
            )
        yield line


def capybara_turns(rng: Random) -> Iterator[Line]:
    """The same as ShareGPT, roles in capitals."""
    for line in capybara(rng):
        pairs = line.record.pop("conversation")
        line.record["conversations"] = [
            turn
            for pair in pairs
            for turn in ({"from": "Human", "value": pair["input"]}, {"from": "GPT", "value": pair["output"]})
        ]
        yield line


FILES: dict[str, Callable[[Random], Iterator[Line]]] = {
    "openhermes": openhermes,
    "alpaca": alpaca,
    "openassistant": openassistant,
    "ultrachat": ultrachat,
    "glaive, text": glaive_text,
    "glaive, turns": glaive_turns,
    "capybara": capybara,
    "capybara, turns": capybara_turns,
}


def whole_file(name: str, seed: int = 1) -> list[Line]:
    """Make a file; one record in a hundred and fifty is repeated, and its copy is known as planted."""
    rng = Random(f"{name}-{seed}")
    lines = list(FILES[name](rng))
    for _ in range(len(lines) // 150):
        original = rng.choice(lines)
        if COPY not in original.planted:
            at = rng.randint(lines.index(original) + 1, len(lines))
            same_id = {SAME_ID} if "id" in original.record else set()
            lines.insert(at, Line(original.record, {*original.planted, COPY, *same_id}))
    return lines


def as_bytes(lines: list[Line]) -> bytes:
    """Write the file as JSON Lines."""
    return b"".join(json.dumps(line.record, ensure_ascii=False).encode() + b"\n" for line in lines)


def _reply(rng: Random, line: Line, rates: Rates, language: Language = ENGLISH) -> str:
    drawn = rng.random()
    if drawn < rates.cut:
        cuts = ENGLISH_CUTS if language is ENGLISH else CUTS
        return line.plant(CUT, rng.choice(cuts)(rng, language))
    if drawn < rates.cut + 0.004:
        return line.plant(RESERVED, f"{language.text(rng)}{MARK}\n{language.text(rng)}")
    if drawn < rates.cut + 0.006:
        return line.plant(CONTROL, f"{language.paragraph(rng, 1)}\x1b[0m {language.text(rng)}")
    if drawn < rates.cut + 0.006 + rates.bare:
        return sentence_without_stop(rng)
    if drawn < rates.cut + 0.006 + rates.bare + rates.special:
        return rng.choice(ENDINGS)(rng)
    return language.text(rng)


def _question(rng: Random, language: Language = ENGLISH) -> str:
    return f"{language.sentence(rng)}{language.stop}{rng.choice(language.questions)}"


def _tool() -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    return {"name": "get_weather", "description": "Get the weather of a place", "parameters": parameters}
