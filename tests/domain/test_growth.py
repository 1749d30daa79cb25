"""Work that grows with a record or a file, and not with its square; the steps are counted, no time is."""

from collections import Counter

import orjson

from app.domain.records.shapes import Example
from app.domain.records.turns import Turn
from app.domain.repair import Action, Repairer, make_policy, repairer
from app.domain.templates import encoding
from app.domain.templates.chat_template import ChatTemplate
from app.domain.templates.marks import Kind, Slot, Structure

TEMPLATE = ChatTemplate(
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}",
    eos_token="<|end|>",
)


def characters(text: str, own: object = ()) -> encoding.Tokens:
    return [1] * len(text), lambda: [(at, at + 1) for at in range(len(text))]


class TestEncode:
    def test_writes_few_of_the_shorter_forms_of_a_long_conversation(self, monkeypatch):
        tried, keep_from = [], encoding._keep_from
        monkeypatch.setattr(
            encoding, "_keep_from", lambda example, cut: tried.append(cut) or keep_from(example, cut)
        )
        turns = [Turn(("user", "assistant")[at % 2], "ok") for at in range(400)]
        long = Example(turns, tuple(range(1, 400, 2)), "c", None, 1)
        [sequence] = encoding.encode(long, TEMPLATE, characters, max_length=200).sequences
        assert len(sequence.ids) <= 200 < len(sequence.ids) + len(TEMPLATE.text(long.messages[:2]))
        assert len(tried) <= 12  # halving 201 forms

    def test_places_the_tokens_of_forms_that_fit_only(self):
        placed = []

        def tokenize(text: str, own: object = ()) -> encoding.Tokens:
            ids, offsets_of = characters(text)
            return ids, lambda: placed.append(len(ids)) or offsets_of()

        turns = [Turn(("user", "assistant")[at % 2], "ok") for at in range(400)]
        encoding.encode(Example(turns, (399,), "c", None, 1), TEMPLATE, tokenize, max_length=200)
        assert placed
        assert max(placed) <= 200


class TestStructure:
    def test_looks_at_each_text_once_for_all_messages(self):
        looked = Counter()

        class Slots(list):
            def __getitem__(self, number):
                looked[number] += 1
                return super().__getitem__(number)

        slots = Slots(Slot(message, Kind.CONTENT) for message in range(500))
        structure = Structure("", slots, {number: (number, number + 1) for number in range(500)})
        assert [structure.spans(message) for message in range(500)] == [[(at, at + 1)] for at in range(500)]
        assert max(looked.values()) == 1


class TestRepairOfEqualIds:
    def test_tries_few_numbers_for_each(self, monkeypatch):
        tried, has_id = Counter(), repairer._Copies.has_id
        monkeypatch.setattr(
            repairer._Copies, "has_id", lambda self, name: tried.update("n") or has_id(self, name)
        )
        rows = [{"id": "a", "prompt": f"Number {at}?", "completion": f"It is {at}."} for at in range(1000)]
        repaired = Repairer(make_policy({"duplicate.id": Action.FIX}))
        lines = [*repaired.feed(b"\n".join(map(orjson.dumps, rows))), *repaired.finish()]
        assert [orjson.loads(line)["id"] for line in lines] == ["a", *(f"a-{n}" for n in range(2, 1001))]
        assert tried["n"] < 30 * len(rows)
