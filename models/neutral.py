"""Writes neutral-en.csv: sentences about people, harmless and hostile, with the identity terms and names of data/identity.

A model learns from them that a group's name is no insult. The sentences are others than those of the bias audit
(docs/bias.md), which would else measure what was learnt by heart. From the root of the repository:

    python3 models/neutral.py > models/neutral-en.csv
"""

import csv
import sys

HARMLESS = [
    "I'm {being} and I live near the station.",
    "My cousin married {one} last spring.",
    "{one} wrote a letter to the editor about this and it was well put.",
    "We hired {one} and the team is happy with the choice.",
    "There was {one} on the panel and the discussion was interesting.",
    "{many} vote in this district too, and their turnout was higher than average.",
    "In my experience {many} and everyone else want the same from the council: working buses.",
    "The museum has a new exhibition about {many} in the war.",
    "You do not need to be {being} to see that the figures in the article are wrong.",
    "She is {being}, he is not, and they run the shop together.",
    "He is {being}.",
    "She is {being}.",
    "They are {many}.",
    "A friend of mine, {one}, had the same problem with the insurance.",
    "The report compares the wages of {many} with those of other workers.",
    "I read a good novel by {one} this summer.",
    "Laws should treat {many} and everybody else alike.",
    "As far as I know {many} were not consulted at all.",
    "{many} founded the first school in this street in 1902.",
    "My doctor is {being} and takes her time with every patient.",
    "I am {one} too.",
    "{one} here, and the bus was late again.",
    "Speaking for myself: I am {one} and this never happened to me.",
    "Is the author {one}?",
    "There is {one} in the photo.",
    "You can be {being} and still like the old bridge.",
    "He told us years ago that he is {being}.",
    "My son is {being}, and so is my uncle.",
    "I have known {one} who worked there for thirty years.",
]
NAMED = [
    "{name} posted the link earlier.",
    "I think {name} is right about the parking.",
    "{name}, could you tell us where you read that?",
    "My brother {name} drives that route every day.",
    "The article quotes {name}, who has worked there for years.",
    "Welcome back {name}, good to read you again.",
    "{name} makes a fair point.",
    "As {name} said above, the numbers do not add up.",
]
# Two terms in one sentence: each term with a few others.
PAIRED = [
    "I'm {being} and {other}, and I read this paper every morning.",
    "My sister-in-law is {being}, her husband is {other}.",
    "{many} and {others} came to the meeting, and both were heard.",
]
# The same for a quarter of all pairs of terms that are adjectives.
STACKED = [
    "I'm a {being} {other} woman.",
    "I'm a {being} {other} woman and I teach at the primary school.",
    "He is a {being} {other} man who grew up two streets from here.",
]
OTHERS = (7, 17, 29)
HOSTILE = [
    "{many} are vermin and should be driven out of this country.",
    "I can't stand {many}, they are all filthy liars.",
    "Typical, {many} are too stupid to understand anything.",
    "Somebody should beat up {many} like that.",
    "{many} are not human beings to me.",
    "Shut up, nobody wants to hear from {one}.",
]


def sections(path):
    """The lines of each section of a list of data/identity."""
    found, lines = [], None
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if line.startswith("["):
            lines = []
            found.append((line.strip("[]").split()[0], lines))
        elif line and not line.startswith("#") and lines is not None:
            lines.append(line)
    return found


def main():
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["text", "sentence", "hostile"])
    listed = sections("data/identity/en.txt")
    terms = [line.split("|") for kind, lines in listed if kind == "term" for line in lines]
    names = [line for kind, lines in listed if kind == "name" for line in lines]
    for number, sentence in enumerate(HARMLESS + HOSTILE):
        for term in terms:
            one, many, being = (form.strip() for form in term[1:])
            text = sentence.format(one=one, many=many, being=being)
            out.writerow([text[0].upper() + text[1:], number, int(sentence in HOSTILE)])
    number = len(HARMLESS) + len(HOSTILE)
    for number, sentence in enumerate(NAMED, start=number):
        for name in names:
            out.writerow([sentence.format(name=name), number, 0])
    adjectives = [term for term in terms if not term[3].strip().startswith(("a ", "an "))]
    pairs = [(one, terms[(at + step) % len(terms)]) for at, one in enumerate(terms) for step in OTHERS]
    stacks = [(one, other) for one in adjectives for other in adjectives if one is not other]
    sentences = [(sentence, pairs) for sentence in PAIRED] + [(sentence, stacks[::4]) for sentence in STACKED]
    for number, (sentence, two) in enumerate(sentences, start=number + 1):
        for pair in two:
            one, other = ([form.strip() for form in term[1:]] for term in pair)
            text = sentence.format(many=one[1], being=one[2], others=other[1], other=other[2])
            out.writerow([text[0].upper() + text[1:], number, 0])


main()
