#!/usr/bin/env python3
"""Throughput beside scikit-learn, fastText and Vowpal Wabbit: whole jobs, CSV on disk to CSV on disk.

    python benches/throughput.py --ombud target/release/ombud --venv VENV/bin/python --synth million.csv

The file holds `id,text,stance,speculative,off_topic`; its first N records make the smaller files. All sides run
in one go, first in the order given, then in the reverse order. A figure is the mean of its runs, and the spread
stands beside it. CPU = user + system of the process and all that it waited for; memory = the greatest resident size.

VENV/bin/python needs: scikit-learn pandas joblib fasttext-wheel vowpalwabbit. This file needs nothing but Python.
"""

# Imports stay light on purpose: a child's peak memory as the kernel counts it starts at its parent's.
import argparse
import contextlib
import csv
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = {
    "vw": ("run_vw.py", "Vowpal Wabbit, 2-grams, -b 22, 5 passes"),
    "fasttext": ("run_fasttext.py", "fastText, default"),
    "tfidf_lr": ("run_sklearn.py", "TF-IDF (1,2) + LogisticRegression"),
    "tfidf_svc": ("run_sklearn.py", "TF-IDF (1,2) + LinearSVC"),
    "hash_sgd": ("run_sklearn.py", "hashing (1,2) + SGD"),
}
ONE = ["--stance", "stance"]
THREE = [*ONE, "--flag", "speculative", "--flag", "off_topic"]
SERIES = [10_000, 30_000, 100_000, 300_000]

csv.field_size_limit(1 << 30)


def log(message):
    print(message, file=sys.stderr, flush=True)


def count(path):
    with open(path, newline="", encoding="utf-8") as f:
        return sum(1 for _ in csv.reader(f)) - 1


def prefix(source, rows, work):
    """The first `rows` records of the file, as a file of their own."""
    path = work / f"first{rows}.csv"
    if not path.exists():
        part = path.with_suffix(".part")
        with (
            open(source, newline="", encoding="utf-8") as f,
            open(part, "w", newline="", encoding="utf-8") as g,
        ):
            out = csv.writer(g, lineterminator="\n")
            for i, row in enumerate(csv.reader(f)):
                if i > rows:
                    break
                out.writerow(row)
        part.rename(path)
    return path


def digest(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()[:16]


def size_of(path):
    if path.is_dir():
        return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
    return path.stat().st_size


def measure(command, lock):
    """Run one command to its end: {cpu, wall, rss_mb}. A failure is a figure too: {failed}."""
    with contextlib.ExitStack() as stack:
        if lock:
            f = stack.enter_context(open(lock, "a"))
            fcntl.flock(f, fcntl.LOCK_EX)
        begin = time.monotonic()
        child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
    code = os.waitstatus_to_exitcode(status)
    child.returncode = code
    if code != 0:
        return {"failed": f"exit status {code}"}
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "wall": wall,
        "rss_mb": usage.ru_maxrss / 1024,
    }


