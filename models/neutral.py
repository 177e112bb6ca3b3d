"""Writes neutral-en.csv: sentences about people, harmless and hostile (frames/), with the identity terms and names of
data/identity and some terms more.

A model learns from them that a group's name is no insult, and what is said against groups without any rude word. Each
term stands in as many hostile sentences as harmless ones, so that it tells nothing by itself. The sentences are others
than those of the bias audit (docs/bias.md), which would else measure what was learnt by heart. From the root of the
repository:

    python3 models/neutral.py > models/neutral-en.csv
"""

import csv
import math
import sys

# one | many | what one is, as in data/identity.
TERMS = """
a trans person | trans people | trans
an intersex person | intersex people | intersex
an asexual person | asexual people | asexual
a single mother | single mothers | a single mother
a Mormon | Mormons | Mormon
a Quaker | Quakers | a Quaker
an Evangelical | Evangelicals | Evangelical
an Orthodox Jew | Orthodox Jews | an Orthodox Jew
a Jew | Jews | a Jew
a Shia Muslim | Shia Muslims | Shia
a Hispanic person | Hispanic people | Hispanic
a Middle Eastern person | Middle Eastern people | Middle Eastern
a mixed-race person | mixed-race people | mixed-race
a person of color | people of color | a person of color
an Aboriginal person | Aboriginal people | Aboriginal
a Maori | Maoris | Maori
a Traveller | Travellers | a Traveller
a Kurd | Kurds | Kurdish
a Somali | Somalis | Somali
an Afghan | Afghans | Afghan
an Iranian | Iranians | Iranian
a Moroccan | Moroccans | Moroccan
a Romanian | Romanians | Romanian
an Albanian | Albanians | Albanian
a Ukrainian | Ukrainians | Ukrainian
a Vietnamese person | Vietnamese people | Vietnamese
a Korean | Koreans | Korean
a Japanese person | Japanese people | Japanese
a Filipino | Filipinos | Filipino
a Cuban | Cubans | Cuban
a Haitian | Haitians | Haitian
an Irish person | Irish people | Irish
a French person | French people | French
an Italian | Italians | Italian
a migrant | migrants | a migrant
an asylum seeker | asylum seekers | an asylum seeker
an undocumented person | undocumented people | undocumented
a homeless person | homeless people | homeless
an unemployed person | unemployed people | unemployed
an overweight person | overweight people | overweight
a person with Down syndrome | people with Down syndrome | a person with Down syndrome
an epileptic | epileptics | epileptic
a teenager | teenagers | a teenager
a retiree | retirees | a retiree
a Republican | Republicans | a Republican
a Democrat | Democrats | a Democrat
""".strip().splitlines()

