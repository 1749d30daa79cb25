"""Files for download: names that no client misreads, cells that no spreadsheet runs."""

import csv
import json
import re
from io import StringIO
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.downloads import attachment, csv_rows, json_lines

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode(), newline="")))


class TestAttachment:
    @given(TEXT.filter(bool))
    def test_is_one_ascii_line_that_names_the_file(self, name):
        header = attachment(name)
        assert header.isascii()
        assert header.isprintable()
        plain, _, encoded = header.rpartition("; filename*=UTF-8''")
        assert re.fullmatch(r'attachment; filename="[^"\\]+"', plain)
        assert re.fullmatch(r"[\w.~%-]+", encoded)
        assert unquote(encoded) == name

    @pytest.mark.parametrize(
        ("name", "plain"),
        [("a b.csv", "a b.csv"), ('"a"\\.csv', "'a'_.csv"), ("Größe\r\n.csv", "Gr__e__.csv")],
    )
    def test_has_a_plain_name_for_old_clients(self, name, plain):
        assert attachment(name).startswith(f'attachment; filename="{plain}"; ')


class TestCsv:
    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_keeps_text_from_being_a_formula(self, start):
        assert read(csv_rows([[f"{start}1+1", "1=1"]])) == [[f"'{start}1+1", "1=1"]]

    def test_leaves_numbers_and_nothing_as_they_are(self):
        assert csv_rows([[-1, None, "x"]]) == b"-1,,x\r\n"

    @given(st.lists(st.lists(TEXT, min_size=2), min_size=1))
    def test_comes_back_cell_by_cell(self, rows):
        found = read(csv_rows(rows))
        assert [[cell.removeprefix("'") for cell in row] for row in found] == [
            [cell.removeprefix("'") for cell in row] for row in rows
        ]


class TestJsonLines:
    @given(st.lists(st.tuples(st.integers(-(2**53), 2**53), TEXT)))
    def test_comes_back_line_by_line(self, rows):
        lines = json_lines(("number", "text"), rows).split(b"\n")
        assert lines.pop() == b""
        assert [json.loads(line) for line in lines] == [
            {"number": number, "text": text} for number, text in rows
        ]
