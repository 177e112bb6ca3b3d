#!/usr/bin/env python3
"""Brings what the documents quote up to date: run it when the output's form or the shipped model has changed.

    cargo build --release && docs/refresh.py target/release/ombud

- each ```console block of README.md and docs/: its commands are run again from the root of the repository;
- docs/thread.svg and, where tmux is there, docs/review.svg, by docs/picture.py.

Only Python's standard library is needed. Nothing is trained: train and build before.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


# A screen of its own, and what is on it after a while.
REVIEW = f"""
tmux="tmux -L ombud-picture -f /dev/null"
$tmux new-session -d -x 104 -y 32 'ombud review data/threads/harbour-library.txt --db picture.db --reviewer rosa'
sleep 5
$tmux capture-pane -e -p | {ROOT}/docs/picture.py 'A comment in review in the terminal'
$tmux send-keys q && sleep 1
$tmux kill-server
"""


def run(command, env, where):
    return subprocess.run(["bash", "-c", command], env=env, cwd=where, capture_output=True, text=True).stdout


def main():
    ombud = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/ombud").resolve()
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "ombud").symlink_to(ombud)
        for name in ("data", "models"):
            (Path(scratch) / name).symlink_to(ROOT / name)
        env = {**os.environ, "PATH": f"{scratch}:{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "80"}

        def again(block):
            commands = [line[2:] for line in block[0].splitlines() if line.startswith("$ ")]
            return "".join(f"$ {command}\n{run(command, env, scratch)}" for command in commands)

        for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
            text = path.read_text()
            path.write_text(CONSOLE.sub(again, text))

        thread = f"ombud score -q --color always data/threads/harbour-library.txt | {ROOT}/docs/picture.py 'A scored thread in the terminal' 1-31"
        env.pop("NO_COLOR")
        (ROOT / "docs/thread.svg").write_text(run(thread, env, scratch))
        if shutil.which("tmux"):
            (ROOT / "docs/review.svg").write_text(run(REVIEW, env, scratch))


if __name__ == "__main__":
    main()
