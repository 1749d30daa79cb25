"""Cut a reply as it happens: inside a word, a bracket, a code fence or a quotation, after a backslash, at a limit."""

from collections.abc import Callable
from random import Random

from tests.whole_files.languages import ENGLISH, Language

Cut = Callable[[Random, Language], str]


def mid_word(rng: Random, language: Language) -> str:
    """End inside a word; in a script without spaces, inside a sentence."""
    text = language.text(rng)
    words = [place for place, letter in enumerate(text) if letter == " "] or [0]
    long = [at for at, after in zip(words, [*words[1:], len(text) - 2], strict=True) if after - at > 5]
    at = rng.choice(long[-6:] or [len(text) // 2])
    return text[: at + rng.randint(3, 4)]


def open_bracket(rng: Random, language: Language) -> str:
    """End inside a bracket."""
    inside = language.sentence(rng)
    return (
        f"{language.text(rng)} {language.sentence(rng)} ({inside[: rng.randint(3, len(inside) - 2)].rstrip()}"
    )


def open_fence(rng: Random, language: Language) -> str:
    """End inside a code block."""
    body = rng.choice((
        "def total(values):\n    return sum(values)\n\nprint(total([1, 2]))\n", "const a = 1;\nconst b = 2;\nconsole.lo",
        "SELECT name\nFROM ships\nWHERE", "for row in rows:\n    if row.is_valid():\n",
    ))  # fmt: skip
    return f"{language.text(rng)}\n\n```{rng.choice(('python', 'js', ''))}\n{body}"


def open_quote(rng: Random, language: Language) -> str:
    """End inside a quotation."""
    said = language.sentence(rng)
    mark = rng.choice('"“')
    return f"{language.text(rng)} {language.sentence(rng)}: {mark}{said[: rng.randint(4, len(said) - 1)].rstrip()}"


def backslash(rng: Random, language: Language) -> str:
    """End in the backslash of an escape that is gone."""
    return language.text(rng).rstrip(".") + rng.choice(("\\", " \\"))


def token_limit(rng: Random, language: Language) -> str:
    """Stop at a number of tokens: between two words of a sentence, but not at its end."""
    sentence = language.sentence(rng)
    if " " in sentence:
        words = sentence.split(" ")
        part = " ".join(words[: rng.randint(2, len(words) - 1)])
    else:
        part = sentence[: rng.randint(len(sentence) // 3, len(sentence) - 2)]
    return language.text(rng) + (" " if language.last else language.stop) + part


def list_item(rng: Random, _language: Language) -> str:
    """Stop inside an item of a list of sentences."""
    items = [f"{number}. {ENGLISH.paragraph(rng, 2)}" for number in range(1, rng.randint(3, 6))]
    words = ENGLISH.sentence(rng).split(" ")
    return "Here are the steps:\n\n" + "\n".join(
        [*items, f"{len(items) + 1}. {' '.join(words[: rng.randint(2, 5)])}"]
    )


def promise(rng: Random, language: Language) -> str:
    """Stop after a comma, or before the list that was promised."""
    return (
        f"{language.text(rng)} {language.sentence(rng)}{rng.choice((',', ' and', ' because the', ' of a'))}"
    )


CUTS: tuple[Cut, ...] = (mid_word, open_bracket, open_fence, open_quote, backslash, token_limit)
ENGLISH_CUTS: tuple[Cut, ...] = (*CUTS, list_item, promise)
