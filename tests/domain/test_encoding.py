"""Rendering, masks and truncation."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.records.shapes import Example
from app.domain.records.turns import Turn
from app.domain.templates.chat_template import ChatTemplate, ChatTemplateError, LeftOut
from app.domain.templates.encoding import Tokens, TokenSequence, encode
from app.domain.templates.loss_mask import trained_mask
from app.domain.templates.notes import UNROLLED as UNROLLED_NOTE

MARKED = """{{ bos_token }}
{%- for message in messages %}
{%- if message.role == 'assistant' %}
<|assistant|>
{% generation %}{{ message.content }}<|end|>{% endgeneration %}

{% else %}
<|{{ message.role }}|>
{{ message.content }}<|end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}
<|assistant|>
{% endif %}"""
PLAIN = MARKED.replace("{% generation %}", "").replace("{% endgeneration %}", "")
TEMPLATES = {"marked": MARKED, "plain": PLAIN}


def example(*messages: tuple[str, str], trained: tuple[int, ...] | None = None) -> Example:
    turns = [Turn(role, text) for role, text in messages]
    replies = [index for index, turn in enumerate(turns) if turn.role == "assistant"]
    return Example(turns, tuple(replies) if trained is None else trained, "c", None, 1)


def tokenize(text: str, own: object = ()) -> Tokens:
    """A token is a marker, a word or another character."""
    offsets = [found.span() for found in re.finditer(r"<\|\w+\|>|\w+|\W", text)]
    return [len(text[start:end]) for start, end in offsets], lambda: offsets


def encode_one(asked: Example, template: ChatTemplate, max_length: int) -> TokenSequence:
    """Encode an example that is trained as one sequence."""
    [sequence] = encode(asked, template, tokenize, max_length=max_length).sequences
    return sequence


def left_out(asked: Example, template: ChatTemplate, max_length: int) -> str:
    """Return the code of the reason for which an example is left out."""
    with pytest.raises(LeftOut) as caught:
        encode(asked, template, tokenize, max_length=max_length)
    return caught.value.code


def trained_text(encoded: TokenSequence) -> str:
    pieces = zip(encoded.offsets, encoded.mask, strict=True)
    return "".join(encoded.text[start:end] for (start, end), is_trained in pieces if is_trained)


@pytest.fixture(params=TEMPLATES)
def template(request) -> ChatTemplate:
    return ChatTemplate(TEMPLATES[request.param], bos_token="<s>", eos_token="<|end|>")


class TestRender:
    def test_spans_hold_the_reply_and_its_end_marker(self, template):
        asked = example(("system", "s"), ("user", "a"), ("assistant", "b c"), ("user", "d"),
                        ("assistant", "e"))  # fmt: skip
        [rendered] = template.render(asked.messages, asked.trained)
        assert [rendered.text[start:end] for start, end in rendered.spans] == ["b c<|end|>", "e<|end|>"]
        assert rendered.text.startswith("<s><|system|>\ns<|end|>\n<|user|>\na<|end|>\n<|assistant|>")

    def test_only_trained_replies_have_a_span(self, template):
        asked = example(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"))
        [rendered] = template.render(asked.messages, [3])
        assert [rendered.text[start:end] for start, end in rendered.spans] == ["d<|end|>"]

    def test_a_template_that_rewrites_earlier_text_is_refused(self):
        rewriting = ChatTemplate("{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}")
        asked = example(("user", "a"), ("assistant", "b"))
        with pytest.raises(LeftOut, match="rewrites"):
            rewriting.render(asked.messages, asked.trained)

    def test_a_template_may_refuse_the_messages(self):
        refusing = ChatTemplate("{{ raise_exception('only one system message') }}")
        with pytest.raises(LeftOut, match="only one system message"):
            refusing.text([{"role": "user", "content": "a"}])

    @pytest.mark.parametrize(
        "source",
        [
            "{{ messages.__class__.__mro__[1].__subclasses__() }}",
            "{{ messages[5].content }}",
            "{{ 1 / 0 }}",
            "{{ messages + 1 }}",
            "{% for i in range(10**9) %}x{% endfor %}",
        ],
    )
    def test_whatever_a_template_does_wrong_is_one_error(self, source):
        with pytest.raises(LeftOut):
            ChatTemplate(source).text([{"role": "user", "content": "a"}])

    def test_a_template_that_does_not_compile_is_refused(self):
        with pytest.raises(ChatTemplateError, match="compile"):
            ChatTemplate("{% if %}")

    def test_offers_what_published_templates_use(self):
        source = (
            "{% for m in messages %}{% if loop.index > 1 %}{% break %}{% endif %}"
            "{{ tools | tojson }}{% endfor %}{{ strftime_now('%Y') | length }}"
        )
        messages = [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]
        rendered = ChatTemplate(source).text(messages, tools=[{"name": "<é>"}])
        assert rendered == '[{"name": "<é>"}]4'


class TestTrainedMask:
    def test_covers_tokens_that_hold_a_part_of_a_span_and_begin_before_its_end(self):
        offsets = [(0, 2), (2, 5), (5, 6), (6, 9), (9, 9), (9, 12)]
        assert trained_mask(offsets, [(4, 8)]) == [False, True, True, True, False, False]
        assert trained_mask(offsets, [(0, 2), (9, 12)]) == [True, False, False, False, False, True]
        assert trained_mask(offsets, []) == [False] * 6


UNROLLED = ChatTemplate(
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}"
    "{% if m.role == 'assistant' and loop.last %}<|return|>{% else %}<|end|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}",
    end_tokens=["<|return|>"],
)


class TestUnrolled:
    """Records whose replies have sequences of their own."""

    def test_give_each_reply_the_history_that_the_model_will_see(self):
        encoded = encode(CONVERSATION, UNROLLED, tokenize, max_length=500)
        assert [trained_text(one) for one in encoded.sequences] == [
            "first reply<|return|>", "second reply<|return|>", "the target here<|return|>"
        ]  # fmt: skip
        assert "first reply<|end|>" in encoded.sequences[1].text
        assert encoded.tokens == sum(len(one.ids) for one in encoded.sequences)
        assert encoded.notes == {UNROLLED_NOTE}

    @pytest.mark.parametrize("size", [60, 30, 20, 12, 9])
    def test_are_cut_each_by_itself(self, size):
        encoded = encode(CONVERSATION, UNROLLED, tokenize, max_length=size)
        assert all(len(one.ids) <= size for one in encoded.sequences)
        assert trained_text(encoded.sequences[-1]) == "the target here<|return|>"

    def test_lose_an_earlier_reply_that_does_not_fit_and_no_other(self):
        long = example(("user", "a"), ("assistant", "b " * 50), ("user", "c"), ("assistant", "d"))
        encoded = encode(long, UNROLLED, tokenize, max_length=20)
        assert [trained_text(one) for one in encoded.sequences] == ["d<|return|>"]
        assert encoded.truncated


CONVERSATION = example(
    ("system", "be kind"),
    ("user", "one two three"),
    ("assistant", "first reply"),
    ("user", "four five"),
    ("assistant", "second reply"),
    ("user", "six"),
    ("assistant", "the target here"),
)


class TestEncode:
    def test_trains_what_the_assistant_says(self, template):
        encoded = encode(CONVERSATION, template, tokenize, max_length=500)
        [sequence] = encoded.sequences
        assert trained_text(sequence) == ("first reply<|end|>second reply<|end|>the target here<|end|>")
        assert not encoded.truncated

    def test_leaves_out_what_follows_the_last_trained_reply(self, template):
        asked = example(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"),
                        trained=(1,))  # fmt: skip
        encoded = encode_one(asked, template, 500)
        assert "c" not in encoded.text.replace("<|", "").split()
        assert trained_text(encoded) == "b<|end|>"

    def test_gives_nothing_when_nothing_is_trained(self, template):
        asked = example(("user", "a"), ("assistant", "b"), trained=())
        assert left_out(asked, template, 500) == "messages.nothing_trained"

    def test_cuts_whole_turns_the_oldest_first_and_the_system_prompt_last(self, template):
        whole = encode_one(CONVERSATION, template, 500)
        seen = [_words(CONVERSATION, template, size) for size in range(len(whole.ids), 0, -1)]
        steps = [words for index, words in enumerate(seen) if index == 0 or words != seen[index - 1]]
        assert steps[:4] == [
            "be kind one two three first reply four five second reply six the target here",
            "be kind four five second reply six the target here",
            "be kind six the target here",
            "six the target here",
        ]
        assert steps[-2:] == ["the target here", ""]

    def test_drops_an_example_whose_target_does_not_fit(self, template):
        target = len(tokenize("the target here<|end|>")[0])
        fitting = encode_one(CONVERSATION, template, target)
        assert fitting.text == "the target here<|end|>"
        assert fitting.mask == [True] * target
        assert left_out(CONVERSATION, template, target - 1) == "tokens.reply_over_max_seq_length"

    @given(
        st.lists(st.text(max_size=30), min_size=2, max_size=9),
        st.integers(1, 120),
        st.sampled_from(sorted(TEMPLATES)),
    )
    def test_never_exceeds_the_length_and_always_keeps_the_target(self, texts, size, name):
        roles = ["user", "assistant"] * 5
        asked = example(*zip(roles, texts[: len(texts) // 2 * 2], strict=False))
        assume(asked.messages[-1]["content"].strip())
        target = asked.messages[-1]["content"] + "<|end|>"
        try:
            encoded = encode_one(asked, ChatTemplate(TEMPLATES[name]), size)
        except LeftOut:
            assert len(tokenize(target)[0]) > size - 3
            return
        assert len(encoded.ids) == len(encoded.mask) == len(encoded.offsets) <= size
        assert trained_text(encoded).endswith(target)
        assert [encoded.text[start:end] for start, end in encoded.spans][-1] == target


def _words(asked: Example, template: ChatTemplate, max_length: int) -> str:
    try:
        encoded = encode_one(asked, template, max_length)
    except LeftOut:
        return ""
    text = re.sub(r"<\|?\w+\|?>?|\||\n", " ", encoded.text)
    return " ".join(text.split())
