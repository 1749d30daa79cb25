"""Judge how one reply ends: ended, whole in another way, open, or certainly cut."""

import re
from collections import Counter
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

from app.domain.validator.scripts import CANNOT_END, FULL_STOPS, HANGING, SPACELESS, hanging_words, script_of

_CLOSERS = "\"'’”“»)]}*_~`」』）】》〉›"
_OPENERS, _CLOSING = "([{（［｛「『【《〈", ")]}）］｝」』】》〉"
_TAIL = 4000  # characters in which an open bracket or quotation is looked for
_FEW, _SHORT = 6, 12  # words of a line
_SHORT_LINES, _BRIEF_WORDS, _FIELD_WORDS = 3, 4, 3
_LABELS = frozenset(["true", "false", "yes", "no", "none", "null", "positive", "negative", "neutral"])

_SENTENCE_END = re.compile(rf"(?<!\b\w)[{FULL_STOPS}][\"')\]*’”»]*(?=\s|$)|[。！？]")
_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?```|```[\w+-]*[ \t]*$", re.MULTILINE)
_EMOTICON = re.compile(r"(?<!\S)[:;=8xX]['’]?[-o^]?[()\[\]{}|](?!\w)")
_BRACKET = re.compile(rf"(?<!\\)[{re.escape(_OPENERS + _CLOSING)}]")
_INCHES = re.compile(r"\d\"")
_LIST_ITEM = re.compile(
    r"\s*(?:[-+*•–—▪◦‣·●○✓✔☐]|(?:\*\*)?\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.):](?:\*\*)?|[^\w\s\"'“‘(\[$]+)\s"
)
_EMPTY_ITEM = re.compile(r"\n[ \t]*(?:[-*•+]|(?P<number>\d{1,3})[.)])$")
_CODE = re.compile(
    r"\t|    |\u00a0\u00a0|[$>|#]|.*(?:[;{}]\s*$|=>|==|\w\(|</?\w|::|->)"
    r"|\s*(?:return|import|from\s+\w+\s+import|def|class|const|let|var|public|private|print|echo|export|end)\b"
)
_SQL = re.compile(
    r"\b(?:SELECT|FROM|WHERE|JOIN|INSERT INTO|VALUES|UPDATE|DELETE|RETURNING|LIMIT|HAVING)\b"
    r"|\b(?:ORDER|GROUP) BY\b"
)
_FORMULA = re.compile(r"[=<>×÷√∑∫≤≥≈^$\\]|\d\s*[-+*/]\s*\w")
_UNUSUAL_WORD = re.compile(r"[/@#_.:\\\d]|\w\W*[a-z][A-Z]|^--?\w|^[A-ZÄÖÜ]+$")
_ATTRIBUTION = re.compile(
    r"(?:^|[.!?…\"”»’*])\s*(?:[—–―~]|--?)\s*((?:[A-Z][\w’']{0,3}\.\s?)*[^\W\d_][^.!?\n]{0,60})$"
)
_FIELD = re.compile(r"\W*\w[^.!?:\n]{0,30}[:：]\s*(\S.*)$")
_UNIT = re.compile(r"\d[\d.,]*\s*\w+$|\b(?:per\s+)?(?:kg|km|cm|mm|ml|mg|lbs?|oz|ft|mph|kWh|dollars|euros)$")
_LONE_OPERATOR = re.compile(r"\w\s+[-=+–—/&<*]$")
_CUT_ENTITY = re.compile(r"&(?:[a-z]{2,5}|#\d{1,4})$|\\u[0-9a-fA-F]{0,3}$")


class Verdict(Enum):
    """How a reply ends."""

    ENDED = auto()  # by a full stop or its like
    WHOLE = auto()  # signature, verse, list, code, label, formula, address, ...
    BRIEF = auto()  # no sentence end in it, or only a word or two after the last one: weak evidence
    OPEN = auto()  # in the middle of a sentence, after whole ones
    CUT = auto()  # certainly: something is open that a whole reply closes


class Ending(NamedTuple):
    """A verdict, and what is wrong in words."""

    verdict: Verdict
    why: str = ""


ENDED, _WHOLE = Ending(Verdict.ENDED), Ending(Verdict.WHOLE)


