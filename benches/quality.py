#!/usr/bin/env python3
"""Quality beside scikit-learn, both sides under the same five folds.

    python benches/quality.py --data DIR --sets c3,davidson --ombud target/release/ombud --out results.json

DIR holds SET/train.csv files. Both sides read the prepared file WORK/SET.csv (`id,text,<labels>,fold`).

The peer is TF-IDF (sublinear, min_df 2; words 1-2, or those and characters 2-5 inside words) with logistic
regression over C in {0.3, 1, 3, 10, 30} x class weight {none, balanced}. For every label and every metric it
is given the grid point that is best by that very metric on the figures shown: slightly optimistic for the peer.
Its vocabulary and IDF come from the training folds; a partly annotated label trains and tests on annotated rows.

Ours is either `train --json`'s own cross-validation (`--mode cv`), or, with nothing taken on trust, five times
`train` on four folds and `score` on the fifth, with the metrics of figures.py (`--mode holdout`).

With `--budget SECONDS` the run stops after about that time with exit status 75; the same command goes on.
"""

import os

for _v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_v, "1")

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import datasets
import figures
from peers import grid

TABLES = [
    ("macro_f1", "Macro-F1 (0.5 rule / argmax; ours: its own decision rule)"),
    ("macro_f1_tuned", "Macro-F1, peer's threshold or class weights fitted on the other folds too"),
    ("f1", "F1 of the positive class (0.5 rule)"),
    ("auc", "AUC (mean of one-vs-rest for several classes)"),
    ("average_precision", "Average precision"),
    ("ece", "Expected calibration error, 15 bins (lower is better; peer: best of the grid points within 1 point of its best AUC)"),
]


def targets_of(prepared):
    """label -> (class names, class index of each row, -1 where not annotated)."""
    out = {}
    for label, values in prepared.labels.items():
        names = sorted(set(values) - {datasets.MISSING})
        index = {n: i for i, n in enumerate(names)}
        out[label] = names, np.array([index.get(v, -1) for v in values])
    return out


def best(points, metric):
    """The grid point with the best value: {value, C, class_weight}.

    The calibration error is taken only from points whose AUC is within 0.01 of the best: a model that says the
    base rate for every row is calibrated too.
    """
    known = [r for r in points if r[metric] is not None]
    if metric in figures.LOWER_IS_BETTER:
        top = max((r["auc"] for r in known if r["auc"] is not None), default=0)
        known = [r for r in known if (r["auc"] or 0) >= top - 0.01]
    if not known:
        return None
    pick = min if metric in figures.LOWER_IS_BETTER else max
    r = pick(known, key=lambda r: r[metric])
    return {"value": r[metric], "C": r["C"], "class_weight": r["class_weight"]}


def with_best(peers):
    """Peer results with the best grid points beside the whole grid: variant -> {pooled, folds, grid}."""
    out = {"cpu": peers["cpu"], "labels": {}}
    for label, variants in peers["labels"].items():
        out["labels"][label] = {
            v: {
                **{
                    where: {
                        m: best(
                            [{"C": g["C"], "class_weight": g["class_weight"], **g[where]} for g in points], m
                        )
                        for m in figures.METRICS
                    }
                    for where in ("pooled", "folds")
                },
                "grid": points,
            }
            for v, points in variants.items()
        }
    return out


def peer_figures(prepared, targets, args, deadline):
    scores, cpu = grid.run(prepared, targets, args.work, deadline, args.jobs, log)
    out = {"cpu": cpu, "labels": {}}
    for label, (_, y) in targets.items():
        known = y >= 0
        entry = {}
        for variant in grid.VARIANTS:
            p = scores[variant][label][known]
            points = [
                figures.evaluate(p[:, g], y[known], prepared.fold[known])
                for g in range(len(grid.GRID))
            ]
            entry[variant] = [
                {"C": c, "class_weight": w, **x} for (c, w), x in zip(grid.GRID, points)
            ]
        out["labels"][label] = entry
    return out


# --- ours -----------------------------------------------------------------------------------------------


class OursFailed(Exception):
    """Our side gave no figures; the peers' figures are printed all the same."""


def parse_train_json(text):
    """`ombud train --json` -> {label: {metric: value in 0..1 or None}}. Edit here if the keys change."""
    try:
        labels = json.loads(text)["labels"]
    except (ValueError, KeyError) as e:
        raise OursFailed(f"train --json: {e}") from e
    out = {}
    for label in labels:
        cv = label.get("cross_validation") or label.get("cv") or label.get("figures") or label
        row = {}
        for m in figures.METRICS:
            v = cv.get(m)
            row[m] = v.get("value") if isinstance(v, dict) else v
        if row["f1"] is None:  # perhaps only per class
            for c in cv.get("per_class") or []:
                if isinstance(c, dict) and str(c.get("class", c.get("name"))) in ("1", "yes", "true"):
                    f1 = c.get("f1")
                    row["f1"] = f1.get("value") if isinstance(f1, dict) else f1
        out[label["name"]] = row
    return out


