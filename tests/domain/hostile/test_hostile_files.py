"""Files that are something else, or too much of something: each gets a finding that a person understands."""

import gzip
import io
import sqlite3
import zipfile
from random import Random
from time import process_time

import msgspec
import pytest

from app.domain.finding_kinds import GROUPED
from app.domain.validator import CheckLimits, DatasetReport
from tests.domain.hostile.corpus import ALPACA, UNLIMITED, V4, check, clean, joined, line, zipped

TEXT = joined(clean(ALPACA, 30))
PAIR = b'{"prompt":"a","completion":"b"%b}\n'
CHUNK = 2**20
LONGEST_SECONDS = 10
LINES = 200_000


def fed(data: bytes, **options) -> DatasetReport:
    """Check a large file as the service does, by a megabyte at a time; it must not hang."""
    begin = process_time()
    report = check(data, range(0, len(data), CHUNK), **{"limits": CheckLimits(), **options})
    assert process_time() - begin < LONGEST_SECONDS
    assert len(msgspec.json.encode(report)) < 3_000_000
    return report


def only(report: DatasetReport, code: str):
    """The one finding of a file that cannot be read."""
    assert report.counts == {code: 1}
    assert (report.valid, report.total_pairs, report.findings[0].line) == (False, 0, 1)
    return report.findings[0]