def judge(text: str) -> Ending:
    """Judge a reply that is not blank, without looking at other replies."""
    text = text.rstrip()
    if why := _what_is_open(text):
        return Ending(Verdict.CUT, why)
    bare = text.rstrip(_CLOSERS)
    if bare[-1:] in FULL_STOPS:
        return ENDED
    if why := _what_hangs(text):
        return Ending(Verdict.CUT, why)
    if bare != text or not _ends_in_letter(text):
        return _WHOLE
    return _judge_prose(text)


def last_word(text: str) -> str:
    """Return the letters at the end."""
    found = re.search(r"(?<![^\W\d_])[^\W\d_]+$", text[-60:])
    return found.group().lower() if found else ""


def _what_is_open(text: str) -> str:
    if text.endswith("\\") and not text.endswith("\\\\"):
        return "after a lone backslash"
    if "```" in text and len(_FENCE.findall(text)) % 2:
        return "inside a code block"
    if (item := _EMPTY_ITEM.search(text[-12:])) and (
        not item["number"] or re.search(rf"\n[ \t]*{int(item['number']) - 1}[.)]", text)
    ):
        return "after the mark of a list item"
    return ""


def _what_hangs(text: str) -> str:
    tail = text[-_TAIL:]
    if _has_open_bracket(tail) and _has_open_bracket(_EMOTICON.sub("", tail)):
        return "inside a bracket"
    if _has_open_quote(tail[tail.rfind("\n\n") + 1 :]):
        return "inside a quotation"
    line = text[text.rfind("\n") + 1 :]
    if _LONE_OPERATOR.search(line[-10:]) or _CUT_ENTITY.search(line[-10:]) or text[-1] in _OPENERS:
        return "where something must follow"
    if text[-1] in ",，、،" and (len(line.split()) > _FEW or _SENTENCE_END.search(line)):
        return "after a comma"
    if text[-1] in CANNOT_END:
        return "inside a word"
    return "before the word that must follow" if _has_hanging_word(text, line) else ""


def _has_hanging_word(text: str, line: str) -> bool:
    if text[-1].isascii() or " " in line[-30:]:
        last = line[line.rfind(" ") + 1 :]
        if last not in HANGING or last not in hanging_words(text[-400:]):
            return False
        return line.count(" ") > 1 and not _looks_like_code(text, line)
    return text.endswith(SPACELESS) and len(line) > _FEW


def _has_open_bracket(tail: str) -> bool:
    """Look back for a bracket without its partner: in the last paragraph; braces of code anywhere."""
    paragraph = tail[tail.rfind("\n\n") + 1 :]
    if "(" in paragraph or "[" in paragraph or "{" in paragraph or not paragraph.isascii():
        depth = 0
        for bracket in reversed(_BRACKET.findall(paragraph)):
            depth += 1 if bracket in _CLOSING else -1
            if depth < 0:
                return True
    return "{" in tail and tail.count("{") - tail.count("\\{") > tail.count("}") - tail.count("\\}")


def _has_open_quote(paragraph: str) -> bool:
    if not paragraph.isascii():
        low, left, right = (paragraph.count(mark) for mark in "„“”")
        if low > left + right or (not low and left > right):
            return True
        if "«" in paragraph and paragraph.find("«") < (paragraph.find("»") % (len(paragraph) + 1)):
            return paragraph.count("«") > paragraph.count("»")
    straight = paragraph.count('"')
    return straight % 2 == 1 and (straight - len(_INCHES.findall(paragraph))) % 2 == 1


def _ends_in_letter(text: str) -> bool:
    return text[-1].isalpha() or script_of(text[-1]) != "other"


def _judge_prose(text: str) -> Ending:
    start = text.rfind("\n") + 1
    line = text[start:]
    above = [other for other in text[:start].split("\n")[-_SHORT_LINES - 2 :] if other.strip()]
    if _is_special_line(text, line):
        return _WHOLE
    if _LIST_ITEM.match(line) and (above or not _SENTENCE_END.search(line)):
        return _judge_item(text, line)
    words = _count_words(line)
    ends = [found.end() for found in _SENTENCE_END.finditer(line)]
    if _is_among_short_lines(text, line, above) or (above and not ends and words <= _FEW):
        return _WHOLE
    after = (line[ends[-1] :] if ends else line).strip()
    if ends and _is_fragment(after):
        return _WHOLE
    has_sentences = bool(ends) or any(_SENTENCE_END.search(other) for other in above)
    is_sentence = _count_words(after) > _BRIEF_WORDS and not (ends and after[0].islower())
    return Ending(Verdict.OPEN if has_sentences and is_sentence else Verdict.BRIEF, _MIDDLE)