def parse_score_csv(path, prepared, targets):
    """`ombud score` CSV -> {label: (P of each class, chosen class index)} in row order."""
    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    out = {}
    for label, (names, _) in targets.items():
        if prepared.spec.stance:
            p = np.array([[float(r[f"{label}.p.{n}"]) for n in names] for r in rows])
            d = np.array([names.index(r[label]) for r in rows])
        else:
            yes = np.array([float(r[f"{label}.p"]) for r in rows])
            p = np.stack([1 - yes, yes], axis=1)
            d = np.array([int(r[label]) for r in rows])
        out[label] = p, d
    return out


def call(command):
    """Run, return (stdout, CPU seconds); stderr passes through."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    log("$ " + " ".join(map(str, command)))
    r = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if r.returncode not in (0, 3):
        raise OursFailed(f"exit status {r.returncode}")
    return r.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def label_flags(prepared):
    kind = "--stance" if prepared.spec.stance else "--flag"
    return [x for l in prepared.spec.labels for x in (kind, l)]


def ours_cv(prepared, args):
    model = args.work / f"{prepared.name}.model"
    text, cpu = call(
        [args.ombud, "train", prepared.path, "--fold", "fold", *label_flags(prepared)]
        + ["-o", model, "--json", *args.train_args.split()]
    )
    (args.work / f"{prepared.name}.train.json").write_text(text)
    return {"cpu": round(cpu, 1), "labels": {l: {"pooled": r} for l, r in parse_train_json(text).items()}}


def ours_holdout(prepared, targets, args):
    with open(prepared.path, newline="", encoding="utf-8") as f:
        header, *rows = csv.reader(f)
    home = args.work / "holdout"
    home.mkdir(exist_ok=True)
    n = len(rows)
    scores = {l: (np.zeros((n, len(c))), np.zeros(n, dtype=int)) for l, (c, _) in targets.items()}
    total = 0.0
    for k in range(datasets.FOLDS):
        test = np.flatnonzero(prepared.fold == k)
        parts = {"train": np.flatnonzero(prepared.fold != k), "test": test}
        for part, index in parts.items():
            with open(home / f"{part}.csv", "w", newline="", encoding="utf-8") as f:
                csv.writer(f, lineterminator="\n").writerows([header, *(rows[i] for i in index)])
        train = [args.ombud, "train", home / "train.csv", "--fold", "fold", *label_flags(prepared)]
        total += call([*train, "-o", home / "model", "--json", *args.train_args.split()])[1]
        total += call([args.ombud, "score", home / "test.csv", "-m", home / "model", "-o", home / "out.csv"])[1]
        for label, (p, d) in parse_score_csv(home / "out.csv", prepared, targets).items():
            scores[label][0][test], scores[label][1][test] = p, d
    labels = {}
    for label, (p, d) in scores.items():
        y = targets[label][1]
        known = y >= 0
        labels[label] = figures.evaluate(p[known], y[known], prepared.fold[known], d[known], tune=False)
        for part in labels[label].values():
            part["macro_f1_tuned"] = part["macro_f1"]
    return {"cpu": round(total, 1), "labels": labels}


# --- tables ---------------------------------------------------------------------------------------------


def cell(x):
    return "" if x is None else f"{100 * x:.2f}"


def table(results, metric, where):
    """One Markdown table: a row for each label, and the mean over labels."""
    lines, columns = [], [[], [], [], []]
    sign = -1 if metric in figures.LOWER_IS_BETTER else 1
    for name, s in results["sets"].items():
        for label in s["labels"]:
            peer = s.get("peers", {}).get("labels", {}).get(label, {})
            v = [((peer.get(p) or {}).get(where, {}).get(metric) or {}).get("value") for p in grid.VARIANTS]
            ours = s.get("ours", {}).get("labels", {}).get(label, {}).get(where, {})
            o = ours.get(metric)
            if o is None and metric == "macro_f1_tuned":
                o = ours.get("macro_f1")
            known = [x for x in v if x is not None]
            if not known and o is None:
                continue
            top = sign * max(sign * x for x in known) if known else None
            diff = None if o is None or top is None else o - top
            row = [*v, o, diff]
            for c, x in zip(columns, row):
                c.append(x)
            lines.append(
                f"| {name} | {label} | {cell(v[0])} | {cell(v[1])} | {cell(o)} | "
                + ("" if diff is None else f"{100 * diff:+.2f}")
                + " |"
            )
    if not lines:
        return ""
    means = [float(np.mean(c)) if all(x is not None for x in c) else None for c in columns]
    lines.append(
        f"| **mean** | {len(lines)} labels | {cell(means[0])} | {cell(means[1])} | {cell(means[2])} | "
        + ("" if means[3] is None else f"{100 * means[3]:+.2f}")
        + " |"
    )
    head = "| set | label | peer: words | peer: words + chars | ours | ours - better peer |\n|---|---|---|---|---|---|"
    return head + "\n" + "\n".join(lines) + "\n"


def cpu_table(results):
    lines = [
        "| set | rows | peer words: grid / one point | peer words + chars: grid / one point | ours |",
        "|---|---|---|---|---|",
    ]
    for name, s in results["sets"].items():
        c = s.get("peers", {}).get("cpu", {})
        peer = [
            f"{c[v]['total']} / {c[v]['one_point']}" if v in c else "" for v in grid.VARIANTS
        ]
        lines.append(f"| {name} | {s['rows']} | {peer[0]} | {peer[1]} | {s.get('ours', {}).get('cpu', '')} |")
    return "\n".join(lines) + "\n"


def markdown(results):
    out = []
    for where, title in (("pooled", "pooled out-of-fold"), ("folds", "mean over folds")):
        for metric, name in TABLES:
            t = table(results, metric, where)
            if t:
                out.append(f"### {name}; {title}, x 100\n\n{t}")
    out.append(
        "### CPU seconds of the cross-validation\n\n"
        "`grid` = ten settings, five folds, all labels; `one point` = the mean cost of one setting. The peer's "
        "n-grams are counted once, not once for each fold, which flatters it.\n\n" + cpu_table(results)
    )
    return "\n".join(out)


def log(message):
    print(message, file=sys.stderr, flush=True)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--data", required=True, type=Path)
    a.add_argument("--sets", default=",".join(datasets.SETS))
    a.add_argument("--ombud", default="target/release/ombud")
    a.add_argument("--out", required=True, type=Path)
    a.add_argument("--markdown", type=Path, help="write the tables here too")
    a.add_argument("--work", type=Path, help="prepared files, cells, models (default: beside --out)")
    a.add_argument("--cache", type=Path, help="peer results of earlier runs (default: WORK/peers.json)")
    a.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    a.add_argument("--ours", action=argparse.BooleanOptionalAction, default=True)
    a.add_argument("--mode", choices=["cv", "holdout"], default="cv", help="how ours is measured")
    a.add_argument("--train-args", default="", help="further options of `ombud train`, in one string")
    a.add_argument("--jobs", type=int, default=2, help="processes of the peer's grid")
    a.add_argument("--budget", type=float, default=float("inf"), help="seconds, then exit status 75")
    args = a.parse_args()
    args.work = args.work or args.out.parent / "quality_work"
    args.cache = args.cache or args.work / "peers.json"
    deadline = time.monotonic() + args.budget

    cache = json.loads(args.cache.read_text()) if args.cache.exists() else {}
    results = {"sets": {}, "grid": {"C": grid.CS, "class_weight": grid.WEIGHTS}, "mode": args.mode}
    unfinished, failed = [], []
    for name in args.sets.split(","):
        prepared = datasets.prepare(name, args.data, args.work)
        targets = targets_of(prepared)
        entry = {
            "rows": len(prepared.texts),
            "digest": prepared.digest,
            "labels": {
                l: {"annotated": int((y >= 0).sum()), "share": {
                    c: round(float((y == i).sum() / (y >= 0).sum()), 4) for i, c in enumerate(names)}}
                for l, (names, y) in targets.items()
            },
        }
        results["sets"][name] = entry
        if args.peers and not unfinished and cache.get(name, {}).get("digest") != prepared.digest:
            try:
                cache[name] = {"digest": prepared.digest, **peer_figures(prepared, targets, args, deadline)}
                args.cache.write_text(json.dumps(cache, indent=1))
            except grid.OutOfTime:
                unfinished.append(name)
        if args.peers and cache.get(name, {}).get("digest") == prepared.digest:
            entry["peers"] = with_best(cache[name])
        elif args.peers and name not in unfinished:
            unfinished.append(name)
        if args.ours and not unfinished:
            try:
                entry["ours"] = (
                    ours_cv(prepared, args)
                    if args.mode == "cv"
                    else ours_holdout(prepared, targets, args)
                )
            except OursFailed as e:
                failed.append(f"{name} ({e})")
                log(f"{name}: ours failed: {e}")
    args.out.write_text(json.dumps(results, indent=1))
    text = markdown(results)
    if unfinished:
        text = f"**Not finished: {', '.join(unfinished)}.**\n\n" + text
    if failed:
        text = f"**Ours failed: {', '.join(failed)}.**\n\n" + text
    if args.markdown:
        args.markdown.write_text(text)
    print(text)
    sys.exit(75 if unfinished else 1 if failed else 0)


if __name__ == "__main__":
    main()
