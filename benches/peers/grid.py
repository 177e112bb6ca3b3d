"""The scikit-learn side of the quality comparison: TF-IDF + logistic regression over a small grid.

Every fit is kept as out-of-fold probabilities on disk, so that a run can stop at any time and go on later.
"""

import multiprocessing
import time

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

CS = [0.3, 1, 3, 10, 30]
WEIGHTS = [None, "balanced"]
GRID = [(c, w) for w in WEIGHTS for c in CS]

ANALYSERS = {
    "w": {"ngram_range": (1, 2)},
    "c": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}
VARIANTS = {"words": ["w"], "words_chars": ["w", "c"]}


class OutOfTime(Exception):
    """The budget is spent; what is done so far is on disk."""


def _counts(texts, analyser, path):
    """Document-term counts of all rows; the CPU seconds stand beside them in a file.

    Columns are cut to each training part afterwards (`_tfidf`), which gives exactly the matrices of
    TfidfVectorizer(min_df=2).fit(training folds) without counting five times.
    """
    if path.exists():
        return sp.load_npz(path)
    t = time.process_time()
    x = CountVectorizer(min_df=2, dtype=np.float64, **ANALYSERS[analyser]).fit_transform(texts)
    path.with_suffix(".cpu").write_text(str(time.process_time() - t))
    sp.save_npz(path, x, compressed=False)
    return x


def _tfidf(counts, train, test):
    df = np.bincount(counts[train].indices, minlength=counts.shape[1])
    x = counts[:, df >= 2]
    t = TfidfTransformer(sublinear_tf=True)
    return t.fit_transform(x[train]), t.transform(x[test])


# (train rows, their classes, test rows, number of classes) of the cell at work: forked workers inherit it.
_cell = None


def _fit(point):
    x, y, xt, classes = _cell
    c, weight = point
    t = time.process_time()
    model = LogisticRegression(
        C=c,
        class_weight=weight,
        solver="liblinear" if classes == 2 else "lbfgs",
        max_iter=2000,
        random_state=0,
    ).fit(x, y)
    p = np.zeros((xt.shape[0], classes), dtype=np.float32)
    p[:, model.classes_] = model.predict_proba(xt)
    intercept = np.zeros(classes, dtype=np.float32)
    intercept[model.classes_[-len(model.intercept_) :]] = model.intercept_
    return p, intercept, time.process_time() - t


def _fit_grid(x, y, xt, classes, jobs):
    """All grid points of one cell. Processes, not threads: scikit-learn's liblinear corrupts memory in threads."""
    global _cell
    _cell = x, y, xt, classes
    try:
        if jobs == 1:
            return [_fit(g) for g in GRID]
        # The dearest first, so that no worker is left alone with one at the end.
        order = sorted(range(len(GRID)), key=lambda i: -GRID[i][0])
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            done = pool.map(_fit, [GRID[i] for i in order], chunksize=1)
        return [done[order.index(i)] for i in range(len(GRID))]
    finally:
        _cell = None


def _one_intercept(p, fold, intercepts):
    """Probabilities as if every fold's model had the mean of the intercepts, as ours has in cross-validation.

    A fold that has much of a label leaves the others with little of it: their own intercept ranks its rows below
    those of other folds, and pooled figures of weak labels suffer, on either side.
    p: (n, grid, classes); intercepts: {fold: (grid, classes)}.
    """
    mean = np.mean(list(intercepts.values()), axis=0)
    out = np.full_like(p, np.nan)
    for f, own in intercepts.items():
        rows = fold == f
        z = np.log(np.clip(p[rows], 1e-12, None)) + (mean - own)
        z = np.exp(z - z.max(axis=2, keepdims=True))
        out[rows] = z / z.sum(axis=2, keepdims=True)
    return out


def run(prepared, targets, work, deadline, jobs, log):
    """Out-of-fold probabilities of every variant, label and grid point of one set.

    `targets`: label -> (class names, class index of each row or -1).
    Returns {variant: {label: (n, grid, classes)}} and {variant: CPU seconds}.
    """
    home = work / "cells" / f"{prepared.name}-{prepared.digest}"
    home.mkdir(parents=True, exist_ok=True)
    folds = sorted(set(prepared.fold.tolist()))
    scores, cpu, intercepts = {}, {}, {}
    for variant, parts in VARIANTS.items():
        loaded = None
        spent = {"count": 0.0, "tfidf": 0.0, "fit": 0.0}
        scores[variant] = {
            l: np.full((len(prepared.texts), len(GRID), len(names)), np.nan, dtype=np.float32)
            for l, (names, _) in targets.items()
        }
        for f in folds:
            matrices = None
            tfidf_file = home / f"{variant}.{f}.tfidf.cpu"
            for label, (names, y) in targets.items():
                cell = home / f"{variant}.{f}.{label}.npz"
                test = np.flatnonzero((prepared.fold == f) & (y >= 0))
                if not cell.exists():
                    if time.monotonic() > deadline:
                        raise OutOfTime
                    if loaded is None:
                        loaded = [_counts(prepared.texts, a, home / f"counts.{a}.npz") for a in parts]
                    if matrices is None:
                        t = time.process_time()
                        train_rows = np.flatnonzero(prepared.fold != f)
                        test_rows = np.flatnonzero(prepared.fold == f)
                        pairs = [_tfidf(x, train_rows, test_rows) for x in loaded]
                        matrices = [sp.hstack(m, format="csr") for m in zip(*pairs)]
                        tfidf_file.write_text(str(time.process_time() - t))
                    known = train_rows[y[train_rows] >= 0]
                    x, xt = matrices[0], matrices[1]
                    if len(known) < len(train_rows):
                        x, xt = x[y[train_rows] >= 0], xt[y[test_rows] >= 0]
                    done = _fit_grid(x, y[known], xt, len(names), jobs)
                    np.savez(
                        cell,
                        p=np.stack([p for p, _, _ in done], axis=1),
                        intercepts=np.stack([b for _, b, _ in done]),
                        cpu=[s for _, _, s in done],
                    )
                    spent_here = sum(s for _, _, s in done)
                    log(f"{prepared.name} {variant} fold {f} {label}: {spent_here:.1f} CPU s")
                with np.load(cell) as z:
                    scores[variant][label][test] = z["p"]
                    intercepts.setdefault((variant, label), {})[f] = z["intercepts"]
                    spent["fit"] += float(z["cpu"].sum())
            spent["tfidf"] += float(tfidf_file.read_text())
        for label, p in scores[variant].items():
            scores[variant][label] = _one_intercept(p, prepared.fold, intercepts[variant, label])
        for a in parts:
            spent["count"] += float((home / f"counts.{a}.cpu").read_text())
        spent["total"] = spent["count"] + spent["tfidf"] + spent["fit"]
        spent["one_point"] = spent["count"] + spent["tfidf"] + spent["fit"] / len(GRID)
        cpu[variant] = {k: round(v, 1) for k, v in spent.items()}
    return scores, cpu
