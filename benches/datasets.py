"""The labelled sets of the quality comparison, and the folds that both sides share.

`prepare` reads SET/train.csv, draws grouped and label-stratified folds once, and writes
`id,text,<labels>,fold`, the only file that either side ever sees.
"""

import csv
import hashlib
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

FOLDS = 5
MISSING = ""

csv.field_size_limit(1 << 30)


@dataclass(frozen=True)
class Spec:
    """What to learn from one set: flags (column -> value that counts as yes) or one stance column."""

    flags: dict = field(default_factory=dict)
    stance: str = ""
    # Flag names in the prepared file, where the source column has another name.
    rename: dict = field(default_factory=dict)

    @property
    def labels(self):
        return [self.stance] if self.stance else [self.rename.get(c, c) for c in self.flags]


def _yes(*columns):
    return {c: "1" for c in columns}


SETS = {
    "c3": Spec(flags=_yes("constructive", "toxic")),
    "davidson": Spec(stance="label"),
    "olid": Spec(flags={"subtask_a": "OFF"}, rename={"subtask_a": "offensive"}),
    "wikiweasel": Spec(flags={"certainty": "uncertain"}, rename={"certainty": "uncertain"}),
    "sfu_review_spec": Spec(flags=_yes("speculative")),
    "jigsaw_wiki": Spec(
        flags=_yes("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
    ),
    "onemillionposts": Spec(
        flags=_yes(
            "ArgumentsUsed",
            "Discriminating",
            "Inappropriate",
            "OffTopic",
            "PersonalStories",
            "PossiblyFeedback",
            "SentimentNegative",
            "SentimentNeutral",
            "SentimentPositive",
        )
    ),
}


@dataclass
class Prepared:
    name: str
    spec: Spec
    path: Path
    digest: str
    texts: list
    labels: dict  # label -> list of strings: "1"/"0" or the class, "" = not annotated
    fold: np.ndarray


def draw_folds(groups, labels, k, seed):
    """Fold number of each row. Groups stay whole; every label value is spread as evenly as a greedy pass can.

    The groups that weigh most in the scarcest label values are placed first. Each goes to the fold where
    it adds least to the sum of squared shares.
    """
    keys = {}
    for i, g in enumerate(groups):
        keys.setdefault(g if g else ("row", i), []).append(i)
    members = list(keys.values())
    random.Random(seed).shuffle(members)

    columns = [np.ones(len(groups))]
    for values in labels.values():
        for v in sorted(set(values) - {MISSING}):
            columns.append(np.array([x == v for x in values], dtype=float))
    counts = np.stack(columns, axis=1)
    share = np.array([counts[m].sum(axis=0) for m in members]) / counts.sum(axis=0)

    fold = np.zeros(len(groups), dtype=int)
    filled = np.zeros((k, share.shape[1]))
    for j in np.argsort(-share.sum(axis=1), kind="stable"):
        f = int(np.argmin(filled @ share[j]))
        filled[f] += share[j]
        fold[members[j]] = f
    return fold


def prepare(name, data, work, seed=20):
    """Read one set, write WORK/NAME.csv, return it as read back from memory."""
    spec = SETS[name]
    with open(Path(data) / name / "train.csv", newline="", encoding="utf-8-sig") as f:
        rows = list(csv.DictReader(f))

    labels = {}
    if spec.stance:
        labels[spec.stance] = [r[spec.stance] for r in rows]
    for column, yes in spec.flags.items():
        labels[spec.rename.get(column, column)] = [
            MISSING if r[column] == MISSING else str(int(r[column] == yes)) for r in rows
        ]
    fold = draw_folds([r.get("group") or "" for r in rows], labels, FOLDS, seed)

    path = Path(work) / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["id", "text", *labels, "fold"])
        for i, r in enumerate(rows):
            out.writerow([r["id"], r["text"], *(labels[l][i] for l in labels), fold[i]])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return Prepared(name, spec, path, digest, [r["text"] for r in rows], labels, fold)
