"""Replies that are whole although they do not end in a full stop: the ways in which people end a text."""

from collections.abc import Callable
from random import Random

from tests.whole_files.languages import ENGLISH

Ending = Callable[[Random], str]

_NAMES = (
    "Anna Berg",
    "Tomás Ruiz",
    "Dr. Lena Hoffmann",
    "J. R. Whitcombe",
    "Mei",
    "Samuel Okafor",
    "The Harbour Team",
)
_CLOSINGS = (
    "Best regards",
    "Kind regards",
    "Sincerely",
    "Yours truly",
    "Warmly",
    "With love",
    "Cheers",
    "Thank you",
)
_NOUNS = [
    "lantern",
    "meadow",
    "harbour",
    "copper",
    "violin",
    "pepper",
    "saddle",
    "glacier",
    "orchard",
    "compass",
    "anchor",
    "feather",
    "marble",
    "thunder",
    "basil",
    "canyon",
    "ribbon",
    "walnut",
    "beacon",
    "cedar",
]
_LABELS = [
    "positive",
    "negative",
    "neutral",
    "spam",
    "sports",
    "politics",
    "entailment",
    "contradiction",
    "True",
    "False",
    "Yes",
    "No",
    "urgent",
]
_TITLES = (
    "The Long Way Home", "Yesterday's Garden", "Letters from the Coast", "A Winter Without Snow", "Night Train",
    "Seven Small Rivers", "Hey June", "Let It Rain",
)  # fmt: skip


def _intro(rng: Random) -> str:
    return ENGLISH.paragraph(rng, rng.randint(1, 3))


def letter(rng: Random) -> str:
    """A letter or mail, signed."""
    comma = rng.choice((",", ",", ""))
    title = rng.choice(("", "", "\nHead of Research", "\nCustomer Support"))
    return f"Dear {rng.choice(_NAMES)},\n\n{_intro(rng)}\n\n{rng.choice(_CLOSINGS)}{comma}\n{rng.choice(_NAMES)}{title}"


def poem(rng: Random) -> str:
    """Verses without full stops."""
    verses = [f"{rng.choice(('Beneath the', 'Beyond a', 'Over the', 'So soft the', 'I dream of a'))} "
              f"{' '.join(rng.sample(_NOUNS, rng.randint(2, 4)))}{rng.choice(('', '', ','))}" for _ in range(8)]  # fmt: skip
    return "\n".join(verses[:4]) + "\n\n" + "\n".join(verses[4 : rng.choice((7, 8))]).rstrip(",")


def haiku(rng: Random) -> str:
    """Three lines, with a mark inside the last one."""
    first, second, third = rng.sample(_NOUNS, 3)
    return f"An old silent {first}\nA {second} drifts across the water\n{third.capitalize()}! Silence again"


def url(rng: Random) -> str:
    """An address at the end."""
    place = rng.choice(
        ("https://example.com/guide", "www.example.org", "example.net/docs/start", "help@example.com")
    )
    return f"{_intro(rng)} {rng.choice(('You can read more at', 'Visit', 'For details, see', 'Write to'))} {place}"


def hashtags(rng: Random) -> str:
    """A post that ends in hashtags."""
    tags = " ".join(f"#{noun}" for noun in rng.sample(_NOUNS, rng.randint(1, 4)))
    return f"Big news! {_intro(rng)} {rng.choice(('Try it today', 'Join us', ''))} {tags}"


def sql(rng: Random) -> str:
    """A query after an explanation, or alone."""
    table, other = rng.sample(_NOUNS, 2)
    query = rng.choice((
        f"SELECT a.id, a.name FROM {table} a JOIN {other} b ON a.id = b.id",
        f"SELECT COUNT(*)\nFROM {table}\nWHERE {other} IS NOT NULL\nORDER BY name DESC",
        f"UPDATE {table}\nSET {other} = 'new'\nWHERE id = 7\nRETURNING id",
        f"SELECT name FROM {table} WHERE year > 2001 GROUP BY name HAVING total > 4 ORDER BY total LIMIT 10",
    ))  # fmt: skip
    return rng.choice((f"Use this query. It joins both tables:\n\n{query}", query))


def code(rng: Random) -> str:
    """Code without a fence, or in one."""
    name, other = rng.sample(_NOUNS, 2)
    body = rng.choice((
        f"def {name}(values):\n    total = 0\n    for value in values:\n        total += value\n    return total",
        f"function {name}(a, b) {{\n  const {other} = a + b;\n  return {other};\n}}",
        f"import math\n\nclass {name.capitalize()}:\n    def area(self):\n        return self.{other}",
        f"<ul>\n  <li>{name}</li>\n  <li>{other}</li>\n</ul>",
        f"for {name} in {other}:\n    print({name})",
        f"$ git checkout {name}\n$ git merge {other}",
    ))  # fmt: skip
    return rng.choice((body, f"{_intro(rng)}\n\n{body}", f"{_intro(rng)}\n\n```python\n{body}\n```"))


def label(rng: Random) -> str:
    """A label, alone or behind a word."""
    value = rng.choice(_LABELS)
    return rng.choice(
        (value, f"Sentiment: {value}", f"Sentiment. {value}", f"The label is {value}", value.capitalize())
    )


