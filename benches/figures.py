"""Figures of merit, computed alike for every side from out-of-fold probabilities."""

import warnings

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

METRICS = ["macro_f1", "macro_f1_tuned", "f1", "auc", "average_precision", "ece"]
LOWER_IS_BETTER = {"ece"}


def ece(p, y, bins=15):
    """Expected calibration error: of P(yes) for two classes, of the likeliest class for more."""
    if p.shape[1] == 2:
        score, hit = p[:, 1], (y == 1).astype(float)
    else:
        score, hit = p.max(axis=1), (p.argmax(axis=1) == y).astype(float)
    index = np.minimum((score * bins).astype(int), bins - 1)
    n = np.bincount(index, minlength=bins)
    gap = np.abs(
        np.bincount(index, score, minlength=bins) - np.bincount(index, hit, minlength=bins)
    )
    return float(gap[n > 0].sum() / len(y))


def decide(p):
    """Index of the chosen class: the 0.5 rule for two classes, argmax for more."""
    return (p[:, 1] >= 0.5).astype(int) if p.shape[1] == 2 else p.argmax(axis=1)


def _macro(y, d, k):
    c = np.bincount(y * k + d, minlength=k * k).reshape(k, k)
    tp = np.diag(c)
    return float(np.mean(2 * tp / np.maximum(c.sum(0) + c.sum(1), 1)))


def _best_weights(p, y):
    """Class weights w, the decision being argmax of p * w, that do best by macro-F1 on (p, y)."""
    k = p.shape[1]
    if k == 2:
        order = np.argsort(-p[:, 1], kind="stable")
        s, t = p[order, 1], y[order]
        tp = np.cumsum(t == 1)
        n = np.arange(1, len(y) + 1)
        pos, neg = tp[-1], len(y) - tp[-1]
        f_yes = 2 * tp / (n + pos)
        f_no = 2 * (neg - (n - tp)) / np.maximum((len(y) - n) + neg, 1)
        score = np.where(np.append(s[:-1] > s[1:], True), f_yes + f_no, -1.0)
        i = int(np.argmax(score))
        t = (s[i] + s[i + 1]) / 2 if i + 1 < len(s) else s[i]
        t = min(max(t, 1e-6), 1 - 1e-6)
        return np.array([t, 1 - t])
    w = np.ones(k)
    best = _macro(y, (p * w).argmax(1), k)
    for _ in range(3):
        for j in range(k):
            for m in np.exp(np.linspace(-2.5, 2.5, 41)):
                v = w.copy()
                v[j] = m
                f = _macro(y, (p * v).argmax(1), k)
                if f > best:
                    best, w = f, v
    return w


def decide_tuned(p, y, fold):
    """Decisions with class weights that were fitted, fold by fold, on the other folds' scores."""
    d = np.zeros(len(y), dtype=int)
    for f in np.unique(fold):
        test = fold == f
        w = _best_weights(p[~test], y[~test])
        d[test] = (p[test] * w).argmax(axis=1)
    return d


def figures(p, y, d, tuned):
    """All figures of one block of rows. `p`: (n, classes), `y`, `d`, `tuned`: class indices."""
    k = p.shape[1]
    classes = list(range(k))
    r = {
        "macro_f1": f1_score(y, d, labels=classes, average="macro", zero_division=0),
        "macro_f1_tuned": None
        if tuned is None
        else f1_score(y, tuned, labels=classes, average="macro", zero_division=0),
        "f1": f1_score(y, d, labels=[1], average="macro", zero_division=0) if k == 2 else None,
        "ece": ece(p, y),
    }
    one_vs_rest = [1] if k == 2 else classes
    present = [c for c in one_vs_rest if 0 < (y == c).sum() < len(y)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        r["auc"] = np.mean([roc_auc_score(y == c, p[:, c]) for c in present]) if present else None
        r["average_precision"] = (
            np.mean([average_precision_score(y == c, p[:, c]) for c in present])
            if present
            else None
        )
    return {m: None if r[m] is None else float(r[m]) for m in METRICS}


def evaluate(p, y, fold, d=None, tune=True):
    """Pooled figures and their means over the folds. Folds without both classes do not count in a mean."""
    d = decide(p) if d is None else d
    tuned = decide_tuned(p, y, fold) if tune else None
    parts = []
    for f in np.unique(fold):
        m = fold == f
        parts.append(figures(p[m], y[m], d[m], None if tuned is None else tuned[m]))
    mean = {}
    for m in METRICS:
        v = [x[m] for x in parts if x[m] is not None]
        mean[m] = float(np.mean(v)) if v else None
    return {"pooled": figures(p, y, d, tuned), "folds": mean}
