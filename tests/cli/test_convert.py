"""`lora convert`: files in, files out, and what is said when it cannot be done."""

import gzip
import json

import pytest
from typer.testing import CliRunner

from app.cli.convert import app

TABLE = b'Question,Answer,Note\r\n"Who, then?","Ana ""B"".\nBye.",x\r\nWho?,Bo.,\r\n'
RECORD = b'{"prompt":"a","completion":"b"}'


@pytest.fixture
def run(tmp_path):
    """A function that writes a file, converts it, and returns the exit code, what was said, the new file."""

    def convert(content: bytes, *options: str, source="data.jsonl", target="out.jsonl"):
        (tmp_path / source).write_bytes(content)
        done = CliRunner().invoke(app, [str(tmp_path / source), str(tmp_path / target), *options])
        said = done.output + str(done.exception or "")
        written = (tmp_path / target).read_bytes() if (tmp_path / target).exists() else b""
        assert not list(tmp_path.glob("*.unfinished"))
        return done.exit_code, said, written

    return convert


class TestConvert:
    def test_shows_the_columns_and_writes_the_rows(self, run):
        code, said, written = run(TABLE, source="data.csv")
        assert (code, [json.loads(line) for line in written.splitlines()]) == (0, [
            {"question": "Who, then?", "answer": 'Ana "B".\nBye.', "note": "x"},
            {"question": "Who?", "answer": "Bo."},
        ])  # fmt: skip
        assert "columns: Question -> question, Answer -> answer, Note -> note (kept)" in said
        assert "2 lines in" in said

    def test_takes_the_columns_that_are_named(self, run):
        code, _, written = run(TABLE, "--columns", "prompt=Answer,completion=Question", "--to", "messages")
        assert code == 0
        assert json.loads(written.splitlines()[1])["messages"][0] == {"role": "user", "content": "Bo."}

    def test_reads_and_writes_gzip(self, run):
        code, _, written = run(gzip.compress(RECORD), "--to", "alpaca", source="in.gz", target="out.jsonl.gz")
        assert (code, gzip.decompress(written)) == (0, b'{"instruction":"a","output":"b"}')

    def test_takes_the_better_reply_when_asked(self, run):
        pair = b'{"prompt":"a","chosen":"b","rejected":"c"}'
        assert run(pair, "--chosen")[2] == RECORD
        code, said, written = run(pair, target="other.jsonl")
        assert (code, written) == (1, b"")
        assert "--chosen" in said

    @pytest.mark.parametrize(
        ("content", "options", "words"),
        [
            (b"<html><body>x", (), "an HTML page"),
            (b'{"prompt":"a","completion":"b"}\n{"prompt":1}', (), "line 2: The field"),
            (b'{"utterance":"a","rejoinder":"b"}', (), "Rename utterance to prompt and rejoinder"),
            (b"[1]", (), "a record is a JSON object"),
            (b"left,right\na,b\nc,d\n", (), "--columns prompt=NAME"),
            (TABLE, ("--columns", "prompt"), "FIELD=COLUMN"),
            (RECORD, ("--to", "xml"), "must be one of"),
            (b"PAR1" + bytes(50), (), "arquet"),
            (b"\n\n", (), "no records"),
        ],
    )
    def test_says_what_is_wrong_and_leaves_no_file(self, run, content, options, words):
        code, said, written = run(content, *options)
        assert (code != 0, written) == (True, b"")
        assert words in " ".join(said.replace("│", "").split())

    def test_never_replaces_a_file_without_being_told(self, run, tmp_path):
        (tmp_path / "out.jsonl").write_bytes(b"mine")
        code, said, written = run(RECORD)
        assert (code, written) == (1, b"mine")
        assert "--force" in said
        assert run(RECORD, "--force")[::2] == (0, RECORD)

    def test_never_writes_over_its_source(self, run):
        code, said, written = run(RECORD, "--force", "--to", "turns", target="data.jsonl")
        assert (code, written) == (1, RECORD)
        assert "same file" in said


class TestParquet:
    def test_is_read_with_its_columns(self, run, tmp_path):
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
        table = pyarrow.table({"id": [1, 2], "messages": [turns, turns]})
        parquet.write_table(table, tmp_path / "made.parquet")
        code, said, written = run((tmp_path / "made.parquet").read_bytes(), "--to", "sharegpt")
        assert (code, len(written.splitlines())) == (0, 2)
        assert "messages -> messages" in said
        assert json.loads(written.splitlines()[0]) == {
            "id": 1,
            "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
        }
