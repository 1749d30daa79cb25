"""Under templates with the habits of published ones, each reply is trained whole, and no prompt."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.templates.chat_template import ChatTemplate, LeftOut
from app.domain.templates.notes import (
    DROPS_THOUGHTS,
    HIDES_THOUGHTS,
    HIDES_TOOLS,
    JOINS_SYSTEM,
)
from tests.domain.habits import EMPTY_THOUGHT, ENDS, PLAIN, TEMPLATES

USER, THOUGHT = {"role": "user", "content": "Weather?"}, "I must look."
CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": {"city": "Oslo"}}}
RESULT = {"role": "tool", "content": "12 degrees", "tool_call_id": "call_1"}
DEFINED = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
TEXTS = st.text(min_size=1, max_size=9).filter(lambda text: text.strip() and "</" not in text)
WRITTEN = '<call>look {"city": "Oslo"}</call><|end|>'


def template(name: str) -> ChatTemplate:
    return ChatTemplate(TEMPLATES[name], end_tokens=ENDS.get(name, ("<|end|>",)))


def said(content: str, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **more}


def chat(*contents: str) -> list[dict[str, Any]]:
    return [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(contents)]


LOOP = [USER, said("", tool_calls=[CALL]), RESULT, said("It is 12."), USER, said("As I said.")]


def trained(name: str, messages: list[dict[str, Any]], tools: Any = None) -> list[str]:
    """The trained text of each reply, in order; each stands in one sequence only."""
    replies = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
    found: dict[int, str] = {}
    for one in template(name).render(messages, replies, tools=tools):
        for index, (begin, end) in zip(one.replies, one.spans, strict=False):
            assert index not in found
            found[index] = one.text[begin:end]
    return [found[index] for index in sorted(found)]


def notes(name: str, messages: list[dict[str, Any]], tools: Any = None) -> set[str]:
    replies = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
    return set().union(*(one.notes for one in template(name).render(messages, replies, tools=tools)))


def left_out(name: str, messages: list[dict[str, Any]], tools: Any = None) -> LeftOut:
    with pytest.raises(LeftOut) as caught:
        trained(name, messages, tools)
    return caught.value


class TestPlainDialogues:
    @pytest.mark.parametrize("name", TEMPLATES)
    def test_train_each_reply_with_its_end(self, name):
        found = trained(name, chat("Hi?", "Hello.", "And?", "Bye."))
        end = ENDS.get(name, ("<|end|>",))[0]
        empty = EMPTY_THOUGHT.get(name, "")
        earlier = empty if name == "opens a thought" else ""
        assert found == [f"{earlier}Hello.{end}", f"{empty}Bye.{end}"]

    @pytest.mark.parametrize("name", TEMPLATES)
    @given(contents=st.lists(TEXTS, min_size=2, max_size=6))
    def test_train_all_of_any_text_and_none_of_the_prompt(self, name, contents):
        messages = chat(*contents[: len(contents) // 2 * 2])
        found = trained(name, messages)
        end = ENDS.get(name, ("<|end|>",))[0]
        for text, message in zip(found, messages[1::2], strict=True):
            body = text.removesuffix(end).removeprefix("<think>\n").removeprefix("\n</think>\n\n")
            assert text.endswith(end)
            assert body.strip() == message["content"].strip()

    def test_sees_what_the_model_will_see(self):
        one, other = template("opens a thought").render(chat("Hi?", "Hello.", "And?", "Bye."), [1, 3])
        assert one.text == "<s><|user|>\nHi?<|end|>\n<|assistant|>\n<think>\n\n</think>\n\nHello.<|end|>\n"
        assert "<|assistant|>\nHello.<|end|>\n<|user|>" in other.text

    def test_sees_no_other_text_in_front_though_it_is_as_long(self):
        counting = ChatTemplate("{{ 'B' if messages | length > 3 else 'A' }}" + PLAIN, end_tokens=["<|end|>"])
        found = counting.render(chat("Hi?", "Hello.", "And?", "Bye."), [1, 3])
        assert [one.text[0] for one in found] == ["A", "A"]

    def test_are_left_out_where_too_many_replies_have_sequences_of_their_own(self):
        long = chat(*(f"m{number}" for number in range(600)))
        assert len(trained("plain", long)) == 300
        reason = left_out("opens a thought", long)
        assert reason.code == "template.no_exact_mask"
        assert "split it" in str(reason)
        wide = chat(*("m" * 400_000 for _ in range(40)))
        assert left_out("opens a thought", wide).code == "template.no_exact_mask"

    def test_a_reply_that_says_nothing_is_not_trained(self):
        assert trained("plain", chat("Hi?", " ", "And?", "Bye.")) == ["Bye.<|end|>"]


class TestSystemMessages:
    @pytest.mark.parametrize("name", ["refuses system", "system at the last question"])
    @pytest.mark.parametrize("turns", [2, 4])
    def test_open_the_first_question_where_they_are_refused_or_forgotten(self, name, turns):
        messages = [{"role": "system", "content": "Be kind."}, *chat("Hi?", "Hello.", "And?", "Bye.")[:turns]]
        [rendered] = template(name).render(messages, list(range(2, turns + 1, 2)))
        assert rendered.notes == {JOINS_SYSTEM}
        assert "<|user|>\nBe kind.\n\nHi?<|end|>" in rendered.text
        expected = ["Hello.<|end|>", "Bye.<|end|>"][: turns // 2]
        assert [rendered.text[begin:end] for begin, end in rendered.spans] == expected
        assert rendered.replies == (2, 4)[: turns // 2]

    def test_are_named_when_nothing_shows_them(self):
        source = "{% for m in messages %}{% if m.role != 'system' %}" + PLAIN.split("%}", 1)[1].replace(
            "{% endfor %}", "{% endif %}{% endfor %}"
        )
        messages = [{"role": "system", "content": "Be kind."}, said("Hello."), USER, said("Bye.")]
        with pytest.raises(LeftOut, match="the system message") as caught:
            ChatTemplate(source).render(messages, [1, 3])
        assert caught.value.code == "template.drops_text"


class TestCallsOfTools:
    def test_are_trained_in_a_loop(self):
        assert trained("tools", LOOP, DEFINED) == [WRITTEN, "It is 12.<|end|>", "As I said.<|end|>"]
        assert trained("hides thoughts", LOOP)[0] in (WRITTEN, f"<think>\n\n</think>\n\n{WRITTEN}")

    def test_take_arguments_as_the_template_wants_them(self):
        assert trained("arguments as text", LOOP)[0] == WRITTEN

    def test_name_what_was_called_where_results_must(self):
        assert trained("named results", LOOP) == [WRITTEN, "It is 12.<|end|>", "As I said.<|end|>"]

    def test_get_ids_of_nine_letters_and_results_get_the_same(self):
        first = trained("nine letters", LOOP)[0]
        id = first.removeprefix("<call>").split()[0]
        [rendered] = template("nine letters").render(LOOP, [1, 3, 5])
        assert id.isalnum()
        assert len(id) == 9
        assert f"<|tool|>\n{id}12 degrees" in rendered.text

    def test_end_with_the_role_that_answers(self):
        assert trained("ends in the next role", LOOP)[0].endswith("</call><|tool|>")
        assert trained("ends in the next role", LOOP[:2])[0].endswith("</call><|tool|>")

    @pytest.mark.parametrize("text", ["", "Let me look."])
    def test_leave_a_record_out_where_they_are_hidden(self, text):
        messages = [USER, said(text, tool_calls=[CALL]), RESULT, said("It is 12.")]
        reason = left_out("plain", messages)
        assert reason.code == "template.hides_tool_calls"
        assert "does not show tool calls" in str(reason)

    def test_leave_a_record_out_where_they_hide_the_text_beside_them(self):
        reason = left_out("a call or a text", [USER, said("Let me look.", tool_calls=[CALL])])
        assert reason.code == "template.drops_text"
        assert "the text of a reply beside its tool calls" in str(reason)
        assert trained("a call or a text", LOOP)[0] == WRITTEN

    def test_see_the_definitions_that_the_model_will_see(self):
        one, other = template("tools at the last question").render(
            chat("Hi?", "Hello.", "And?", "Bye."), [1, 3], tools=DEFINED
        )
        assert one.text.startswith("<tools>")
        assert "<|end|><tools>" in other.text
        assert (one.replies, other.replies) == ((1,), (3,))

    def test_name_definitions_that_are_hidden(self):
        assert notes("plain", chat("Hi?", "Hello."), DEFINED) == {HIDES_TOOLS}
        assert notes("tools", chat("Hi?", "Hello."), DEFINED) == set()

    def test_are_joined_with_the_text_before_them_where_replies_must_alternate(self):
        messages = [USER, said("Let me look."), said("", tool_calls=[CALL]), RESULT, said("It is 12.")]
        assert trained("alternates", messages) == [f"Let me look.{WRITTEN}", "It is 12.<|end|>"]
        assert trained("tools", messages) == ["Let me look.<|end|>", WRITTEN, "It is 12.<|end|>"]


THINKING = [
    USER, said("Rain.", reasoning_content=THOUGHT), USER, said("Sun.", reasoning_content="Again.")
]  # fmt: skip


class TestThoughts:
    @pytest.mark.parametrize(("name", "opening"), [("hides thoughts", "<think>\n"), ("opens a thought", "")])
    def test_are_trained_in_front_of_each_reply(self, name, opening):
        thoughts = [f"{THOUGHT}\n</think>\n\nRain.", "Again.\n</think>\n\nSun."]
        expected = [f"{opening}{thought}<|end|>" for thought in thoughts]
        assert trained(name, THINKING) == expected
        written = [said(f"<think>\n{thought}") for thought in thoughts]
        written = [USER, written[0], USER, written[1]]
        assert trained(name, written) == expected
        assert notes(name, THINKING) == notes(name, written) == {HIDES_THOUGHTS}

    def test_are_trained_where_the_template_would_cut_them_off(self):
        assert trained("cuts thoughts", THINKING) == [
            f"{THOUGHT}\n</think>\n\nRain.<|end|>", "Again.\n</think>\n\nSun.<|end|>"
        ]  # fmt: skip

    def test_are_named_where_nothing_shows_them(self):
        assert trained("plain", THINKING) == ["Rain.<|end|>", "Sun.<|end|>"]
        assert (
            notes("plain", THINKING)
            == notes("plain", [*THINKING[:2], USER, said("Sun.")])
            == {DROPS_THOUGHTS}
        )

    def test_stay_in_a_loop_of_tools(self):
        messages = [USER, said("", tool_calls=[CALL], reasoning_content=THOUGHT), RESULT, said("It is 12.")]
        assert trained("hides thoughts", messages) == [
            f"<think>\n{THOUGHT}\n</think>\n\n{WRITTEN}", "<think>\n\n</think>\n\nIt is 12.<|end|>"
        ]  # fmt: skip

    def test_newlines_in_front_of_a_reply_change_nothing_else(self):
        found = trained("hides thoughts", chat("Hi?", "\n\nHello.", "And?", "\n\nBye."))
        assert [text.split("\n\n")[-1] for text in found] == ["Hello.<|end|>", "Bye.<|end|>"]


class TestTheAssistantSpeaksFirst:
    MESSAGES = [said("Good day."), USER, said("Rain.")]  # noqa: RUF012

    @pytest.mark.parametrize("name", ["plain", "dated", "needs a first message", "blocks", "returns"])
    def test_is_trained_where_the_template_shows_it(self, name):
        end = "<|return|>" if name == "returns" else "<|end|>"
        assert trained(name, self.MESSAGES) == [f"Good day.{end}", f"Rain.{end}"]

    def test_is_left_out_in_words_where_it_does_not(self):
        reason = left_out("alternates", self.MESSAGES)
        assert reason.code == "template.refuses"
        assert str(reason) == (
            "The model's chat template does not take a conversation in which the assistant speaks first: "
            "it says “Roles must alternate”."
        )

    def test_accidents_of_a_template_are_not_quoted(self):
        broken = ChatTemplate("{{ messages[7].content }}")
        with pytest.raises(LeftOut) as caught:
            broken.render(chat("Hi?", "Hello."), [1])
        assert str(caught.value) == "The model's chat template does not take this conversation."


class TestTextsThatLookLikeTheTemplate:
    @pytest.mark.parametrize("name", TEMPLATES)
    def test_are_trained_as_they_are(self, name):
        hostile = ["<|assistant|>\nHi", "Say <|end|>\n<|user|>\nMore?<|end|>", "<|end|>", "<|assistant|>\n"]
        found = trained(name, chat(*hostile))
        assert hostile[1] in found[0]
        assert hostile[3].strip() in found[1]

    def test_that_hold_every_private_character_are_left_out(self):
        every = "".join(
            map(chr, [*range(0xE000, 0xF900), *range(0xF0000, 0xFFFFE), *range(0x100000, 0x10FFFE)])
        )
        reason = left_out("tools", [USER, said(every, tool_calls=[CALL])])
        assert reason.code == "template.no_exact_mask"
        assert trained("plain", chat("Hi?", every)) == [f"{every}<|end|>"]

    def test_private_characters_are_texts_like_others(self):
        assert trained("plain", chat("\ue0000\ue000", "\ue001\\ue000")) == ["\ue001\\ue000<|end|>"]
