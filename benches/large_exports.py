#!/usr/bin/env python3
"""Writes a large export of made-up comments to standard output: `large_exports.py FORMAT SIZE`.

FORMAT is `wxr` (a WordPress export), `pushshift` (one Reddit comment a line) or `csv` (the same comments as a table); SIZE is
in bytes, with K, M or G, or a number of comments with `c`, as in `1000000c`. Equal arguments give equal bytes.
"""

import random
import sys

WORDS = (
    "the council road traffic school they people think about would never money again because really lane close cars park "
    "bus walk every day who pays for it nobody asked idiot maybe I bet paid plan street shops noise children safe cost why "
    "not good bad idea should vote mayor meeting last year next week house old new town city rent tax"
).split()


def sentence(dice, least=6, most=60):
    words = dice.choices(WORDS, k=dice.randint(least, most))
    return " ".join(words).capitalize() + dice.choice([".", "!", "?", "..."])


def pushshift(dice):
    number = 0
    while True:
        number += 1
        parent = f"t1_{number - dice.randint(1, 40):x}" if number > 50 and dice.random() < 0.7 else f"t3_{number // 500:x}"
        text = sentence(dice)
        yield (
            f'{{"author":"user{dice.randint(1, 99999)}","author_flair_css_class":null,"author_flair_text":null,"body":"{text}",'
            f'"can_gild":true,"controversiality":0,"created_utc":{1500000000 + number},"distinguished":null,"edited":false,'
            f'"gilded":0,"id":"{number:x}","is_submitter":false,"link_id":"t3_{number // 500:x}","name":"t1_{number:x}",'
            f'"parent_id":"{parent}","permalink":"/r/town/comments/{number // 500:x}/-/{number:x}/","retrieved_on":1506543650,'
            f'"score":{dice.randint(-20, 300)},"stickied":false,"subreddit":"town","subreddit_id":"t5_2qh0u"}}\n'
        )


def table(dice):
    yield "id,parent_id,thread_id,author,created_at,text\n"
    number = 0
    while True:
        number += 1
        parent = f"t1_{number - dice.randint(1, 40):x}" if number > 50 and dice.random() < 0.7 else f"t3_{number // 500:x}"
        text = sentence(dice)
        author = dice.randint(1, 99999)
        dice.randint(-20, 300)
        yield f"t1_{number:x},{parent},t3_{number // 500:x},user{author},{1500000000 + number},{text}\n"


def wxr(dice):
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Town Gazette</title>\n'
    )
    comment = post = 0
    while True:
        post += 1
        body = "".join(f"<p>{sentence(dice)} {sentence(dice)}</p>" for _ in range(8))
        yield (
            f"<item><title>{sentence(dice, 4, 9)}</title><link>https://gazette.example/{post}/</link>"
            f"<content:encoded><![CDATA[{body}]]></content:encoded><wp:post_id>{post}</wp:post_id>"
            "<wp:post_type>post</wp:post_type>\n"
        )
        first = comment + 1
        for _ in range(dice.randint(5, 200)):
            comment += 1
            parent = dice.randint(first, comment - 1) if comment > first and dice.random() < 0.5 else 0
            yield (
                f"<wp:comment><wp:comment_id>{comment}</wp:comment_id><wp:comment_author><![CDATA[Reader {comment % 977}]]>"
                "</wp:comment_author><wp:comment_date_gmt>2024-04-29 15:21:35</wp:comment_date_gmt>"
                f"<wp:comment_content><![CDATA[{sentence(dice)} <em>{sentence(dice, 2, 5)}</em>]]></wp:comment_content>"
                "<wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type>"
                f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>\n"
            )
        yield "</item>\n"


ENDS = {"wxr": "</channel></rss>\n"}
KINDS = {"wxr": wxr, "pushshift": pushshift, "csv": table}


def main():
    kind, size = sys.argv[1:]
    factor = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(size[-1])
    comments = int(size[:-1]) if size[-1] == "c" else None
    most = int(size[:-1]) * factor if factor else (None if comments else int(size))
    out, written, count = sys.stdout, 0, 0
    is_item_open = False
    for piece in KINDS[kind](random.Random(1)):
        out.write(piece)
        written += len(piece)
        count += not piece.startswith("id,")
        is_item_open = kind == "wxr" and not piece.startswith("</item>") and count > 1
        if (most and written >= most) or (comments and count >= comments):
            break
    if kind == "wxr" and is_item_open:
        out.write("</item>\n")
    out.write(ENDS.get(kind, ""))


main()
