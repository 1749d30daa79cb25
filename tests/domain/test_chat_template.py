"""Replies found where a template has no generation blocks, in the styles of published templates."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.templates.chat_template import ChatTemplate
from app.domain.templates.notes import JOINS_SYSTEM
from app.domain.templates.sandbox import Sandbox

FOLDER = Path(__file__).parents[1] / "trainer" / "templates"
PLAIN = {
    path.stem: ChatTemplate(
        path.read_text().replace("{% generation %}", "").replace("{% endgeneration %}", ""),
        bos_token="<s>",
        eos_token="</s>",
    )
    for path in sorted(FOLDER.glob("*.jinja"))
}
ODD = st.sampled_from(["</think>", "<think>", "/", "0", "</think>0", "<think>1</think>2"])
TEXTS = (ODD | st.text(min_size=1, max_size=12)).filter(lambda text: text.strip())
SYSTEM = {"role": "system", "content": "Be kind."}


def chat(*contents: str) -> list[dict[str, Any]]:
    return [
        {"role": ("user", "assistant")[at % 2], "content": content} for at, content in enumerate(contents)
    ]


def trained(template: ChatTemplate, messages: list[dict[str, Any]]) -> list[str]:
    """The trained text of a conversation whose replies are all trained."""
    replies = [index for index, said in enumerate(messages) if said["role"] == "assistant"]
    found = {
        index: one.text[begin:end]
        for one in template.render(messages, replies)
        for index, (begin, end) in zip(one.replies, one.spans, strict=True)
    }
    return [found[index] for index in sorted(found)]


class TestSystemInTheLastUserMessage:
    """Mistral's templates since v0.3: an answered system message is gone."""

    template = ChatTemplate(
        "{{ bos_token }}{% set has = messages[0].role == 'system' %}"
        "{% for m in (messages[1:] if has else messages) %}{% if m.role == 'user' %}"
        "[INST] {{ messages[0].content + '\\n\\n' if has and loop.last }}{{ m.content }}[/INST]"
        "{% else %} {{ m.content | trim }}</s>{% endif %}{% endfor %}",
        bos_token="<s>",
    )

    def test_is_moved_to_the_first_so_that_the_pair_looks_as_it_will_be_asked(self):
        pair = [SYSTEM, *chat("Hello?", "Yes.")]
        [rendered] = self.template.render(pair, [2])
        assert rendered.notes == {JOINS_SYSTEM}
        assert rendered.text == "<s>[INST] Be kind.\n\nHello?[/INST] Yes.</s>"
        assert trained(self.template, pair) == [" Yes.</s>"]
        asked = self.template.text(pair[:2])
        assert rendered.text.startswith(asked)

    def test_stays_where_it_is_taken(self):
        assert trained(self.template, chat("a", "b", "c", "d")) == [" b</s>", " d</s>"]


class TestSystemRefused:
    """The style of Gemma 2."""

    template = ChatTemplate(
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n"
        "{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
        "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
    )

    def test_is_put_before_the_first_user_message(self):
        [rendered] = self.template.render([SYSTEM, *chat("Hello?", "Yes.")], [2])
        assert rendered.notes == {JOINS_SYSTEM}
        assert rendered.text.startswith("<start_of_turn>user\nBe kind.\n\nHello?<end_of_turn>")
        assert [rendered.text[begin:end] for begin, end in rendered.spans] == ["Yes.<end_of_turn>"]

    def test_is_no_matter_without_one(self):
        [rendered] = self.template.render(chat("Hello?", "Yes."), [1])
        assert not rendered.notes


