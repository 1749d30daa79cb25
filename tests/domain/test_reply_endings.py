"""Replies that are cut off, told from the many ways in which a whole reply ends."""

import orjson
import pytest

from app.domain.validator import CheckLimits, DatasetChecker
from tests.bench.findings import PRECISION, RECALL
from tests.every import every
from tests.whole_files.files import CUT, FILES, whole_file
from tests.whole_files.measured import Tally, check, tallies

LETTER = "Dear Ms Holm,\n\nThe parcel left today. It comes on Monday.\n\n"
WHOLE = (
    f"{LETTER}Kind regards,\nJonas Weber",
    f"{LETTER}Cheers\nsam",
    f"{LETTER}Yours sincerely,\n\nMary Ann Lee\nHead of Sales",
    "Moss on the stone\nRain on the moss\nHush! Winter again",
    "I walked by the mill. The wheel was slow.\nThe water ran\nThe water stopped\nAnd I went home",
    "There is a guide. See https://example.org/start",
    "Ask us at any time. Write to help@example.org",
    "We did it! The shop is open. Come by today #opening #bakery",
    "Multiply first. Then add.\n\nAnswer: C",
    "Both lines hold. Therefore the right option is D",
    "This lists all ships. It sorts them by name:\n\nSELECT s.name FROM ships s JOIN ports p ON s.id = p.id",
    "Start it like this. It takes a minute.\n\nnpm run build",
    "It adds two numbers.\n\ndef add(a, b):\n    return a + b",
    "Here are three films. Have fun!\n\nThe Last Tram\nBlue Kettle\nSeven Doors",
    "Tone. negative",
    "Category: garden tools",
    "First expand. Hence y = 4x",
    "The way is short. It is 5 km",
    "Some plants need water every week or they die",
    "“Keep walking.” — Ida Lund",
    '"All is well." - J. R. Stone',
    "Have a great trip. See you soon 🎉",
    "It works on Linux. It also works on macOS",
    "Open the file. Then set use_cache",
    "1. Wash the rice. Drain it.\n2. Boil water\n3. Add the rice",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "The interval is [0, 1). It holds zero",
    'The board is 10" wide. It is 2" deep.',
    "It is fine :( or not. We will see (later).",
    "yes, see you there tomorrow",
    "The dog sleeps under the table",
    "The Old Road to the Sea",
    "A path ends in C:\\\\",
    "ห้องสมุดอยู่ใกล้สถานี เปิดทุกวัน",
    "مكتبة المدينة قريبة من المحطة. تفتح كل يوم صباحا ومساء",
    "图书馆在车站旁边。每天开门",
    "図書館は駅の近くです。毎日開いています",
)
# each with the words of the finding
CUTS = {
    "The plan is good. We should begin with the largest of the gar": "in the middle of a sentence",
    "مكتبة المدينة قريبة. يمكن القراءة في": "before the word that must follow",
    "The plan is good. We need to talk to the": "before the word that must follow",
    "Der Plan ist gut. Wir sprechen mit dem": "before the word that must follow",
    "図書館は駅の近くです。毎日たくさんの本を": "before the word that must follow",
    "ห้องสมุดอยู่ใกล้สถานีและเ": "inside a word",
    "The plan is good. It costs little \\": "after a lone backslash",
    "Use a loop:\n\n```python\nfor row in rows:\n    print(row)": "inside a code block",
    "Use a loop:\n\n```python\nfor row in rows:\n    print(row)\n": "inside a code block",
    "The plan is good (see the notes of the": "inside a bracket",
    '{"name": "Ida", "ships": [1, 2': "inside a bracket",
    'She looked up. "I never said that': "inside a quotation",
    "The plan has three parts. For example,": "after a comma",
    "Steps:\n\n1. Wash the rice.\n2. Boil it.\n3.": "after the mark of a list item",
    "Steps:\n\n1. Wash the rice.\n2. Boil it. Stir.\n3. Leave it on the low": "in the middle of a sentence",
    "The plan is good. The total is the sum of a +": "where something must follow",
}


def found(*replies: str) -> list[str]:
    checker = DatasetChecker(limits=CheckLimits())
    for number, reply in enumerate(replies):
        checker.feed(orjson.dumps({"prompt": f"Question {number}?", "completion": reply}) + b"\n")
    return [finding.message for finding in checker.report().findings if finding.code == CUT]


class TestOneReply:
    @every("reply", WHOLE)
    def test_that_is_whole_is_no_finding(self, reply):
        assert found(reply) == []

    def test_that_is_whole_is_none_among_others_either(self):
        assert found(*WHOLE) == []

    @every("reply, why", CUTS.items())
    def test_that_is_cut_is_named_with_the_reason(self, reply, why):
        (message,) = found(reply)
        assert f"cut off {why}: it ends in" in message


class TestFile:
    WITH_STOPS = tuple(f"The {number}th ship is in the harbour today." for number in range(30))
    WITHOUT = tuple(f"The mill is old. The {word} turns it every day of the year" for word in "abcdefgh")

    def test_of_replies_without_full_stops_has_no_cut_ones(self):
        assert found(*self.WITHOUT) == []

    def test_of_replies_with_full_stops_shows_the_rare_one_without(self):
        odd = "The second ship is in the harb"
        assert found(*self.WITH_STOPS, odd) == [
            "The reply seems to be cut off in the middle of a sentence: it ends in “ ship is in the harb”."
        ]
        assert found(odd) == []

    def test_knows_the_beginning_of_its_own_words(self):
        said = tuple(f"the ship in harbour {word}" for word in ("one", "two", "six", "ten") * 10)
        assert len(found(*said, "the mill beside the harb")) == 1
        assert found(*said, "the mill beside the harbour") == []

    def test_counts_what_it_does_not_list(self):
        checker = DatasetChecker(limits=CheckLimits(findings_per_code=3))
        for number in range(60):
            end = "The wheel of the mill turns on the wat" if number % 10 == 0 else "It is old."
            checker.feed(orjson.dumps({"prompt": f"{number}?", "completion": f"A mill. {end}"}) + b"\n")
        report = checker.report()
        assert (report.counts[CUT], [f.line for f in report.findings if f.code == CUT]) == (6, [1, 11, 21])
        assert report.findings[0].pointer == "/completion"
        assert "The wheel" in report.findings[0].snippet


class TestWholeFiles:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_warnings_are_right_and_find_what_was_planted(self, seed):
        sums: dict[str, Tally] = {}
        for name in FILES:
            lines = whole_file(name, seed)
            for code, tally in tallies(lines, check(lines)).items():
                sums.setdefault(code, Tally()).add(tally)
        assert sums[CUT].planted > 100
        poor = {code for code, tally in sums.items() if tally.precision < PRECISION or tally.recall < RECALL}
        assert poor == set()
