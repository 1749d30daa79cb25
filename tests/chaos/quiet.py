"""A quiet user in a process of its own: `python -m tests.chaos.quiet URL OUT`.

Token and requests come as a line on standard input. A line of JSON for each request goes out: when it began,
its path, its status and its seconds.
"""

import json
import sys
import time
from pathlib import Path

import httpx

_PAUSE_SECONDS = 0.05
_TIMEOUT_SECONDS = 120


def main() -> None:
    """Ask for one thing after the other until this process is ended."""
    url, out = sys.argv[1:]
    given = json.loads(sys.stdin.readline())
    headers = {"Authorization": f"Bearer {given['token']}"}
    with (
        httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_SECONDS) as client,
        Path(out).open("w") as lines,
    ):
        while True:
            for method, path, body in given["requests"]:
                began, clock, status = time.time(), time.monotonic(), None
                try:
                    status = client.request(method, path, json=body).status_code
                except httpx.HTTPError as error:
                    status = type(error).__name__
                seconds = time.monotonic() - clock
                lines.write(
                    json.dumps({"at": began, "asked": path, "status": status, "seconds": seconds}) + "\n"
                )
                lines.flush()
                time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
