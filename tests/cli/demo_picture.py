"""Draw docs/images/lora-demo.svg: the end of `lora demo` in a terminal.

python -m tests.cli.demo_picture [FILE]    FILE has the output of a demo, `script -qc 'lora demo' FILE`
"""

import os
import pty
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.cli.picture import without_fonts

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "lora-demo.svg"
WIDTH, FIRST_LINE, AFTER = 104, "Loss by step", "Done"


def main() -> None:
    """Run the demo, or take the output of one, and draw its last lines."""
    shown = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else demo()
    lines = shown.decode().replace("\r\n", "\n").splitlines()
    first = next(index for index, line in enumerate(lines) if FIRST_LINE in line)
    after = next((index for index, line in enumerate(lines) if AFTER in line), len(lines))
    kept = [line.rpartition("\r")[2] for line in lines[first:after]]
    with Path(os.devnull).open("w") as nowhere:
        console = Console(
            record=True, width=WIDTH, file=nowhere, force_terminal=True, color_system="truecolor"
        )
        for line in kept:
            console.print(Text.from_ansi(line.rstrip()), overflow="fold")
        PICTURE.write_text(without_fonts(console.export_svg(title="lora demo")))


def demo() -> bytes:
    """Return all that the demo writes to a terminal; raises SystemExit when it fails."""
    pieces: list[bytes] = []

    def read(terminal: int) -> bytes:
        pieces.append(os.read(terminal, 65536))
        return pieces[-1]

    os.environ.update(COLUMNS=str(WIDTH), LINES="50", TERM="xterm-256color")
    if status := os.waitstatus_to_exitcode(pty.spawn([sys.executable, "-m", "app.cli.main", "demo"], read)):
        raise SystemExit(status)
    return b"".join(pieces)


if __name__ == "__main__":
    main()
