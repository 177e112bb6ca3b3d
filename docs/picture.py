#!/usr/bin/env python3
"""Makes an SVG of terminal output: ANSI text on standard input, the picture on standard output.

    ombud score -q --color always data/threads/harbour-library.txt | docs/picture.py "A scored thread" 1-31 > docs/thread.svg
    tmux capture-pane -e -p | docs/picture.py "A comment in review" > docs/review.svg

After the title come ranges of lines, from 1; without any, all lines are taken. Where lines are left out stands a dim "…".
Only Python's standard library is needed. The panel is dark by itself, so it looks the same on light and dark pages.
"""

import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL, LINE, SIZE, MARGIN = 8.4, 19, 14, 18  # pixels: a column, a line, the font, around the text
PAPER, INK, FAINT, EDGE = "#16191d", "#d7dae0", "#868d99", "#30363d"
COLOURS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd"}
FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
REVERSED = 7
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
WORDS = re.compile(r"\S+(?: \S+)*")


def width(text):
    """Columns that a text takes on a terminal."""
    wide = lambda c: 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
    return sum(wide(c) for c in text)


def codes_of(text):
    """The codes of an escape, with one of the first 16 colours of 256 (38;5;N) as what it is without them."""
    rest = iter([int(code or 0) for code in text.split(";")])
    for code in rest:
        if code == 38 and next(rest, None) == 5:
            number = next(rest, 0)
            code = 30 + number if number < 8 else 82 + number
        yield code


def runs(line):
    """Pieces of a line that look alike, as (column, text, codes in force); before a reversed one as many
    spaces as it takes."""
    column, codes, end = 0, frozenset(), 0
    for match in [*ESCAPE.finditer(line), None]:
        text = line[end : match.start() if match else len(line)]
        if REVERSED in codes and text:
            yield column, " " * width(text), codes
        # Without the space around it, of which browsers make what they like.
        for piece in WORDS.finditer(text):
            yield column + width(text[: piece.start()]), piece[0], codes
        column += width(text)
        if match:
            end = match.end()
            for code in codes_of(match[1]):
                is_colour = 30 <= code <= 39 or 90 <= code <= 97
                kept = frozenset(c for c in codes if not is_colour or c < 30)
                codes = frozenset() if code == 0 else kept | {code}


def style(codes):
    colour = next((COLOURS[code % 60 + (0 if code < 90 else 30)] for code in codes if code % 60 in COLOURS), None)
    fill = PAPER if REVERSED in codes else colour or (FAINT if 2 in codes else INK)
    parts = [f'fill="{fill}"']
    if 1 in codes:
        parts.append('font-weight="700"')
    if 4 in codes:
        parts.append('text-decoration="underline"')
    return " ".join(parts)


def pieces(lines, ranges):
    """The lines of the ranges, with a mark where some are left out."""
    if not ranges:
        return lines
    taken, last = [], 0
    for first, end in ranges:
        if first > last + 1:
            taken += ["", "\x1b[2m…\x1b[0m", ""] if taken else []
        taken += lines[first - 1 : end]
        last = end
    return taken


def svg(title, lines):
    columns = max(80, *(width(ESCAPE.sub("", line)) for line in lines))
    w, h = round(columns * CELL + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img">'
    yield f"<title>{escape(title)}</title>"
    yield f'<rect x="0.5" y="0.5" width="{w - 1}" height="{h - 1}" rx="9" fill="{PAPER}" stroke="{EDGE}"/>'
    yield f'<g font-family="{FONTS}" font-size="{SIZE}">'
    for row, line in enumerate(lines):
        y = MARGIN + row * LINE + SIZE
        for column, text, codes in runs(line):
            # The length is fixed, so that columns stand where they should in any font.
            if text.isspace():
                x, box = MARGIN + column * CELL, f'width="{width(text) * CELL:.1f}" height="{LINE}"'
                yield f'<rect x="{x:.1f}" y="{y - SIZE}" {box} fill="{INK}"/>'
                continue
            length = f'textLength="{width(text) * CELL:.1f}" lengthAdjust="spacing"'
            yield f'<text x="{MARGIN + column * CELL:.1f}" y="{y}" {length} {style(codes)}>{escape(text)}</text>'
    yield "</g></svg>"


def main():
    lines = sys.stdin.read().rstrip("\n").split("\n")
    ranges = [tuple(int(end) for end in part.split("-")) for part in sys.argv[2:]]
    print("\n".join(svg(sys.argv[1], pieces(lines, ranges))))


if __name__ == "__main__":
    main()
