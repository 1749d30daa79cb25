"""Texts that a chat template moves or never shows are told in report, fit, preview, estimate and job."""

import json

from app.domain.templates.notes import DROPS_THOUGHTS, HIDES_THOUGHTS, HIDES_TOOLS, NOTES, UNROLLED
from app.services.datasets import previews
from tests.domain.habits import TEMPLATES
from tests.factories import job_body

THINKER = "qwen3-8b"

QUESTION = {"role": "user", "content": "What does the fern on the sill need?"}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
NAMES = ("code", "count", "first_lines")


def record(reply: str, *, thought: str = "", tools: bool = False) -> bytes:
    said = {"role": "assistant", "content": reply, **({"reasoning_content": thought} if thought else {})}
    return json.dumps({"messages": [QUESTION, said], **({"tools": [TOOL]} if tools else {})}).encode()


LINES = [
    record("Water."), record("Shade.", tools=True), record("Rain.", thought="It looks dry.", tools=True)
]  # fmt: skip
NOTED = [
    {"code": HIDES_TOOLS, "count": 2, "first_lines": [2, 3], "message": NOTES[HIDES_TOOLS]},
    {"code": DROPS_THOUGHTS, "count": 1, "first_lines": [3], "message": NOTES[DROPS_THOUGHTS]},
]


async def test_texts_that_no_template_shows_are_named_before_they_are_paid_for(alice, worker, ready, settled):
    path = await ready(b"\n".join(LINES))
    report = await alice.ok("GET", f"{path}/report")
    told = {finding["code"]: finding for finding in report["findings"] if finding["code"] in NOTES}
    assert [(told[note["code"]]["line"], report["counts"][note["code"]]) for note in NOTED] == [
        (2, 2),
        (3, 1),
    ]
    assert {finding["severity"] for finding in told.values()} == {"warning"}
    assert told[HIDES_TOOLS]["message"].startswith(NOTES[HIDES_TOOLS])
    fit = await settled(alice, path)
    assert (fit["trained"], fit["notes"]) == (3, NOTED)
    shown = (await alice.ok("GET", f"{path}/preview"))["records"]
    assert [record["notes"] for record in shown] == [
        [], [NOTES[HIDES_TOOLS]], [NOTES[DROPS_THOUGHTS], NOTES[HIDES_TOOLS]]
    ]  # fmt: skip
    body = job_body(path.rsplit("/", 1)[1])
    priced = await alice.ok("POST", "/api/jobs/estimate", json=body)
    assert priced["fit"]["notes"] == NOTED
    unused = f"2 of 3 examples are trained without a part: {NOTES[HIDES_TOOLS]}"
    assert any(warning.startswith(unused) for warning in priced["warnings"])
    job = await alice.ok("POST", "/api/jobs", 201, json=body)
    assert job["fit"]["notes"] == NOTED
    assert any(warning.startswith(unused) for warning in job["warnings"])


def conversation(number: int) -> bytes:
    messages = [
        QUESTION,
        {"role": "assistant", "content": "Water.", "reasoning_content": "The soil is dry."},
        {"role": "user", "content": f"And the {number} others?"},
        {"role": "assistant", "content": "Shade.", "reasoning_content": "The leaves are pale."},
    ]
    return json.dumps({"messages": messages}).encode()


async def test_a_reply_whose_thought_is_hidden_later_has_a_sequence_of_its_own(
    alice, with_model, ready, settled, settings, monkeypatch
):
    models = await with_model(THINKER, TEMPLATES["hides thoughts"])
    changed = settings.model_copy(update={"models_dir": models})
    monkeypatch.setattr(previews, "get_settings", lambda: changed)
    path = await ready(b"\n".join(map(conversation, range(12))))
    shown = await alice.ok("GET", f"{path}/preview?base_model={THINKER}")
    record = shown["records"][0]
    assert (shown["rendering"], record["sequences"], record["code"]) == ("model", 2, None)
    first, second = record["text"].split("\n\n----\n\n")
    assert first.count("<|assistant|>") == 1
    assert "The soil is dry." in first
    assert "Water." in second
    assert "The soil is dry." not in second
    trained = [record["text"][start:end] for start, end in record["trained_spans"]]
    assert [text.split("</think>\n\n")[1] for text in trained] == ["Water.<|end|>", "Shade.<|end|>"]
    assert record["notes"] == [NOTES[HIDES_THOUGHTS], NOTES[UNROLLED]]
    await alice.ok("POST", f"{path}/fit", 202, json={"base_model": THINKER})
    fit = await settled(alice, path, f"?base_model={THINKER}")
    assert [(note["code"], note["count"]) for note in fit["notes"]] == [
        (HIDES_THOUGHTS, 12), (UNROLLED, 12)
    ]  # fmt: skip
