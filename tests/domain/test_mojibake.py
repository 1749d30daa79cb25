"""Text that was read in a wrong encoding is found and given back; real text never is."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.domain.mojibake import find_mojibake, fix_mojibake, may_hold_mojibake
from app.domain.validator import DatasetChecker
from tests.every import every

LINES = """
It’s late — “go”…
naïve café
À bientôt
São João
Привет, как дела?
你好，世界
こんにちは
السلام عليكم
10 £ at 5 °C
Good 😀 day
Škoda česky život
Καλημέρα
สวัสดี
Trần Thị
"""  # noqa: RUF001
REAL_LINES = """
«NÃO»
A letra “Ã”
«ANÂ»
2×½ cup
Spaß“
ä…“
Å»
ESPAÑA…
Ø½
Björk & Ðóra
¿Qué?
Â l'aide
€5 ™
àèìòù ÀÈÌÒÙ
x²·y³ ≠ ½
"""  # noqa: RUF001
TEXTS = LINES.strip().split("\n")
REAL = [*TEXTS, *REAL_LINES.strip().split("\n"), ""]


def misread(text: str) -> str:
    """The text as a program shows it that takes UTF-8 for Windows-1252."""
    return "".join(bytes((byte,)).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode())


class TestMojibake:
    @every("text", TEXTS)
    def test_is_found_and_given_back(self, text):
        assert find_mojibake(misread(text)) is not None
        assert fix_mojibake(misread(text)) == text
        assert fix_mojibake(misread(misread(text))) == text

    @every("text", REAL)
    def test_is_not_seen_in_real_text(self, text):
        assert (find_mojibake(text), fix_mojibake(text)) == (None, None)

    @every("text, ascii", [(text, ascii) for text in TEXTS for ascii in (True, False)])
    def test_is_seen_in_the_bytes_of_a_line(self, text, ascii):
        assert may_hold_mojibake(json.dumps({"x": misread(text)}, ensure_ascii=ascii).encode())

    def test_is_fixed_beside_real_text(self):
        real, other = "\u5e74\u91d1 \u2019 ", "it\u2019s \u00e9"
        assert fix_mojibake(real + misread(other)) == real + other

    @every("rest", ["\u00e2\u20ac s", "\u00ef\u00bf\u00bd", "\ufffd", "\x81"])
    def test_is_not_fixed_where_something_is_left_over(self, rest):
        assert fix_mojibake(misread("it\u2019s") + rest) is None

    @given(st.text(st.characters(codec="utf-8")))
    def test_fix_is_clean_or_none(self, text):
        fixed = fix_mojibake(misread(text))
        assert fixed is None or (find_mojibake(fixed) is None and "\ufffd" not in fixed)

    def test_is_a_warning_that_counts_the_records(self):
        checker = DatasetChecker()
        for number in range(12):
            reply = misread("It\u2019s \u201cso\u201d.") if number % 4 == 0 else "It\u2019s so."
            checker.feed(f'{{"prompt": "Key {number}?", "completion": "{reply} {number}."}}\n'.encode())
        report = checker.report()
        assert report.counts["text.mojibake"] == 3
        finding = next(f for f in report.findings if f.code == "text.mojibake")
        assert (finding.severity, finding.pointer) == ("warning", "/completion")
        assert "\u00e2\u20ac\u2122, which stands for \u2019 (3 times)" in finding.message
