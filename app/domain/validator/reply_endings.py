"""Find replies that are cut off, each judged by how the other replies of its file end."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from app.domain.findings import Place, Problem
from app.domain.validator.endings import ENDED, Ending, Verdict, count_words, judge, last_word
from app.domain.validator.scripts import FULL_STOPS, PUNCTUATED_SCRIPTS, SPACELESS_SCRIPTS, script_of

_STOPS = frozenset(FULL_STOPS)
_WRONG = (Verdict.BRIEF, Verdict.OPEN, Verdict.CUT)
_PHRASE, _LONG = 30, 200  # characters: more than a phrase, more than a few sentences

# an open end is a fault where it is rare among comparable replies; a small file is taken to be well written
_OPEN_SHARE, _OPEN_PRIOR = 0.25, 12
_BRIEF_SHARE, _MIN_COMPARED = 0.03, 20

_SAMPLED_CHARACTERS, _SAMPLED_OF_ONE = 1_000_000, 2000
_MANY_WORDS, _TRIED = 2000, 20
_UNUSUAL_SHARE = 0.08
_INFLECTIONS = frozenset(
    [
        "s",
        "es",
        "ed",
        "d",
        "ing",
        "ly",
        "er",
        "ers",
        "est",
        "en",
        "e",
        "n",
        "r",
        "'s",
        "al",
        "y",
        "ies",
        "ion",
        "ions",
        "ment",
        "ness",
        "ful",
        "able",
    ]
)

Key = tuple[Verdict, str, int]


class Candidate(NamedTuple):
    """A reply with an open end, its last word or characters, and the problem if it is found to be cut off."""

    place: Place
    problem: Problem
    end: str


class ReplyEndings:
    """Learn the endings of a file's replies, keeping counts, the first candidates and a sample of words."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ended: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # by script and size
        self._open: Counter[Key] = Counter()
        self._candidates: dict[Key, list[Candidate]] = {}
        self._sample: list[str] = []
        self._room = _SAMPLED_CHARACTERS

    def judge(self, text: str) -> Ending | None:
        """Count a reply, and judge it by itself; None where nothing is wrong with its end."""
        if self._room > 0:
            self._sample.append(text[:_SAMPLED_OF_ONE])
            self._room -= len(self._sample[-1])
        # most replies are decided here
        is_plain = text[-1:] in _STOPS and "`" not in text
        is_ended = is_plain and not (text[-2:-1].isdigit() and "\n" in text[-6:])
        ending = ENDED if is_ended else judge(text)
        if ending is not ENDED:
            return ending if ending.verdict in _WRONG else None
        script, size = _group(text)
        self._ended[script][size] += 1
        return None

    def keep(self, verdict: Verdict, text: str, describe: Callable[[], tuple[Place, Problem]]) -> None:
        """Count a reply with an open end, and keep the first of its kind until the file's end."""
        key = (verdict, *_group(text))
        self._open[key] += 1
        kept = self._candidates.setdefault(key, [])
        if len(kept) < self._limit:
            end = text.rstrip()[-2:] if key[1] in SPACELESS_SCRIPTS else last_word(text.rstrip())
            kept.append(Candidate(*describe(), end))

    def cut(self) -> Iterator[tuple[list[Candidate], int]]:
        """Yield the replies found to be cut off, and how many more of them were not kept."""
        words: _Words | None = None
        for key, candidates in self._candidates.items():
            if self._is_rare(*key):
                yield candidates, self._open[key] - len(candidates)
            elif key[1] in SPACELESS_SCRIPTS:
                yield _with_unusual_ends(candidates), 0
            else:
                words = words or _Words(self._sample)
                yield [found for found in candidates if words.holds_more_of(found.end)], 0

    def _is_rare(self, verdict: Verdict, script: str, size: int) -> bool:
        if verdict is Verdict.OPEN:
            opened = sum(count for key, count in self._open.items() if key[:2] == (verdict, script))
            ended = sum(self._ended.get(script, ()))
            prior = _OPEN_PRIOR if script in PUNCTUATED_SCRIPTS else -_MIN_COMPARED
            return opened <= _OPEN_SHARE * (ended + prior)
        ended = self._ended.get(script, (0, 0, 0))[size]
        return (
            size > 0 and ended >= _MIN_COMPARED and self._open[verdict, script, size] <= _BRIEF_SHARE * ended
        )


class _Words:
    """The words of a file, to recognise the beginning of one."""

    def __init__(self, texts: list[str]) -> None:
        self._counts = count_words(texts)
        self._sorted = sorted(word for word, count in self._counts.items() if count > 1)
        self._ends = {word[-3:] for word in self._sorted} if len(self._sorted) >= _MANY_WORDS else set()

    def holds_more_of(self, word: str) -> bool:
        """Return whether the text is no word of the file, but the beginning of one."""
        if len(word) < 2 or self._counts[word] > 1 or word[-3:] in self._ends:
            return False
        at = bisect_right(self._sorted, word)
        longer = self._sorted[at : at + _TRIED]
        return any(found.startswith(word) and found[len(word) :] not in _INFLECTIONS for found in longer)


def _with_unusual_ends(candidates: list[Candidate]) -> list[Candidate]:
    """Give those whose last letters no other has, where almost all share theirs with others."""
    ends = Counter(found.end for found in candidates)
    unusual = [found for found in candidates if ends[found.end] == 1]
    is_clear = len(candidates) >= _MIN_COMPARED and len(unusual) <= _UNUSUAL_SHARE * len(candidates)
    return unusual if is_clear else []


def _group(text: str) -> tuple[str, int]:
    """Return the script and the size that make replies comparable."""
    length = len(text)
    size = (length >= _PHRASE) + (length >= _LONG)
    if text.isascii():
        return "latin", size
    script = script_of(text)
    return script, 1 if script in SPACELESS_SCRIPTS else size