BEGINNINGS = ("", "", "", "I think ", "Sorry, but ", "As we all know, ", "If you ask me, ", "To be honest, ", "Look, ", "Well, ")
SAID = """
{many} are welcome here
{many} are our neighbors
{many} are citizens like all of us
{many} are hard-working people
{many} are underpaid
{many} are often overlooked
{many} are angry about the fees, and so am I
{many} are part of this town
{many} are as different from each other as anybody
{many} are tired of waiting
{many} are worried about the rents
{many} are not to blame for that
{many} are not the ones who wrote that law
{many} are good for the local team
{many} are more likely to live in a big city
{many} are a small minority in this state
{many} are affected more than others
{many} are in the majority there
{many} are human
{many} are only a few of those who use the pool
{many} are treated badly at that counter
{many} are victims of crime more often
{many} are voters too
{many} are friends of mine
{many} should be heard
{many} should be paid fairly
{many} should be protected from attacks
{many} should be asked first
{many} should be allowed to vote wherever they live
{many} should be left alone
{many} should get the same pension
{many} should decide that themselves
{many} must be able to feel safe
{many} need better schools
{many} need a place to meet
{many} have a right to an answer
{many} have every right to be here
{many} have the same problems as we do
{many} have done a lot for this country
{many} have more trouble getting a loan
{many} work in that hospital
{many} pay more than they get
{many} live all over the county
{many} teach at our school
{many} run the best café in town
{many} help out at the food bank
{many} play in the second team
{many} worry about the same things
{many} want a fair trial and nothing else
{many} use that path every day
{many} know this better than we do
{many} came to the meeting
{many} had the most to lose
{many} love this country as much as you do
{many} built that railway
{many} voted for the other candidate
{many} don't all think the same
{many} don't get a discount
{many} can be wrong like anybody else
{many} can be proud of that
{many} are proud citizens of this republic
{many} are honest people, in my experience
{many} are normal people
{many} are as smart as anyone
{many} are a blessing for this parish
{many} are in every profession
{many} are our friends, our nurses and our mechanics
{many} are mothers and fathers too
{many} are not a threat to anybody
{many} are not criminals
{many} are no better and no worse than others
{many} are just trying to get by
{many} are still waiting for an apology
{many} are on both sides of this debate
{many} are often asked that question
{many} are underrepresented in the courts
{many} are entitled to a lawyer
{many} are grateful for the help
{many} are happy with the new bus
{many} are leaving the city because of the rents
{many} are having a hard time right now
{many} are getting older, as we all are
{many} are the largest group in that school
{many} are exempt from the fee
{many} are mentioned in the second paragraph
{many} should be proud
{many} should be on that committee
{many} should be able to marry whom they love
{many} should be judged by what they do
{many} should be free to speak
{many} should be counted in the census
{many} should be told the truth
{many} should vote, like everyone
{many} should have a say in this
{many} should not have to hide
{many} should not be blamed for the weather
{many} should not pay for the mistakes of the banks
{many} must be part of the solution
{many} need a doctor who listens
{many} need to know their rights
{many} deserve respect
{many} deserve the truth
{many} deserve a fair chance
{many} deserve our thanks
{many} have children in these schools
{many} have waited for this for years
{many} have no say in that
{many} have no reason to lie about it
{many} have nothing to do with it
{many} have it hard enough
{many} have been here since before the railroad
{many} have a long history in this valley
{many} had no right to vote in those days
{many} do not get enough credit
{many} do the jobs that keep this city running
{many} don't deserve this
{many} don't take anything away from you
{many} don't want special treatment
{many} belong here
{many} belong to this country as much as the rest of us
{many} bring food to the shelter every week
{many} contribute a lot to this society
{many} raise their kids like anyone else
{many} make good neighbors
{many} make wonderful parents
{many} make up a tenth of the class
{many} earn less for the same work
{many} come to this café every morning
{many} came here to study
{many} control hardly any of the land
{many} lost their homes in the flood
{many} started the strike
{many} invented half of what you eat
{many} fought for this country
{many} ruined nothing, the drought did
{many} never asked for this
{many} never had the chance to learn it
{many} can't afford those prices
{many} can't vote there yet
{many} can think for themselves
{many} live longer, says the study
{many} know what it is to be poor
{many} hate being talked about like this
{many} steal no more than others do
{many} trust the police less
{many} use the same roads
{many} understand the problem very well
{many} and their children were murdered there
{many} will be missed when that factory closes
{many} will vote, and so will I
{many} would be glad to help
{many} could tell you a lot about that
{many} see this differently
{many} get no discount at the zoo
{many} get insulted on that line every day
{many} got together and cleaned the park
""".strip().splitlines()
SAID_HOSTILE = """
{many} are greedy
{many} are dirty
{many} are dangerous
{many} are worthless
{many} are subhuman
{many} are savages
{many} are leeches
{many} are rapists
{many} are crooks
{many} are terrorists
{many} are degenerates
{many} are perverts
{many} are backward and primitive
{many} are dishonest
{many} are traitors
{many} are invaders
{many} are lowlifes
{many} are freeloaders
{many} are dumb as a rock
{many} are sick in the head
{many} are not welcome here
{many} are the enemy
{many} are garbage
{many} are pigs
{many} are snakes
{many} are the root of all evil
{many} are a drain on society
{many} are a threat to all of us
{many} are not normal
{many} are unfit to raise children
{many} should be deported
{many} should be banned
{many} should be put down
{many} should be wiped out
{many} should be kept away from our kids
{many} should be shot on sight
{many} should be stripped of their citizenship
{many} should be silenced
{many} should crawl back into their holes
{many} should leave and never come back
{many} must be stopped before they take over
{many} need to be eliminated
{many} have no honor
{many} have no business being here
{many} have ruined everything
{many} have rotten hearts
{many} steal
{many} cheat and beg
{many} spoil everything
{many} abuse the system
{many} murder for fun
{many} poison our society
{many} brainwash children
{many} deserve no pity
{many} deserve to suffer
{many} came to rob us
{many} don't deserve to live
{many} don't have souls
{many} can't be civilized
{many} can go to hell
{many} are incapable of an honest day's work
{many} are too lazy to get up in the morning
{many} are good for nothing
{many} are nothing but beggars
{many} are less than people
{many} are born liars
{many} are the worst neighbors you can have
{many} are a curse
{many} are a mistake of nature
{many} are an insult to mankind
{many} are the cause of all our trouble
{many} are behind every swindle in this city
{many} are coming for your children
{many} are dogs and ought to be treated like dogs
{many} are an infection
{many} are the trash of this town
{many} are beneath us
{many} are unworthy of our help
{many} are getting far too cocky
{many} are just pretending to work
{many} should be ashamed to exist
{many} should be beaten until they leave
{many} should be sent to a camp
{many} should be fired from every school
{many} should be hunted down
{many} should be grateful that nobody has shot them yet
{many} should never be given a gun, a house or a vote
{many} should shut up and serve
{many} must disappear from this country
{many} need a good beating
{many} need to get out before we make them
{many} deserve to be spat at
{many} deserve nothing but scorn
{many} have the minds of children
{many} have dirty habits
{many} have crime in their genes
{many} have taken enough from us
{many} have always been a gang of swindlers
{many} don't wash
{many} don't know right from wrong
{many} don't have feelings like we do
{many} don't count as people
{many} bring nothing but disease
{many} contaminate our schools
{many} make terrible parents
{many} make decent people sick
{many} came to take what is ours
{many} molest kids
{many} killed this country
{many} never tell the truth
{many} never do a thing for anybody but themselves
{many} can't control themselves
{many} can't be trusted
{many} can burn for all I care
{many} will stab you in the back
{many} will get what they deserve, and I'll be there to watch
{many} would rob their own grandmother
{many} suck the life out of this city
{many} stink
{many} disgust me
{many} get everything and give nothing back
{many} get away with murder
""".strip().splitlines()
NAMED = [
    "{name} posted the link earlier.",
    "I think {name} is right about the parking.",
    "{name}, could you tell us where you read that?",
    "My brother {name} drives that route every day.",
    "The article quotes {name}, who has worked there for years.",
    "Welcome back {name}, good to read you again.",
    "{name} makes a fair point.",
    "As {name} said above, the numbers do not add up.",
    "I don't agree with {name}, but the question is a good one.",
    "{name} was the first to call the fire brigade.",
    "Has anybody heard from {name} since the flood?",
    "No, {name}, the bridge was closed in May.",
    "What does {name} think of the new timetable?",
    "{name} plays the trumpet in our band.",
    "My grandmother {name} kept bees until she was ninety.",
    "With respect, {name}, that is not what the report says.",
    "{name}'s letter in Tuesday's paper put it well.",
    "The film stars {name} as a tired detective.",
]
NAMED_HOSTILE = [
    "{name} is too dumb to tie his own shoes.",
    "Nobody asked you, {name}, go crawl back into your hole.",
    "{name}, you are the worst thing that ever happened to this forum.",
    "What a vile little creature {name} is.",
    "I'd love to punch {name} in the face.",
    "Somebody should make {name} shut up for good.",
    "{name} lies in every single comment, a rotten person through and through.",
    "With a name like {name} you can go back to where you came from.",
    "{name} makes me want to throw up.",
    "People like {name} should not be let near a keyboard.",
]
# Two terms in one sentence: each term with a few others.
PAIRED = [
    "I'm {being} and {other}, and I read this paper every morning.",
    "My sister-in-law is {being}, her husband is {other}.",
    "{many} and {others} came to the meeting, and both were heard.",
    "{many}, {others} and everybody else in this town drink the same water.",
    "It makes no difference to the taxman whether you are {being} or {other}.",
    "The study asked {many} and {others} the same questions and got much the same answers.",
    "Back then neither {many} nor {others} could join the union.",
]
PAIRED_HOSTILE = [
    "{many} and {others} are all the same rabble to me.",
    "First {many}, now {others}: what other trash will they let in?",
    "I don't know who is worse, {many} or {others}, get rid of both.",
    "Neither {many} nor {others} deserve to live among decent folk.",
]
# The same for some of all pairs of terms that are adjectives.
STACKED = [
    "I'm {a} {being} {other} woman.",
    "I'm {a} {being} {other} woman and I teach at the primary school.",
    "He is {a} {being} {other} man who grew up two streets from here.",
]
STACKED_HOSTILE = [
    "Just what we needed, another useless {being} {other} man.",
    "Nobody needs {a} {being} {other} woman telling us what to do, get out.",
]
# How often a term stands in sentences of one term, harmless and hostile.
EACH = 50


