"""Every regular expression: twice the text takes at most about twice the work."""

import re
import time
from collections.abc import Iterator

import pytest

from app import log
from app.api import ROUTERS
from app.domain.dataset_file import signatures
from app.domain.templates import marks
from tests.house.patterns import Site, sites, texts

# patterns that are made where only a caller knows their texts: examples, or all that there are
BY_HAND = {
    "app/log.py: pattern": lambda: tuple(pattern for pattern, _ in log._SECRETS),
    "app/api/handlers.py: re.sub('\\\\{\\\\w+\\\\}', '[^/]+', template)": lambda: tuple(
        re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path)) for router in ROUTERS for route in router.routes
    ),
    "app/domain/dataset_file/signatures.py: start.encode()": lambda: tuple(_signatures()),
    "app/domain/dataset_file/signatures.py: start": tuple,  # among those above
    "app/domain/templates/marks.py: f'{either}(\\\\d+){either}'": lambda: (marks._pattern("\ue000"),),
    "app/domain/validator/endings.py: f\"\\\\n[ \\\\t]*{int(item['number']) - 1}[.)]\"": lambda: (
        re.compile(r"\n[ \t]*7[.)]"),
    ),
    "app/adapters/chat_models/__init__.py: "
    "'|'.join(map(re.escape, sorted(known, key=len, reverse=True))) or '(?!)'": lambda: (
        re.compile("|".join(map(re.escape, ("<|im_start|>", "<|im_end|>", "<s>", "<|", "<", "<<")))),
    ),
}
# asked at one place of a text, under another name
MATCHED = {
    "app/domain/dataset_file/documents.py: _STRING",
    "app/domain/dataset_file/documents.py: _SCALAR",
    "app/domain/dataset_file/documents.py: _SPACE",
    "app/domain/dataset_file/documents.py: _BETWEEN",
    "app/domain/dataset_file/signatures.py: start.encode()",
}
# asked about the last characters only, so many: each is short of the time that a whole text may take
BOUNDED = {
    "app/domain/dataset_file/lines.py: _MARKS_BEHIND": 64 + 1,
    "app/domain/validator/endings.py: _UNIT": 60,
}
# in milliseconds of this thread: a long text that takes less is not looked at again
SHORT, LONG = 1.5, 50
SIZE = 8_000
GROWTH = 8  # of the time, for four times the text; twice as much as there would be without noise


class TestEveryPattern:
    def test_is_known(self):
        """A pattern that is made at run time stands in the table, and nothing else does."""
        found = {site.place for site in sites(BY_HAND)}
        assert len(found) > 80
        assert set(BY_HAND) | MATCHED | set(BOUNDED) <= found

    def test_takes_twice_as_long_at_most_for_twice_the_text(self):
        slow = [
            f"{site.place}: {pattern.pattern!r} on {text}"
            for site in sites(BY_HAND)
            for pattern in site.patterns
            for text in _slow_texts(site, pattern)
        ]
        assert not slow, "\n".join(slow)

    @pytest.mark.parametrize("source", ["(a+)+b", r"\b[\w-]*token=", "1*1*1*2"])
    def test_is_noticed_when_it_takes_longer(self, source):
        pattern = re.compile(source)
        assert list(_slow_texts(Site("here", (pattern,), is_anchored=False), pattern))


def _slow_texts(site: Site, pattern: re.Pattern) -> Iterator[str]:
    """The first text that takes too long, if there is one."""
    is_anchored = site.is_anchored or site.place in MATCHED
    site = Site(site.place, (), is_anchored)
    for start, repeated, end in texts(pattern):
        most = BOUNDED.get(site.place, SIZE)
        for size in (20, 300, SIZE):
            text = _text(pattern, start, repeated, end, size, most)
            if all(_milliseconds(site, pattern, text) > SHORT for _ in range(2)):
                break
        else:
            continue
        if size < SIZE or most < SIZE or _grows(site, pattern, start, repeated, end):
            yield f"{start!r} + {repeated!r} * {size // len(repeated)} + {end!r}"
            return


def _grows(site: Site, pattern: re.Pattern, *parts: str) -> bool:
    few, many = (_text(pattern, *parts, size, size) for size in (SIZE, 4 * SIZE))
    for _ in range(3):  # one time that is short says enough
        took = _milliseconds(site, pattern, many)
        if took < LONG or took < GROWTH * _milliseconds(site, pattern, few):
            return False
    return True


def _text(pattern: re.Pattern, start: str, repeated: str, end: str, size: int, most: int) -> str | bytes:
    text = (start + repeated * (size // len(repeated)) + end)[-most:]
    return text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


def _milliseconds(site: Site, pattern: re.Pattern, text: str | bytes) -> float:
    began = time.thread_time_ns()
    site.run(pattern, text)
    return (time.thread_time_ns() - began) / 1e6


def _signatures() -> Iterator[re.Pattern[bytes]]:
    for table in filter(lambda value: isinstance(value, tuple), vars(signatures).values()):
        yield from (each.start for each in table if isinstance(each, signatures.Signature))
