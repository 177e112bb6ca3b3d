#!/usr/bin/env python3
"""Brings what the documents quote up to date: run it when the output's form or the shipped model has changed.

    cargo build --release && docs/refresh.py target/release/ombud

- each ```console block of README.md and docs/: its commands are run again from the root of the repository;
- docs/thread.svg, by docs/picture.py;
- the figures of models/starter.md, from the shipped model.

Only Python's standard library is needed. Nothing is trained: train and build before.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end -->)", re.DOTALL)


def run(command, env, where):
    return subprocess.run(["bash", "-c", command], env=env, cwd=where, capture_output=True, text=True).stdout


def share(estimate):
    """An estimate as a percentage with its interval."""
    if "low" not in estimate or estimate["low"] is None:
        return f"{100 * estimate['value']:.1f} %"
    return "{:.1f} % ({:.1f}–{:.1f})".format(*(100 * estimate[key] for key in ("value", "low", "high")))


def card(model):
    """The tables of a model's figures."""
    labels = {label["name"]: label["figures"] for label in model["labels"]}
    flags = [label["name"] for label in model["labels"] if label["kind"] == "flag"]
    lines = ["| | " + " | ".join(labels) + " |", "|---|" + "--:|" * len(labels)]
    rows = {"base rate": "base_rate", "accuracy": "accuracy", "macro-F1": "macro_f1", "AUC": "auc"}
    rows |= {"average precision": "average_precision", "ECE": "ece"}
    for name, key in rows.items():
        lines.append(f"| {name} | " + " | ".join(share(figures[key]) for figures in labels.values()) + " |")
    lines += ["", "| | precision | recall | F1 | comments |", "|---|--:|--:|--:|--:|"]
    for name, figures in labels.items():
        for one in figures["per_class"]:
            if name in flags and one["class"] != "1":
                continue
            what = f"{name}, raised" if name in flags else f"{name}: {one['class']}"
            three = " | ".join(f"{100 * one[key]['value']:.0f} %" for key in ("precision", "recall", "f1"))
            lines.append(f"| {what} | {three} | {one['support']:.0f} |")
    return "\n".join(["", *lines, "", f"Model hash: `{model['hash']}`.", "", ""])


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

        thread = f"ombud score -q --color always data/threads/harbour-library.txt | {ROOT}/docs/picture.py 1-31"
        env.pop("NO_COLOR")
        (ROOT / "docs/thread.svg").write_text(run(thread, env, scratch))

        model = json.loads(run("ombud inspect --json models/starter.model", env, scratch))
        path = ROOT / "models/starter.md"
        path.write_text(FIGURES.sub(lambda _: card(model), path.read_text()))


if __name__ == "__main__":
    main()