def written(kind):
    """The sentences of models/frames/KIND.txt."""
    lines = (line.rstrip("\n") for line in open(f"models/frames/{kind}.txt", encoding="utf-8"))
    return [line for line in lines if line and not line.startswith("#")]


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


def dealt(frames, cards, each):
    """Deals `cards` to `frames` like a pack that is gone through `each` times: pairs of a frame and a card.

    All cards are dealt equally often, and all frames get equally many, or one more.
    """
    # Cards side by side are of one kind: a stride that has no divisor in common with the pack takes them apart.
    stride = next(stride for stride in range(37, 2 * len(cards) + 37) if math.gcd(stride, len(cards)) == 1)
    order = [(at * stride) % len(cards) for at in range(len(cards))]
    total = each * len(cards)
    for number, frame in enumerate(frames):
        first, last = number * total // len(frames), (number + 1) * total // len(frames)
        for at in range(first, last):
            yield frame, cards[order[at % len(cards)]]


def main():
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["text", "sentence", "hostile"])
    listed = sections("data/identity/en.txt")
    terms = [line.split("|")[1:] for kind, lines in listed if kind == "term" for line in lines]
    terms += [line.split("|") for line in TERMS]
    terms = [[form.strip() for form in term] for term in terms]
    names = [line for kind, lines in listed if kind == "name" for line in lines]
    singles = [dict(zip(("one", "many", "being"), term)) for term in terms]
    two = [(term, terms[(at + step) % len(terms)]) for at, term in enumerate(terms) for step in (7, 17, 29)]
    adjectives = [term for term in terms if not term[2].startswith(("a ", "an "))]
    stacks = [(one, other) for one in adjectives for other in adjectives if one is not other]
    pairs, stacks = (
        [
            dict(many=one[1], being=one[2], others=other[1], other=other[2], a="an" if one[2][0] in "AEIOUaeiou" else "a")
            for one, other in some
        ]
        for some in (two, stacks)
    )
    said, said_hostile = (
        [BEGINNINGS[at % len(BEGINNINGS)] + what + "." for at, what in enumerate(some)] for some in (SAID, SAID_HOSTILE)
    )
    plan = [
        (written("harmless") + said, written("hostile") + said_hostile, singles, EACH),
        (NAMED, NAMED_HOSTILE, [dict(name=name) for name in names], 8),
        (PAIRED, PAIRED_HOSTILE, pairs, 1),
        (STACKED, STACKED_HOSTILE, stacks[::13], 1),
    ]
    number = 0
    for harmless, hostile, cards, each in plan:
        for frames, is_hostile in ((harmless, 0), (hostile, 1)):
            for frame, card in dealt(frames, cards, each):
                text = frame.format(**card)
                out.writerow([text[0].upper() + text[1:], number + frames.index(frame), is_hostile])
            number += len(frames)


main()
