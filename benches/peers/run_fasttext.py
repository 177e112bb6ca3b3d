"""fastText, whole jobs, with its default options (unigrams, 100 dimensions, 5 epochs), two threads."""

import os
import tempfile

import fasttext
import numpy as np

import table

PREFIX = "__label__"
fasttext.FastText.eprint = lambda *_: None


def _lines(texts):
    # A comment must not be able to name a label.
    return [" ".join(table.tokens(t)).replace(PREFIX, "label") for t in texts]


def train(_variant, texts, labels, path):
    os.makedirs(path, exist_ok=True)
    lines = _lines(texts)
    for label, y in labels.items():
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
            f.writelines(f"{PREFIX}{c} {t}\n" for c, t in zip(y, lines))
            f.flush()
            model = fasttext.train_supervised(f.name, thread=2, verbose=0)
        model.save_model(os.path.join(path, f"{label}.bin"))
    table.save_json(os.path.join(path, "labels.json"), list(labels))


def score(_variant, texts, path):
    lines = _lines(texts)
    out = {}
    for label in table.load_json(os.path.join(path, "labels.json")):
        model = fasttext.load_model(os.path.join(path, f"{label}.bin"))
        classes = sorted(c.removeprefix(PREFIX) for c in model.get_labels())
        column = {PREFIX + c: j for j, c in enumerate(classes)}
        p = np.zeros((len(lines), len(classes)), dtype=np.float32)
        # The binding under the wrapper: the wrapper's `predict` fails with numpy 2.
        predict = model.f.predict
        for i, line in enumerate(lines):
            for value, name in predict(line + "\n", -1, 0.0, "strict"):
                p[i, column[name]] = min(value, 1.0)
        out[label] = classes, p
    return out


if __name__ == "__main__":
    table.main(train, score, ["fasttext"])
