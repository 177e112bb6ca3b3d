"""Vowpal Wabbit, whole jobs: one against all, logistic, 1- and 2-grams, 2^22 weights, five passes."""

import os
import tempfile

import numpy as np
import vowpalwabbit

import table


def _lines(texts):
    # ':' and '|' mean something in its input format.
    return [" ".join(table.tokens(t)).replace(":", "COLON").replace("|", "PIPE") for t in texts]


def _drive(options):
    """The native driver: it reads its own input file, without Python in the loop."""
    vowpalwabbit.Workspace(options + " --quiet").finish()


def train(_variant, texts, labels, path):
    os.makedirs(path, exist_ok=True)
    lines = _lines(texts)
    classes = {}
    for label, y in labels.items():
        classes[label] = sorted(set(y))
        number = {c: i + 1 for i, c in enumerate(classes[label])}
        with tempfile.TemporaryDirectory() as scratch:
            data = os.path.join(scratch, "in.vw")
            with open(data, "w", encoding="utf-8") as f:
                f.writelines(f"{number[c]} |t {t}\n" for c, t in zip(y, lines))
            _drive(
                f"--oaa {len(number)} --probabilities --loss_function logistic --ngram 2 -b 22 "
                f"--passes 5 --holdout_off -c -k --cache_file {data}.cache "
                f"-d {data} -f {os.path.join(path, label)}.vw"
            )
    table.save_json(os.path.join(path, "classes.json"), classes)


def score(_variant, texts, path):
    out = {}
    with tempfile.TemporaryDirectory() as scratch:
        data, predicted = os.path.join(scratch, "in.vw"), os.path.join(scratch, "out")
        with open(data, "w", encoding="utf-8") as f:
            f.writelines(f"|t {t}\n" for t in _lines(texts))
        for label, classes in table.load_json(os.path.join(path, "classes.json")).items():
            _drive(f"-t -i {os.path.join(path, label)}.vw -d {data} -p {predicted} --probabilities")
            p = np.zeros((len(texts), len(classes)), dtype=np.float32)
            with open(predicted, encoding="utf-8") as f:
                for i, line in enumerate(f):
                    for part in line.split():
                        k, value = part.split(":")
                        p[i, int(k) - 1] = float(value)
            out[label] = classes, p
    return out


if __name__ == "__main__":
    table.main(train, score, ["vw"])