def choice(rng: Random) -> str:
    """The letter of a choice."""
    mark = rng.choice("ABCDE")
    return rng.choice((
        f"{_intro(rng)}\n\nAnswer: {mark}", f"First add. Then divide.\n\nAnswer: {mark}", mark, f"({mark})", f"{mark})",
        f"The correct option is {mark}", f"{_intro(rng)} So the answer is {mark}", f"{mark}. {rng.choice(_NOUNS)}",
    ))  # fmt: skip


def plain_list(rng: Random) -> str:
    """Lines of a list without bullets."""
    items = rng.choice(
        (rng.sample(_TITLES, 3), rng.sample(_NOUNS, 5), [f"{n.capitalize()} soup" for n in _NOUNS[:4]])
    )
    return rng.choice(("Here are some ideas. Enjoy!\n\n", "Here are three songs.\n\n", "")) + "\n".join(items)


def bullets(rng: Random) -> str:
    """A list with bullets or numbers, its items phrases."""
    items = [
        ENGLISH.sentence(rng) if rng.random() < 0.5 else noun
        for noun in rng.sample(_NOUNS, rng.randint(3, 6))
    ]
    mark = rng.choice(("- ", "* ", "• ", "{}. ", "{}) ", "**{}.** "))
    lines = [mark.format(number) + item for number, item in enumerate(items, 1)]
    return f"{_intro(rng)}\n\n" + rng.choice(("\n", "\n\n")).join(lines)


def inline_list(rng: Random) -> str:
    """Words with commas."""
    return rng.choice(("", f"{_intro(rng)}\n\n", "Keywords: ")) + ", ".join(
        rng.sample(_NOUNS, rng.randint(3, 6))
    )


def formula(rng: Random) -> str:
    """A formula or a number at the end."""
    a, b = rng.randint(2, 9), rng.randint(2, 99)
    return rng.choice((
        f"Simplify. So we get y = {a}x", f"{_intro(rng)} The result is {a * b}", f"{a} + {b} = {a + b}", f"#### {b}",
        f"Divide both sides by {a}. Then x = {b}/{a}", f"The area is {b} cm²", f"Hence f(x) = {a}x + c",
        f"{_intro(rng)}\n\n$$\\frac{{{a}}}{{x}} = {b}$$", f"The speed is {b} km/h", f"It costs {b} dollars per kg",
    ))  # fmt: skip


def attribution(rng: Random) -> str:
    """A quotation and its author."""
    return f"“{ENGLISH.sentence(rng)}.” {rng.choice(('—', '–', '-', '~'))} {rng.choice(_NAMES)}"


def emoji(rng: Random) -> str:
    """An emoji or emoticon at the end."""
    return f"{_intro(rng)} {rng.choice(('Have fun', 'See you soon', 'Good luck'))} {rng.choice(('😊', '🎉🎉', ':)', ';-)', '<3', '❤️'))}"


def heading(rng: Random) -> str:
    """A title, a headline or a name as the whole answer."""
    return rng.choice(
        (
            rng.choice(_TITLES),
            f"Title: {rng.choice(_TITLES)}",
            f"**{rng.choice(_TITLES)}**",
            rng.choice(_NAMES),
        )
    )


def table(rng: Random) -> str:
    """A Markdown table."""
    rows = "\n".join(f"| {noun} | {rng.randint(1, 99)} |" for noun in rng.sample(_NOUNS, 3))
    return f"{_intro(rng)}\n\n| Name | Count |\n|---|---|\n{rows}"


def phrase(rng: Random) -> str:
    """A short answer that is no sentence."""
    first, second = rng.sample(_NOUNS, 2)
    return rng.choice((
        f"the {first} and the {second}", f"{first.capitalize()} {second}", f"In the {first}", f"A {first} made of {second}",
        f"by the {first}", f"around 40 {first}s", "I don't know", "yes, see you there tomorrow", "Thanks for the help",
    ))  # fmt: skip


def sentence_without_stop(rng: Random) -> str:
    """A whole sentence whose writer left the full stop away, as in a translation or a rewritten line."""
    return ENGLISH.sentence(rng)


def recipe(rng: Random) -> str:
    """Ingredients, a line each."""
    items = "\n".join(
        f"{rng.randint(1, 4)} {rng.choice(('cups', 'tsp', 'slices'))} {noun}"
        for noun in rng.sample(_NOUNS, 4)
    )
    return f"{rng.choice(_TITLES)}\n\nIngredients:\n{items}"


def place(rng: Random) -> str:
    """An address, a date or a reference as the last line."""
    return f"{_intro(rng)}\n\n" + rng.choice((
        "12 Harbour Street, Springfield", "Monday, 4 May", "P.S. Bring the blue folder", "(c) The Harbour Team",
        "Source: Annual Report of the Council", "Signed, the residents of Mill Lane", "[Your Name]", "THE END", "Fin",
        "Happy cooking", "Hope this helps", "Good luck with your project",
    ))  # fmt: skip


def abbreviation(rng: Random) -> str:
    """Code names, files and identifiers at the end."""
    return f"{_intro(rng)} {rng.choice(('Open the file', 'Run', 'Set', 'Look for'))} " + rng.choice((
        "`config.toml`", "settings.json", "max_tokens", "useState", "iPhone15", "/etc/hosts", "HTML5", "C++", "--verbose",
    ))  # fmt: skip


ENDINGS: tuple[Ending, ...] = (
    letter, poem, haiku, url, hashtags, sql, code, label, choice, plain_list, bullets, inline_list, formula,
    attribution, emoji, heading, table, phrase, recipe, place, abbreviation,
)  # fmt: skip
