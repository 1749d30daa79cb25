"""Whatever is fed, the memory of a check stays bounded; measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

MEBIBYTE = 2**20
# a line of the largest size becomes values of Python, forty bytes for a byte at the worst
BOUND_MEBIBYTES, LONG_LINE_BOUND_MEBIBYTES = 200, 640

PROGRAM = """
import sys
from itertools import chain, repeat
from zlib import compressobj
from app.domain.validator import DatasetChecker

M = 2**20

def peak():
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024

def times(unit, size):
    return repeat(unit * (M // len(unit)), size)

def line(begin, unit, end, size=15):
    return chain([begin], times(unit, size), [end + b"\\n"])

def pairs(size):
    for start in range(size):
        yield b"".join(b'{"prompt":"%d %d","completion":"No."}\\n' % (start, n) for n in range(25_000))

def bomb():
    packer = compressobj(9, wbits=31)
    return [packer.compress(b" " * 10 * M) for _ in range(50)] + [packer.flush()]

def archive(size):
    yield b'{"training_file_metadata":{},"conversations":['
    for n in range(size):
        yield b'{"conversation_metadata":{"conversation_id":"%d"},"training_pairs":[' % n
        yield b",".join(b'{"id":"%d","current_user_input":"%d %d","target_response":"No."}' % (m, n, m) for m in range(15_000))
        yield b"]}," if n < size - 1 else b"]}]}"

FILES = {
    "one line": lambda: times(b"x", 64),
    "one open bracket after the other": lambda: times(b"[", 64),
    "an open string": lambda: chain([b'{"conversations":[{"training_pairs":["'], times(b"x", 64)),
    "an open archive": lambda: chain([b'{"training_file_metadata":'], times(b"[", 64)),
    "blank lines": lambda: times(b"\\n", 1),
    "bad lines": lambda: times(b"x\\n", 1),
    "long bad lines": lambda: times(b"x" * 1000 + b"\\n", 64),
    "repeated ids": lambda: times(b'{"prompt":"a","completion":"No.","id":"a"}\\n', 4),
    "short pairs": lambda: pairs(5),
    "noise": lambda: times(bytes(range(256)) * 4 + b"\\n", 20),
    "a bomb": bomb,
    "an archive": lambda: archive(10),
    "broken UTF-8": lambda: chain(*(line(b'{"x":"', b"\\xff", b'"}') for _ in range(2))),
    "half emoji": lambda: chain(*(line(b'{"x":"', b"\\\\ud83d", b'"}') for _ in range(2))),
}
LONG_LINES = {
    "lists": lambda: chain(*(line(b'{"prompt":[1', b",[]", b"]}") for _ in range(2))),
    "objects": lambda: chain(*(line(b'{"prompt":[1', b",{}", b"]}") for _ in range(2))),
    "unread lists": lambda: chain(*(line(b'{"prompt":"a","completion":"b","x":[1', b",[]", b"]}") for _ in range(2))),
    "messages": lambda: chain(*(line(b'{"messages":[1', b',{"role":"user","content":"a"}', b"]}") for _ in range(2))),
    "one text": lambda: chain(*(line(b'{"prompt":"a","completion":"', b"word ", b'"}') for _ in range(2))),
    "one wide text": lambda: chain(*(line(b'{"prompt":"a","completion":"', "\\U0001f600 a".encode(), b'"}') for _ in range(2))),
    "names": lambda: [b'{"x":{"a":0', *(b',"%x":0' % n for n in range(1_100_000)), b"}}\\n"],
}
checker, before = DatasetChecker(), peak()
for data in {**FILES, **LONG_LINES}[sys.argv[1]]():
    checker.feed(data)
report = checker.report()
print(peak() - before)
"""
FILES = [
    "one line", "one open bracket after the other", "an open string", "an open archive", "blank lines", "bad lines",
    "long bad lines", "repeated ids", "short pairs", "noise", "a bomb", "an archive", "broken UTF-8", "half emoji",
]  # fmt: skip
LONG_LINES = ["lists", "objects", "unread lists", "messages", "one text", "one wide text", "names"]


def growth(name: str) -> int:
    """The mebibytes by which a check of this file grows at most."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", PROGRAM, name]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=120)
    return int(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
class TestMemory:
    @pytest.mark.parametrize("name", FILES)
    def test_stays_within_the_bound(self, name):
        assert growth(name) < BOUND_MEBIBYTES

    @pytest.mark.parametrize("name", LONG_LINES)
    def test_stays_within_a_bound_for_the_longest_lines_too(self, name):
        assert growth(name) < LONG_LINE_BOUND_MEBIBYTES