class TestThoughtsBeforeTheLastReply:
    """Qwen 3: the last reply begins with an empty thought, earlier ones do not."""

    template = ChatTemplate(
        "{% for m in messages %}<|im_start|>{{ m.role }}\n"
        "{% if m.role == 'assistant' and loop.last %}<think>\n\n</think>\n\n{% endif %}"
        "{{ m.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )

    def test_are_trained_as_the_model_will_have_to_write_them(self):
        thought = "<think>\n\n</think>\n\n"
        assert trained(self.template, chat("a", "b")) == [f"{thought}b<|im_end|>"]
        assert trained(self.template, chat("a", "b", "c", "d")) == ["b<|im_end|>", f"{thought}d<|im_end|>"]

    @pytest.mark.parametrize("reply", ["hi", "think", "n", "\\n", "<think>"])
    def test_are_not_taken_for_a_short_reply(self, reply):
        assert trained(self.template, chat("a", reply)) == [f"<think>\n\n</think>\n\n{reply}<|im_end|>"]


class TestThoughtInTheGenerationPrompt:
    """Reasoning models: the generation prompt opens a thought; history has no thoughts."""

    template = ChatTemplate(
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
    )

    @pytest.mark.parametrize("replies", [[1, 3], [1, 5], [3, 5], [5]])
    def test_does_no_harm_and_lets_no_words_of_others_be_trained(self, replies):
        messages = chat("Hello", "One.", "Weather?", "Two.", "And?", "Three.")
        [rendered] = self.template.render(messages, replies)
        assert [rendered.text[begin:end] for begin, end in rendered.spans] == [
            messages[index]["content"] + "<|im_end|>" for index in replies
        ]


class TestCallsOfTools:
    """Qwen 2.5: a tool call follows the text of the reply, in the same turn."""

    template = ChatTemplate(
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}"
        "{% for call in m.tool_calls or [] %}<tool_call>\n{{ call.name }}\n</tool_call>{% endfor %}"
        "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )

    @pytest.mark.parametrize("turns", [2, 4])
    def test_are_trained_with_the_turn(self, turns):
        messages = chat("a", "Let me see.", "c", "d")[:turns]
        messages[1]["tool_calls"] = [{"name": "look"}]
        call = "Let me see.<tool_call>\nlook\n</tool_call><|im_end|>"
        assert trained(self.template, messages) == [call, "d<|im_end|>"][: turns // 2]


class TestEndOfTextBehindTheLastMessage:
    """The style of Phi 3."""

    template = ChatTemplate(
        "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>\n{% else %}{{ eos_token }}{% endif %}",
        eos_token="<|endoftext|>",
    )

    def test_is_not_trained(self):
        assert trained(self.template, chat("a", "b")) == ["b<|end|>"]
        assert trained(self.template, chat("a", "b", "c", "d \n")) == ["b<|end|>", "d \n<|end|>"]


class TestByLayout:
    @pytest.mark.parametrize("name", PLAIN)
    @given(contents=st.lists(TEXTS, min_size=4, max_size=10))
    def test_finds_the_same_as_the_careful_way(self, name, contents):
        messages = [SYSTEM, *chat(*contents[: len(contents) // 2 * 2])]
        replies = list(range(2, len(messages), 2))
        template = PLAIN[name]
        quick = template._quickly(messages, replies)
        careful = template._carefully(messages, replies, None)
        said = [one.text[begin:end] for one in careful for begin, end in one.spans]
        assert quick is None or [one.text[begin:end] for one in quick for begin, end in one.spans] == said

    def test_renders_a_plain_dialogue_once(self, monkeypatch):
        template, counted = PLAIN["chatml"], []
        messages = chat(*(f"m{number}" for number in range(400)))
        trained(template, messages)
        run = Sandbox.run
        monkeypatch.setattr(
            Sandbox, "run", lambda self, said, **values: counted.append(1) or run(self, said, **values)
        )
        assert trained(template, messages)[-1] == "m399<|im_end|>"
        assert len(counted) == 1

    def test_leaves_calls_of_tools_to_the_careful_way(self):
        template = ChatTemplate(
            "{% for m in messages %}<{{ m.role }}>"
            "{% if m.tool_calls %}CALL {{ m.tool_calls[0].name }}{% else %}{{ m.content }}{% endif %}</>"
            "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
        )
        messages = chat("a", "", "c", "d")
        messages[1]["tool_calls"] = [{"name": "x"}]
        assert trained(template, messages) == ["CALL x</>", "d</>"]
