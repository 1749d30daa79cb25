"""Gzip that is unpacked as it comes: whole, cut off, damaged, or a bomb."""

import gzip
import random

import pytest

from app.domain.dataset_file.inflate import Inflater

TEXT = b"".join(b"%d little lines\n" % random.Random(number).getrandbits(30) for number in range(20_000))


def unpacked(data: bytes, step: int) -> tuple[bytes, str | None]:
    inflater = Inflater()
    out = b"".join(
        piece for at in range(0, len(data), step) for piece in inflater.inflate(data[at : at + step])
    )
    out += b"".join(inflater.finish())
    return out, inflater.problem and inflater.problem.code


class TestInflate:
    @pytest.mark.parametrize("step", [1000, 2**16, 10**9])
    def test_gives_back_what_was_packed(self, step):
        assert unpacked(gzip.compress(TEXT), step) == (TEXT, None)

    def test_takes_several_members_and_padding(self):
        packed = gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(b"end") + bytes(100)
        assert unpacked(packed, 777) == (TEXT + b"end", None)

    def test_hands_out_at_most_a_mebibyte_at_a_time(self):
        inflater = Inflater()
        text = bytes(range(256)) * 2**14
        portions = [*inflater.inflate(gzip.compress(text, 1)), *inflater.finish()]
        assert max(map(len, portions)) <= 2**20
        assert b"".join(portions) == text

    @pytest.mark.parametrize("cut", [10, 11, 500, -9, -1])
    def test_says_that_it_was_cut_off(self, cut):
        out, code = unpacked(gzip.compress(TEXT)[:cut], 100)
        assert code == "file.truncated_gzip"
        assert TEXT.startswith(out)

    @pytest.mark.parametrize("at", [3, 40, -6, -2])
    def test_says_that_it_is_damaged(self, at):
        packed = bytearray(gzip.compress(TEXT))
        packed[at] ^= 0xFF
        assert unpacked(bytes(packed), 100)[1] == "file.truncated_gzip"

    @pytest.mark.parametrize("step", [1, 10**9])
    def test_stops_a_bomb_early_however_it_arrives(self, step):
        out, code = unpacked(gzip.compress(bytes(2**26))[: 2**16], step)
        assert code == "file.decompression_bomb"
        assert len(out) < 200 * 2**16

    def test_lets_a_small_file_be_as_repetitive_as_it_likes(self):
        assert unpacked(gzip.compress(bytes(2**20)), 10**9)[1] is None
