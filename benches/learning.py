#!/usr/bin/env python3
"""How many decisions the `learning` order of the queue needs, beside a random order.

    python benches/learning.py --data DIR --ombud target/release/ombud --out results.json --svg docs/learning.svg

A fifth of each set is held out (by group, where it has groups). Of the rest START random comments are decided. Then, again and
again: train on what is decided, put all comments into a queue with `score --queue`, and decide the first ones of the order, as
`review list` gives them, until STEP times as many are decided. The decisions are the set's own annotations. After each round the
model is measured on the held-out fifth: average precision of a flag, macro-F1 of a stance, as evaluate gives them.

The goal is 95 % of what training on all decisions reaches. The decisions needed are read off the curve, straight between rounds.
Each order is run with each seed.
"""

import argparse
import csv
import hashlib
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

csv.field_size_limit(1 << 30)

SETS = {
    # name: (file, label, kind, figure, columns kept under other names, group)
    "jigsaw_wiki": ("jigsaw_wiki", "toxic", "flag", "average_precision", {}, None),
    "c3": ("c3", "toxic", "flag", "auc", {"thread_id": "group"}, "group"),
    "arc": ("arc", "stance", "stance", "macro_f1", {"target": "target"}, "group"),
}
START, STEP, GOAL = 200, 1.5, 0.95


def held_out(key):
    return int(hashlib.md5(key.encode()).hexdigest(), 16) % 5 == 0


def write(path, rows, columns):
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f)
        out.writerow(columns)
        out.writerows([row[c] for c in columns] for row in rows)


class Run:
    def __init__(self, args, name, work):
        self.args, self.work = args, work
        file, self.label, self.kind, self.figure, columns, group = SETS[name]
        with open(args.data / file / "train.csv", newline="", encoding="utf-8") as f:
            rows = [row for row in csv.DictReader(f) if row[self.label] != ""]
        self.columns = ["id", "text", *columns]
        for at, row in enumerate(rows):
            row.update({ours: row[theirs] for ours, theirs in columns.items()}, id=str(at))
        is_held = [held_out(row[group] or row["id"] if group else row["id"]) for row in rows]
        self.pool = [row for row, held in zip(rows, is_held) if not held]
        write(work / "test.csv", [row for row, held in zip(rows, is_held) if held], [*self.columns, self.label])
        write(work / "pool.csv", self.pool, self.columns)

    def ombud(self, *arguments):
        command = [str(self.args.ombud), *map(str, arguments)]
        return subprocess.run(command, cwd=self.work, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def fit(self, rows):
        write(self.work / "decided.csv", rows, [*self.columns, self.label])
        self.ombud(
            "train", "decided.csv", f"--{self.kind}", self.label, "--blocks", self.args.blocks,
            "--folds", 0, "-C", 3, "--min-df", 1, "-o", "m.model",
        )
        labels = json.loads(self.ombud("evaluate", "test.csv", "-m", "m.model", "--json", "--replicates", 0))["labels"]
        return labels[0][self.figure]["value"]

    def next(self, decided, n):
        """The first n comments of the learning order that are not decided."""
        (self.work / "q.db").unlink(missing_ok=True)
        self.ombud("score", "pool.csv", "-m", "m.model", "--queue", "q.db")
        out = self.ombud("review", "list", "--db", "q.db", "--order", "learning", "--everything", "--json", "-n", n + len(decided))
        ids = [json.loads(line)["id"] for line in out.splitlines()]
        return [i for i in ids if i not in decided][:n]

    def curve(self, order, seed):
        by_id = {row["id"]: row for row in self.pool}
        shuffled = sorted(by_id)
        random.Random(seed).shuffle(shuffled)
        decided, points = dict.fromkeys(shuffled[:START]), []
        while True:
            points.append((len(decided), self.fit([by_id[i] for i in decided])))
            print(f"  {order} {seed}: {points[-1][0]} {points[-1][1]:.4f}", file=sys.stderr, flush=True)
            if points[-1][1] >= GOAL * self.full or len(decided) == len(by_id):
                return points
            n = min(len(by_id), int(len(decided) * STEP)) - len(decided)
            more = self.next(decided, n) if order == "learning" else [i for i in shuffled if i not in decided][:n]
            decided.update(dict.fromkeys(more))

    def needed(self, points):
        goal = GOAL * self.full
        for (n0, v0), (n1, v1) in zip(points, points[1:]):
            if v1 >= goal:
                return round(n0 + (n1 - n0) * max(0, goal - v0) / (v1 - v0)) if v1 > v0 else n1
        return points[0][0]

    def run(self):
        self.full = self.fit(self.pool)
        print(f"  all {len(self.pool)}: {self.full:.4f}", file=sys.stderr, flush=True)
        found = {"figure": self.figure, "all": [len(self.pool), self.full], "orders": {}}
        for order in ("learning", "random"):
            curves = [self.curve(order, seed) for seed in range(self.args.seeds)]
            needed = [self.needed(points) for points in curves]
            found["orders"][order] = {"curves": curves, "needed": needed, "mean": sum(needed) / len(needed)}
        found["times"] = found["orders"]["random"]["mean"] / found["orders"]["learning"]["mean"]
        return found


def plot(results, path):
    """A panel for each set: figure by decisions, a line for each run, the goal dashed."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "ombud"
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(results), figsize=(4 * len(results), 3.2), squeeze=False)
    for panel, (name, found) in zip(panels[0], results.items()):
        for order, colour in (("learning", "tab:green"), ("random", "tab:orange")):
            for at, points in enumerate(found["orders"][order]["curves"]):
                panel.plot(*zip(*points), color=colour, lw=1, label=f"{order} order" if at == 0 else None)
        panel.axhline(GOAL * found["all"][1], color="grey", ls="--", lw=1, label="95 % of all decisions")
        panel.set(title=f'{name}, {found["figure"].replace("_", " ")}', xlabel="decisions")
        panel.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--data", required=True, type=Path)
    a.add_argument("--ombud", default=Path("target/release/ombud"), type=Path)
    a.add_argument("--sets", default=",".join(SETS))
    a.add_argument("--seeds", type=int, default=3)
    a.add_argument("--blocks", default="words,chars,cues,shape,context,semantic,relation")
    a.add_argument("--out", required=True, type=Path)
    a.add_argument("--svg", type=Path)
    args = a.parse_args()
    args.ombud = args.ombud.resolve()
    results = json.loads(args.out.read_text()) if args.out.exists() else {}
    for name in args.sets.split(","):
        print(name, file=sys.stderr)
        with tempfile.TemporaryDirectory() as work:
            results[name] = Run(args, name, Path(work)).run()
        args.out.write_text(json.dumps(results, indent=1))
        print(name, json.dumps({o: v["needed"] for o, v in results[name]["orders"].items()}), f'{results[name]["times"]:.2f} times fewer')
    if args.svg:
        plot(results, args.svg)


if __name__ == "__main__":
    main()
