"""scikit-learn, whole jobs: TF-IDF words 1-2 + logistic regression or linear SVM; hashing + SGD."""

import os

# Idle BLAS threads spin: two of them cost 1.7 times the CPU seconds for the same wall time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import joblib
import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.svm import LinearSVC

import table

NGRAMS = {"ngram_range": (1, 2), "dtype": np.float32}


def _make(variant):
    if variant == "hash_sgd":
        vectoriser = HashingVectorizer(n_features=1 << 22, **NGRAMS)
        return vectoriser, lambda: SGDClassifier(loss="log_loss", alpha=1e-5, random_state=0)
    vectoriser = TfidfVectorizer(sublinear_tf=True, **NGRAMS)
    if variant == "tfidf_svc":
        return vectoriser, LinearSVC
    return vectoriser, lambda: LogisticRegression(max_iter=1000)


def train(variant, texts, labels, path):
    vectoriser, make = _make(variant)
    x = vectoriser.fit_transform(texts)
    models = {l: make().fit(x, y.to_numpy(dtype=object)) for l, y in labels.items()}
    joblib.dump((vectoriser, models), path)


def _probabilities(model, x):
    if hasattr(model, "predict_proba"):
        return model.predict_proba(x)
    # A linear SVM has none: a softmax of its margins stands in, so that the same work is done.
    z = model.decision_function(x)
    z = np.stack([-z, z], axis=1) if z.ndim == 1 else 2 * z
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def score(variant, texts, path):
    vectoriser, models = joblib.load(path)
    x = vectoriser.transform(texts)
    return {l: (m.classes_, _probabilities(m, x)) for l, m in models.items()}


if __name__ == "__main__":
    table.main(train, score, ["tfidf_lr", "tfidf_svc", "hash_sgd"])
