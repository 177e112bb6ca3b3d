"""What the peers of the throughput benchmark share: CSV in, CSV out, tokens."""

import argparse
import json
import re

import numpy as np
import pandas as pd

_TOKEN = re.compile(r"\w+|[^\w\s]")


def tokens(text):
    """Lower-cased words and single punctuation marks: the text that fastText and Vowpal Wabbit are given."""
    return _TOKEN.findall(text.lower())


def read(path, columns):
    return pd.read_csv(path, usecols=columns, dtype=str, keep_default_na=False)


def write(path, ids, scores):
    """`scores`: label -> (class names, (n, classes) probabilities). Columns: id, L, L.p.CLASS..."""
    out = {"id": ids}
    for label, (classes, p) in scores.items():
        out[label] = np.asarray(classes)[p.argmax(axis=1)]
        for j, c in enumerate(classes):
            out[f"{label}.p.{c}"] = np.round(p[:, j], 5)
    pd.DataFrame(out).to_csv(path, index=False)


def save_json(path, value):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f)


def load_json(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def main(train, score, variants):
    """The command line of every peer: `train VARIANT IN MODEL --labels a,b`, `score VARIANT IN MODEL OUT`."""
    a = argparse.ArgumentParser()
    sub = a.add_subparsers(dest="command", required=True)
    t = sub.add_parser("train")
    s = sub.add_parser("score")
    for p in (t, s):
        p.add_argument("variant", choices=variants)
        p.add_argument("input")
        p.add_argument("model")
    t.add_argument("--labels", required=True)
    s.add_argument("output")
    args = a.parse_args()
    if args.command == "train":
        labels = args.labels.split(",")
        data = read(args.input, ["text", *labels])
        train(args.variant, data["text"], {l: data[l] for l in labels}, args.model)
    else:
        data = read(args.input, ["id", "text"])
        write(args.output, data["id"], score(args.variant, data["text"], args.model))