class Bench:
    def __init__(self, args):
        self.args = args
        self.work = args.work
        self.runs = {}  # (side, labels, rows, command) -> list of measurements
        self.binary = digest(args.ombud) if args.ours else ""
        if args.out.exists() and args.resume:
            old = json.loads(args.out.read_text())
            for r in old["runs"]:
                if r["side"] == "ours" and self.binary not in ("", old.get("binary")):
                    continue  # another build's figures
                key = r["side"], r["labels"], r["rows"], r["command"]
                self.runs[key] = [m for m in r["runs"] if "failed" not in m]
            self.binary = self.binary or old.get("binary", "")

    def commands(self, side, labels, data, model, out):
        if side == "ours":
            wanted = ONE if labels == 1 else THREE
            options = ["--folds", "0", "--blocks", "words", "--ngrams", "1-2", *wanted]
            extra = self.args.train_args.split()
            return {
                "train": [self.args.ombud, "train", *options, *extra, data, "-o", model],
                "score": [self.args.ombud, "score", data, "-m", model, "-o", out],
            }
        run = [self.args.venv, HERE / "peers" / PEERS[side][0]]
        names = "stance" if labels == 1 else "stance,speculative,off_topic"
        return {
            "train": [*run, "train", side, data, model, "--labels", names],
            "score": [*run, "score", side, data, model, out],
        }

    def job(self, side, labels, rows, data, times):
        """Train, then score the same file, unless that was done `times` times already."""
        model = self.work / f"{side}.model"
        out = self.work / f"{side}.out.csv"
        keys = {c: (side, labels, rows, c) for c in ("train", "score")}
        if all(len(self.runs.get(k, [])) >= times for k in keys.values()):
            return
        for old in (model, out):
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
        for name, command in self.commands(side, labels, data, model, out).items():
            r = measure(command, self.args.lock)
            if "failed" not in r:
                made = model if name == "train" else out
                if name == "score" and (n := count(out)) != rows:
                    r = {"failed": f"{n} rows out of {rows}"}
                elif name == "train":
                    r["model_mb"] = size_of(made) / 1e6
            log(f"{side} {labels} label(s) {rows} rows {name}: {r}")
            self.runs.setdefault(keys[name], []).append(r)
            self.save()
            if "failed" in r:
                return

    def save(self):
        rows = [
            {"side": s, "labels": l, "rows": n, "command": c, "runs": r}
            for (s, l, n, c), r in self.runs.items()
        ]
        self.args.out.write_text(json.dumps({"binary": self.binary, "runs": rows}, indent=1))

    def both_ways(self, sides, labels, rows, data):
        for turn, order in enumerate((sides, sides[::-1]), start=1):
            for side in order:
                self.job(side, labels, rows, data, turn)

    def figure(self, key, what, digits=1):
        runs = self.runs.get(key, [])
        good = [r[what] for r in runs if what in r]
        if not good:
            return f"failed: {runs[-1]['failed']}" if runs else "not run"
        mean = sum(good) / len(good)
        text = f"{mean:.{digits}f}"
        if what in ("cpu", "wall") and len(good) > 1 and max(good) - min(good) > 0.02 * mean:
            text += f" ({min(good):.{digits}f} - {max(good):.{digits}f})"
        return text

    def table(self):
        lines = [
            "| rows | labels | side | train: CPU s | wall s | peak MB | model MB | score: CPU s | wall s | peak MB |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        done = sorted({k[:3] for k in self.runs}, key=lambda k: (k[2], k[1], k[0] != "ours", k[0]))
        for side, labels, rows in done:
            t, s = (side, labels, rows, "train"), (side, labels, rows, "score")
            name = "**ombud**" if side == "ours" else PEERS[side][1]
            cells = [f"{rows:,}", str(labels), name]
            cells += [self.figure(t, "cpu", 2), self.figure(t, "wall", 2), self.figure(t, "rss_mb", 0)]
            cells += [self.figure(t, "model_mb", 0)]
            cells += [self.figure(s, "cpu", 2), self.figure(s, "wall", 2), self.figure(s, "rss_mb", 0)]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def series(self, path, sizes):
        """The scaling of ours, one label: CSV for a plot."""
        with open(path, "w", newline="", encoding="utf-8") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(["rows", "command", "cpu_s", "wall_s", "peak_mb"])
            for rows in sizes:
                for command in ("train", "score"):
                    good = [r for r in self.runs.get(("ours", 1, rows, command), []) if "cpu" in r]
                    if good:
                        mean = [sum(r[w] for r in good) / len(good) for w in ("cpu", "wall", "rss_mb")]
                        out.writerow([rows, command, *(f"{x:.3f}" for x in mean)])


def plot(path, image):
    """The series as an image, if matplotlib is there."""
    try:
        import matplotlib
    except ImportError:
        return log("no matplotlib: the figures are in " + str(path))
    matplotlib.use("Agg")
    from matplotlib import pyplot

    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    if not rows:
        return None
    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4))
    for ax, column, name in ((axes[0], "cpu_s", "CPU seconds"), (axes[1], "peak_mb", "peak memory, MB")):
        for command in ("train", "score"):
            points = [(int(r["rows"]), float(r[column])) for r in rows if r["command"] == command]
            ax.plot(*zip(*points), marker="o", label=command)
        ax.set(xscale="log", yscale="log", xlabel="comments", ylabel=name)
        ax.legend()
    figure.tight_layout()
    figure.savefig(image)
    return None


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--synth", required=True, type=Path, help="the large file of labelled comments")
    a.add_argument("--ombud", default="target/release/ombud")
    a.add_argument("--venv", default=sys.executable, help="Python that has the peers")
    a.add_argument("--work", type=Path, default=Path("target/throughput"))
    a.add_argument("--out", type=Path, help="every run, as JSON (default: WORK/throughput.json)")
    a.add_argument("--markdown", type=Path, help="write the table here too")
    a.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    a.add_argument("--ours", action=argparse.BooleanOptionalAction, default=True)
    a.add_argument("--small-rows", type=int, default=100_000)
    a.add_argument("--small-peers", default="vw,fasttext,tfidf_lr,hash_sgd", help="at --small-rows")
    a.add_argument("--large-peers", default="vw,fasttext", help="on the whole file")
    a.add_argument("--train-args", default="", help="further options of `ombud train`, in one string")
    a.add_argument("--lock", help="hold this file's lock during each run, so that other users may take turns")
    a.add_argument("--resume", action="store_true", help="keep the runs that --out already has (ours: of this very build)")
    args = a.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    args.out = args.out or args.work / "throughput.json"

    bench = Bench(args)
    total = count(args.synth)
    ours = ["ours"] if args.ours else []

    def peers(names):
        return [n for n in names.split(",") if n] if args.peers else []

    if args.small_rows < total and (sides := ours + peers(args.small_peers)):
        bench.both_ways(sides, 1, args.small_rows, prefix(args.synth, args.small_rows, args.work))
    if sides := ours + peers(args.large_peers):
        bench.both_ways(sides, 1, total, args.synth)
    sizes = [n for n in SERIES if n < total]
    if args.ours:
        bench.both_ways(["ours"], 3, total, args.synth)
        for rows in sizes:
            bench.both_ways(["ours"], 1, rows, prefix(args.synth, rows, args.work))
        bench.series(args.work / "series.csv", [*sizes, total])

    text = bench.table()
    if args.markdown:
        args.markdown.write_text(text)
    print(text)
    if args.ours:
        plot(args.work / "series.csv", args.work / "series.png")


if __name__ == "__main__":
    main()