def archive_of(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return buffer.getvalue()


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table pairs (prompt text, completion text)")
    try:
        return connection.serialize()
    finally:
        connection.close()


OTHERS = {
    "zip": (archive_of("data.jsonl"), "ZIP"),
    "xlsx": (archive_of("[Content_Types].xml", "xl/workbook.xml"), "Excel"),
    "bzip2": (b"BZh91AY&SY" + TEXT, "bzip2"),
    "xz": (b"\xfd7zXZ\x00" + TEXT, "xz"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + TEXT, "7-Zip"),
    "zstd": (b"\x28\xb5\x2f\xfd" + TEXT, "Zstandard"),
    "parquet": (b"PAR1" + Random(1).randbytes(5000) + b"PAR1", "Parquet"),
    "arrow": (b"ARROW1\0\0" + Random(1).randbytes(5000), "Arrow"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n", "PDF"),
    "sqlite": (database(), "SQLite"),
}
WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


class TestOtherKindOfFile:
    @pytest.mark.parametrize("kind", OTHERS)
    def test_is_named_once(self, kind):
        data, word = OTHERS[kind]
        assert word in only(check(data), "file.not_text").message
        assert check(data, range(len(data))) == check(data)

    @pytest.mark.parametrize("kind", OTHERS)
    def test_is_named_when_compressed_as_well(self, kind):
        assert OTHERS[kind][1] in only(check(zipped(OTHERS[kind][0])), "file.not_text").message

    @pytest.mark.parametrize("encoding", WIDE)
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("begin", ["", "\n", "[", " "])
    def test_in_a_wide_encoding_is_told_once(self, encoding, mark, begin):
        data = (mark + begin + TEXT.decode()).encode(encoding)
        assert "UTF-16" in only(check(data), "encoding.not_utf8").message
        assert check(data, range(0, len(data), 7)) == check(data)
        assert only(check(zipped(data)), "encoding.not_utf8")

    def test_in_an_old_encoding_is_told_by_line(self):
        lines = [dict_line.replace("é".encode(), b"\xe9") for dict_line in ["{'é'}".encode()] * 3]
        report = check(joined([*clean(ALPACA, 12), *lines]))
        assert report.counts == {"encoding.not_utf8": 3, "json.syntax": 3}

    @pytest.mark.parametrize("seed", range(5))
    def test_of_noise_is_refused(self, seed):
        report = fed(Random(seed).randbytes(300_000))
        assert report.error_count
        assert report.total_pairs == 0

    def test_of_nul_bytes_is_refused(self):
        for data in (b"\0", b"\0" * 1_000_000, TEXT + b"\0" * 4096, b"\0\0\n" * 1000):
            assert "encoding.nul" in fed(data).counts


class TestNothing:
    @pytest.mark.parametrize(
        "data", [b"", b"\xef\xbb\xbf", b"\n", b"\r\n", b"\r", b" \t\r\n\n", b"\x1f", b"{", b"[]"]
    )
    def test_is_refused_with_a_reason(self, data):
        for text in (data, zipped(data)):
            report = check(text)
            assert not report.valid
            assert report.counts["file.empty"] == 1
            assert report.findings[0].line == 1


class TestGzip:
    def test_cut_off_anywhere_is_told_so(self):
        data = zipped(TEXT)
        for size in range(8, len(data), 8):
            report = check(data[:size])
            assert report.counts["file.truncated_gzip"] == 1, size
            assert set(report.counts) <= {
                "file.truncated_gzip",
                "file.empty",
                "dataset.too_few_pairs",
                "split.none",
            }
            assert check(data[:size], range(size)) == report

    def test_damaged_is_told_so(self):
        data = zipped(TEXT)
        for at in (len(data) // 2, len(data) - 8, len(data) - 1):
            damaged = data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]
            report = check(damaged)
            assert report.counts["file.truncated_gzip"] == 1, at
            assert report.error_count == 1 + report.counts.get("file.empty", 0)

    @pytest.mark.parametrize("rest", [b"x", TEXT, b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"\0x", b"\n"])
    def test_with_garbage_behind_is_told_so(self, rest):
        assert check(zipped(TEXT) + rest).counts["file.truncated_gzip"] == 1

    def test_padded_with_zeros_or_empty_members_is_fine(self):
        expected = check(TEXT)
        for data in (zipped(TEXT) + b"\0" * 512, zipped(TEXT) + zipped(b""), zipped(b"") + zipped(TEXT)):
            assert (check(data).counts, check(data).total_pairs) == ({}, expected.total_pairs)

    def test_with_a_name_and_any_strength_is_fine(self):
        for level in (0, 1, 9):
            buffer = io.BytesIO()
            with gzip.GzipFile("data.jsonl", "wb", level, buffer, mtime=1) as file:
                file.write(TEXT)
            assert check(buffer.getvalue()).counts == {}

    def test_of_a_gzip_is_told_so(self):
        assert "gzip" in only(check(zipped(zipped(TEXT))), "file.not_text").message

    @pytest.mark.parametrize("unit", [b"\0", b"\n", b" ", b"[", b"a", b'{"a":', b"\xef\xbb\xbf"])
    def test_bomb_is_told_early(self, unit):
        data = zipped(unit * (64 * 2**20 // len(unit)))
        report = fed(data)
        assert report.counts["file.decompression_bomb"] == 1
        assert not report.valid

    def test_bomb_behind_honest_lines_is_told(self):
        data = zipped(TEXT) + zipped(b" " * 2**25)
        assert check(data).counts["file.decompression_bomb"] == 1
        assert check(data, range(0, len(data), 100)) == check(data)

    def test_nested_bomb_is_no_text(self):
        inner = zipped(b"\0" * 2**26)
        assert only(fed(zipped(inner)), "file.not_text")

    def test_that_packs_well_is_no_bomb_below_a_megabyte(self):
        report = check(zipped(b" " * (2**20 - 20_000) + b"\n" + TEXT), limits=UNLIMITED)
        assert report.counts == {"line.blank": 1}

    def test_of_honest_text_is_no_bomb(self):
        text = b"".join(joined(clean(ALPACA, 2000, seed)) for seed in range(5))
        data = zipped(text)
        assert len(text) > 2**20
        assert "file.decompression_bomb" not in check(data).counts

    def test_larger_than_allowed_once_unpacked_is_too_large(self):
        limits = CheckLimits(max_bytes=len(TEXT) - 1)
        data = zipped(TEXT)
        assert len(data) < limits.max_bytes
        report = check(data, limits=limits)
        assert (report.counts, report.total_pairs) == ({"file.too_large": 1}, 29)
        assert check(data, range(len(data)), limits=limits) == report
        assert check(data, limits=CheckLimits(max_bytes=len(TEXT))).counts == {}


class TestLongLine:
    def test_of_the_limit_is_read_and_of_one_more_is_not(self):
        limit = CheckLimits().max_line_bytes
        empty = PAIR.replace(b"%b", b',"x":""')
        for extra, codes in ((0, {}), (1, {"line.too_long": 1})):
            text = PAIR.replace(b"%b", b',"x":"' + b"y" * (limit - len(empty) + 1 + extra) + b'"')
            for data in (text, text.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + text, text[:-1]):
                report = fed(TEXT.replace(b"\n", b"\r\n") + data if data[:1] == b"{" else data + TEXT)
                counts = {c: n for c, n in report.counts.items() if c in ("line.too_long", "json.syntax")}
                assert counts == codes

    def test_is_not_cut_where_a_mark_stood_before_it(self):
        limits = CheckLimits(max_line_bytes=100)
        text = b"\xef\xbb\xbf" + PAIR.replace(b"%b", b"")[:-1].ljust(98) + b"garbage"
        assert "line.too_long" in check(text, limits=limits).counts

    @pytest.mark.parametrize(
        "unit", [b"x", b"[", b"\\", b'"', b"9", b"\xff", b"\0", b" ", b"\r", b"{", b'{"a":', b"-"]
    )
    def test_without_end_is_one_finding_on_its_line(self, unit):
        report = fed(TEXT + unit * (20_000_000 // len(unit)))
        assert report.counts == {"line.too_long": 1}
        assert (report.findings[0].line, report.total_pairs) == (31, 30)

    @pytest.mark.parametrize(
        "unit", [b"[", b'{"a":', b"[[],", b"9", b'"', b"\\", b"\xff", b"1,", b"{", b"\xe2\x82", b"-1e"]
    )
    def test_of_ten_megabytes_of_the_same_is_refused(self, unit):
        for begin in (b"", PAIR[:-4] + b',"x":'):
            report = fed(TEXT + begin + unit * (10_000_000 // len(unit)))
            assert {f.line for f in report.findings if f.severity == "error"} == {31}
            assert report.error_count <= 3

    def test_with_a_huge_name_is_shown_short(self):
        name = b'"' + b"k" * 5_000_000 + b'":1'
        for text in (b"{" + name + b"}", line(ALPACA, 1)[:-1] + b"," + name + b"," + name + b"}"):
            report = fed(TEXT + text)
            assert len(msgspec.json.encode(report)) < 100_000

    @pytest.mark.parametrize(
        "entry", [b"1", b"{}", b"null", b'{"role":"user"}', b'{"role":"user","content":"a"}']
    )
    def test_with_half_a_million_messages_is_told_so(self, entry):
        text = line(V4, 1)[:-1] + b',"conversation_history":[' + b",".join([entry] * 500_000) + b"]}"
        counts = fed(joined(clean(V4, 12)) + text, validation_split=0).counts
        assert counts == {"field.type": 1, "json.duplicate_key": 1}

    def test_with_a_number_beyond_any_is_told_so(self):
        for digits in (b"1" + b"0" * 400, b"9" * 1_000_000):
            for field in (b',"x":%b', b',"id":%b', b',"turn_number":%b'):
                counts = fed(TEXT + PAIR.replace(b"%b", field.replace(b"%b", digits))).counts
                assert counts["json.non_finite_number"] == 1

    def test_of_digits_costs_no_more_than_its_length(self):
        lines = [PAIR.replace(b"%b", b',"x":0.' + b"1" * 1_000_000)] * 12
        assert fed(b"".join(lines)).total_pairs == 12


class TestManyLines:
    def test_that_are_blank_are_counted(self):
        report = fed(b"\n" * LINES + TEXT)
        assert report.counts == {"line.blank": LINES}
        assert (report.total_pairs, report.lines) == (30, LINES + 30)

    @pytest.mark.parametrize("lines", [
        [b"x"], [b"{"], [b"{}"], [b"42"], [b'{"a":1,}', b"[", b"{}", b"null"], [b"\xff"], [b'"\\ud800"'],
        [b'{"prompt":1}'], [b'{"_meta":1}'],
    ], ids=repr)  # fmt: skip
    def test_that_are_bad_are_counted_and_the_first_of_each_kept(self, lines):
        report = fed(TEXT + joined(lines) * (LINES // len(lines)))
        expected = check(TEXT + joined(lines)).counts
        times = {code: n * (LINES // len(lines)) for code, n in expected.items()}
        assert report.counts == times
        assert (report.total_pairs, report.lines) == (30, LINES + 30)
        for code in times:
            kept = [finding.line for finding in report.findings if finding.code == code]
            assert len(kept) == (1 if code in GROUPED else 1000)
            assert kept == sorted(kept)
            assert kept[0] <= 30 + len(lines)