def _is_fragment(after: str) -> bool:
    """Return whether the words after the last sentence are a label, a field or a list of words."""
    words = after.split()
    if len(words) == 1 and (not after[0].isupper() or after.lower() in _LABELS):
        return True
    field = _FIELD.match(after)
    is_list = after.count(",") > 1 and all(len(part.split()) <= 2 for part in after.split(","))
    return is_list or words[-1].lower() in _LABELS or bool(field and len(field[1].split()) <= _FIELD_WORDS)


_MIDDLE = "in the middle of a sentence"


def _judge_item(text: str, line: str) -> Ending:
    """Compare a list item with its siblings: open where they end in full stops."""
    others = [other.rstrip() for other in text.split("\n")[:-1] if _LIST_ITEM.match(other)]
    if len(others) < 2 or _count_words(line) < 3:
        return _WHOLE
    ended = sum(other.rstrip(_CLOSERS)[-1:] in FULL_STOPS for other in others)
    return Ending(Verdict.OPEN, _MIDDLE) if ended == len(others) else _WHOLE


def _is_special_line(text: str, line: str) -> bool:
    words = line.split()
    is_long = len(words) > _SHORT
    if _is_unusual_word(words):
        return True
    if _looks_like_code(text, line) or _FORMULA.search(line[-40:]) or _UNIT.search(line[-60:]):
        return True
    if _ATTRIBUTION.search(line) or (not is_long and _is_title(words)):
        return True
    field = _FIELD.match(line)
    if field and not _SENTENCE_END.search(line) and len(field[1].split()) <= _FEW + 1:
        return True
    return line.count(",") > 1 and all(len(part.split()) <= 2 for part in line.rsplit(":", 1)[-1].split(","))


def _is_unusual_word(words: list[str]) -> bool:
    """Return whether the last word is an address, a name of code, an acronym, or the letter of a choice."""
    *others, last = words
    if len(last) > 1:
        return bool(_UNUSUAL_WORD.search(last))
    begins_sentence = bool(others) and others[-1][-1] in FULL_STOPS
    return last.isascii() and not begins_sentence and (last.isupper() or len(words) < _FEW)


def _looks_like_code(text: str, line: str) -> bool:
    return bool(_CODE.match(line) or _SQL.search(text[text.rfind("\n\n") + 1 :]))


def _is_title(words: list[str]) -> bool:
    """Return whether all but small words have capitals, as names and titles do."""
    return (
        len(words) <= _FEW + 2
        and all(word[:1].isupper() or len(word) < 4 for word in words)
        and (words[-1][:1].isupper())
    )


def _is_among_short_lines(text: str, line: str, above: list[str]) -> bool:
    """Return whether the line stands among short ones without full stops: verses, names, a signature."""
    if not above or _count_words(line) > _SHORT:
        return False
    is_same_block = text[: -len(line)].endswith("\n") and not text[: -len(line)].endswith("\n\n")
    near = above[-1:] if is_same_block else above[-2:]
    if len(near) < (1 if is_same_block else 2):
        return False
    return all(_is_short_and_open(other) for other in near) or (
        is_same_block
        and len(above) >= _SHORT_LINES
        and all(_count_words(other) <= _SHORT - 2 for other in above)
    )


def _is_short_and_open(line: str) -> bool:
    return _count_words(line) <= _SHORT and line.rstrip().rstrip(_CLOSERS)[-1:] not in FULL_STOPS


def _count_words(text: str) -> int:
    """Count words; in scripts without spaces, three characters count as one."""
    words = text.split()
    return sum(1 if word.isascii() or len(word) < 12 else max(1, len(word) // 3) for word in words)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of some texts, in lower case."""
    return Counter(word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower()))
