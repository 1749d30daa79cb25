"""One JSON document cut into values: an archive into pairs, a list into records."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dataset_file import Element, ElementKind, FileLimits, FileReader

TEXTS = st.text('a"\\{}[]:,\n', max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a"\\{}[]:,\n', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
OBJECTS = st.dictionaries(st.text("abc"), VALUES, max_size=3)


def elements(data: bytes, *, step: int = 10**6, limit: int = 2**20) -> list[Element]:
    reader = FileReader(FileLimits(max_line_bytes=limit))
    found = [element for at in range(0, len(data), step) for element in reader.feed(data[at : at + step])]
    return found + list(reader.finish())


def archive(*conversations: tuple[str, list[object]]) -> dict[str, object]:
    return {
        "training_file_metadata": {"version": "4.0.0"},
        "consultant_profile": {"name": "E"},
        "conversations": [
            {"conversation_metadata": {"conversation_id": name}, "training_pairs": pairs}
            for name, pairs in conversations
        ],
    }


class TestArchive:
    @given(st.lists(st.tuples(st.text("xyz", min_size=1), st.lists(OBJECTS, max_size=3)), max_size=3),
           st.booleans(), st.sampled_from([1, 3, 64, 10**6]))  # fmt: skip
    def test_gives_every_pair_with_its_conversation_and_place(self, conversations, pretty, step):
        data = orjson.dumps(archive(*conversations), option=orjson.OPT_INDENT_2 if pretty else 0)
        found = [element for element in elements(data, step=step) if element.kind is ElementKind.PAIR]
        expected = [(name, pair) for name, pairs in conversations for pair in pairs]
        assert [(element.conversation, orjson.loads(element.place.source)) for element in found] == expected
        for element in found:
            line = data.split(b"\n")[element.place.line - 1]
            assert line[element.place.column :].startswith(element.place.source.split(b"\n")[0])

    def test_names_each_value_by_its_path(self):
        found = elements(orjson.dumps(archive(("c", [{}, {}]), ("d", [{}]))))
        paths = [element.place.path for element in found if element.kind is ElementKind.PAIR]
        assert paths == [("conversations", 0, "training_pairs", 0), ("conversations", 0, "training_pairs", 1),
                         ("conversations", 1, "training_pairs", 0)]  # fmt: skip
        assert [element.kind for element in found if element.kind is not ElementKind.PAIR] == [
            ElementKind.METADATA, ElementKind.CONTEXT, ElementKind.CONTEXT, ElementKind.CONTEXT,
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("ending", "words"),
        [
            (b'{}]}]', "ends in the middle"),
            (b'{}]}]} x', "something follows"),
            (b'{},]}]}', "comma stands before"),
            (b'{} {}]}]}', "comma or a closing"),
            (b'{}]}], "x" 1}', "colon"),
            (b'{}]}], x:1}', "name in double quotes"),
            (b'{}]}], "x":}', "value is missing"),
            (b'{"a":"b', "ends in the middle"),
        ],
    )  # fmt: skip
    def test_says_where_it_is_broken_and_reads_no_further(self, ending, words):
        head = b'{"consultant_profile":1,\n"conversations":[{"training_pairs":['
        *_, last = elements(head + ending, step=1)
        assert (last.kind, last.place.line, last.problem.code) == (ElementKind.PROBLEM, 2, "json.syntax")
        assert words in last.problem.detail["found"]

    def test_refuses_a_value_beyond_the_limit_before_it_is_whole(self):
        reader = FileReader(FileLimits(max_line_bytes=1000))
        found = [p for _ in range(20) for p in reader.feed(b'[{"a":"' + b"x" * 999)]
        assert [element.problem.code for element in found] == ["line.too_long"]
        assert reader.has_stopped


class TestList:
    def test_gives_every_record(self):
        found = elements(b'[ {"a":1},\n {"b":[2]} ]\n')
        assert [(p.kind, p.place.line, p.place.column, p.place.source) for p in found] == [
            (ElementKind.RECORD, 1, 2, b'{"a":1}'), (ElementKind.RECORD, 2, 1, b'{"b":[2]}'),
        ]  # fmt: skip

    def test_is_not_taken_for_json_lines_nor_the_other_way_round(self):
        assert {element.kind for element in elements(b"[1]\n[2]")} == {ElementKind.LINE}
        assert {element.kind for element in elements(b'{"conversations":[{"from":"human"}]}')} == {
            ElementKind.LINE
        }
