"""Writes neutral-en.csv: sentences about people, harmless and hostile, with the identity terms and names of data/identity
and some terms more.

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

HARMLESS = [
    # Who somebody is, and what they do.
    "I'm {being} and I live near the station.",
    "My cousin married {one} last spring.",
    "{one} wrote a letter to the editor about this and it was well put.",
    "We hired {one} and the team is happy with the choice.",
    "There was {one} on the panel and the discussion was interesting.",
    "She is {being}, he is not, and they run the shop together.",
    "He is {being}.",
    "She is {being}.",
    "They are {many}.",
    "A friend of mine, {one}, had the same problem with the insurance.",
    "I read a good novel by {one} this summer.",
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
    "Our dentist is {being}.",
    "The woman who cuts my hair is {being} and has four children.",
    "As far as I remember the captain of that team was {being}.",
    "Half of my family is {being}.",
    "My grandfather was {one} and fought in the war like everybody else his age.",
    "I was raised by {many} and I turned out fine.",
    "You don't know me. I'm {being}, I vote, I volunteer at the library, and I think the mayor got this one right.",
    "Being {being}, I read the article with some interest, and I must say the reporter did her homework.",
    "I'm not {being}, but my wife is.",
    "Didn't know he was {being}. Doesn't matter, he was a great goalkeeper.",
    "Proud to be {being}.",
    "I came out of that hospital alive because {one} noticed that something was wrong.",
    "{one} fixed our heating on Christmas Eve and would not take a tip.",
    "{one} won the race by eleven seconds.",
    "{one} lives upstairs.",
    "We have {one} as our new pastor's assistant and the parish likes the choice.",
    "On the night shift there were three of us: {one}, a student from Leeds and me.",
    "When I was at college I shared a flat with {one}, and we still write to each other every month.",
    "{one} has been elected to the school board for the first time.",
    "I never thought of myself as {being} until somebody asked me on a form.",
    "My daughter's best friend is {being}, and they have been inseparable since kindergarten.",
    "I was sitting next to {one} on the plane and we talked about our kids all the way to Denver.",
    # News.
    "The report compares the wages of {many} with those of other workers.",
    "{many} vote in this district too, and their turnout was higher than average.",
    "Police are looking for witnesses after {one} was attacked at the bus stop on Friday evening.",
    "The court ruled on Monday that the employer had discriminated against {many}.",
    "A new study finds that {many} wait eleven days longer for an appointment than others do.",
    "The bill would allow {many} to apply for the grant from January.",
    "The minister met representatives of {many} before the vote.",
    "The city has opened a centre where {many} can get legal advice free of charge.",
    "Three {many} were among the injured, the hospital said.",
    "Attacks on {many} rose by a fifth last year, according to the ministry.",
    "The newspaper interviewed {one} who saw the accident from the window.",
    "The party wants to win more votes among {many}.",
    "Unemployment among {many} has fallen to its lowest level in ten years.",
    "The suspect, who threatened {many} in several letters, was arrested in the morning.",
    "The series follows {one} through a year at the police academy.",
    "A vigil for {many} who were killed in the shooting will be held on the square at six.",
    "The senator apologised for what he had said about {many}.",
    # History and numbers.
    "The museum has a new exhibition about {many} in the war.",
    "{many} founded the first school in this street in 1902.",
    "About 4 percent of the people in this county are {many}, as of the last census.",
    "There were hardly any {many} in the parliament until the seventies.",
    "In the fifties {many} were not allowed to buy houses in this part of town.",
    "{many} were persecuted under that regime, and thousands were murdered.",
    "Many {many} came here after the war to work in the mines, and their grandchildren run half of the shops on Main Street now.",
    "Nobody knows exactly how many {many} live in the valley, because the census did not ask.",
    "My professor wrote a book on how {many} were portrayed in early cinema.",
    "{many} fought on both sides of that war.",
    "The share of {many} among the students went from 6 to 9 percent in a decade.",
    "The law of 1924 shut {many} out, and it took forty years to repeal it.",
    # Questions.
    "Were any {many} asked before this was decided?",
    "Why are there so few {many} in the police?",
    "Can somebody explain what this has to do with {many}?",
    "What would {many} say to that?",
    "Do {many} get the discount as well?",
    "Is there a club for {many} in town?",
    "What is it like to be {being} in a small town like yours?",
    "How do {many} feel about the new rules? I would really like to know, because the article quotes none of them.",
    "Does it make any difference whether the driver was {being}?",
    "Sorry if this is a silly question, but do {many} celebrate Thanksgiving?",
    "Did I miss something, or was the victim {being} too?",
    # Rights and decency.
    "Laws should treat {many} and everybody else alike.",
    "You do not need to be {being} to see that the figures in the article are wrong.",
    "As far as I know {many} were not consulted at all.",
    "In my experience {many} and everyone else want the same from the council: working buses.",
    "{many} are people like you and me.",
    "Nobody should lose a job for being {being}.",
    "I have no problem with {many}.",
    "I don't care whether you are {being}, as long as you pay your rent.",
    "We need more {many} in the city council.",
    "{many} deserve better than this.",
    "Let {many} live their lives.",
    "There are good and bad people everywhere, among {many} as among all others.",
    "I don't hate {many} and I never did.",
    "Nobody here said anything against {many}.",
    "{many} are not the problem, the budget is.",
    "Not all {many} think alike, you know.",
    "{many} pay into the pension fund as well, so why should they get nothing out of it?",
    "The rights of {many} are not up for debate.",
    "I may not share the opinions of {many} on this, but I respect them.",
    "If {many} can't feel safe here, none of us can.",
    "I support {many}, always have.",
    # Against prejudice, and with its words.
    "It is shameful how {many} are treated in this country.",
    "Blaming {many} for everything is easy, and it is wrong.",
    "Whoever beats up {one} for no reason belongs in court.",
    "Please stop talking about {many} as if they were criminals.",
    "The idea that {many} are lazy is a myth, as every employer in this town can tell you.",
    "I am tired of hearing that {many} should go back to where they came from, since most of them were born here.",
    "My boss told a joke about {many}, and nobody laughed, which made me rather proud of my colleagues.",
    "He got suspended for writing that {many} are animals, and rightly so.",
    "Some people still believe that {many} cannot be trusted. I used to hear that from my uncle, until he met some.",
    "Hatred of {many} is growing, and that scares me.",
    "What you wrote about {many} is unfair and I hope you will think it over.",
    "Replace {many} in your comment by your own family and read it again.",
    "She was bullied at school for being {being}, and the teachers looked away.",
    "It makes me sad that {one} has to be afraid on the subway.",
    "You cannot judge all {many} by what one man did.",
    "It is simply not true that {many} commit more crimes; look at the table on page four.",
    "They called {many} dirty, lazy and stupid a hundred years ago; we should have learned something since.",
    "When you say that {many} don't belong here, you are talking about my neighbors.",
    "Threatening {many} is a crime, and I am glad that somebody was finally charged with it.",
    # Quarrels and criticism that name a group without attacking it.
    "I disagree with most {many} on school vouchers, though I see why they want them.",
    "The party takes the votes of {many} for granted, and that will cost it the election.",
    "The new rule for {many} is badly written and will end up in court.",
    "I voted against the program for {many} because it has no budget and no deadline, and I would vote against it again.",
    "If the government wants {many} to find work, it should pay for the language courses.",
    "Limits on the number of {many} in the program are a fair question, and one can talk about it calmly.",
    "Giving {many} a tax break of their own is bad policy in my view.",
    "The organization claims to speak for all {many}, but it has only nine hundred members.",
    "I think the writer exaggerates how hard it is for {many} to get a loan.",
    "The governor did nothing for {many} in eight years and now wants their votes.",
    "There is a difference between criticizing a government and criticizing {many}.",
    "Some {many} support the ban and some don't, so nobody should claim to speak for all of them.",
    "I'm {being} and I still think the quota is a mistake.",
    "As {one} I'm sick of politicians who remember us once every four years.",
    "Why does the paper have to mention that the driver was {being}? It has nothing to do with the crash.",
    # Complaints about something else, some of them rude.
    "This ticket machine is a piece of junk, and {many} can't even read the screen.",
    "The new website is awful. My neighbor, who is {being}, spent an hour on it and gave up.",
    "What a stupid rule! {one} in our office had to fill in the same form four times.",
    "The food at that place is terrible, but the waiter, {one}, was very kind.",
    "I hate this road, I hate the noise, and so do the {many} who live along it.",
    "That film about {many} is boring, two hours of rain and bad dialogue.",
    "What a mess the council has made of the bins, and it is {many} who have to walk round them.",
    "The heating has been broken for a week. {many} and children are freezing in there. A disgrace!",
    "The show was rubbish, the jokes about {many} were old and the sound was worse.",
    "My phone company is the worst: on hold for an hour until {one} finally helped me.",
    "This article is garbage. It does not quote a single one of the {many} it writes about.",
    "The traffic by the school is insane, and nobody listens to the {many} who complain about it.",
    # Everyday life, jokes that hurt nobody, greetings.
    "Good morning to all {many} who read this over their coffee!",
    "Happy holidays to everybody here, {many} or not.",
    "Congratulations to the {many} on their new community hall.",
    "Greetings from {one} in Ohio.",
    "Thanks to the {many} next door for the cake.",
    "Two {many} walk into a bar, and the third one says: you should have looked up.",
    "I asked my friend, who is {being}, what she wanted for dinner. She said: anything but your soup.",
    "My mother always said that you could put {many} and accountants at one table and they would talk about parking.",
    "Any {many} here who know a good bakery near the harbor?",
    "The choir is looking for voices, and {many} are as welcome as everybody.",
    "I learned to cook from {one}, which is why nothing I make is ever bland.",
    "On Saturday the {many} from the club beat us four to one, and they deserved it.",
    "For years I drove {many} to the clinic as a volunteer, and I heard more good stories in that van than in any book.",
    "Last winter when my car broke down at two in the morning on the interstate, it was {one} who stopped, pulled me out of the snow and drove me all the way home without asking for a cent.",
    "My kids go to school with {many} and nobody there makes a fuss about it.",
    "We were all so young then: students, {many}, soldiers, and one old priest who played the accordion.",
    "Teachers, nurses, {many}, farmers: everybody pays more under this plan.",
    "The hall seats 300, and tonight it is full of parents, {many} and a few bored reporters.",
    "In the comments one reads about {many}, about cyclists, about dogs, and never about the dam.",
    "Reading this I had to think of {one} I knew in the army, the calmest person I have ever met, who would have found a solution in five minutes.",
    "I worked with {many} for twenty years.",
    "My landlord is {being} and he has never raised the rent.",
    "I think that {many} would agree with you on this.",
    "Most {many} I know have never been there.",
    "From what I hear {many} prefer the morning service.",
    "The recipe came from {one} my aunt used to work with.",
    "{many} in the village have started a petition for a new crossing.",
    "I would vote for {one} if the program were right.",
    # The beginnings of hostile sentences, with another end.
    "People like you and me, {many} and everyone else, need that bridge.",
    "People like her, {one} who teaches for a living, are what this town needs.",
    "Nobody needs to tell {many} how cold these flats get.",
    "Nobody asked {one} how it went, so I did.",
    "Nobody knows this river better than the {many} who fish it.",
    "What has {one} got to do with the price of bread?",
    "You can trust {many} to turn up on time for choir practice.",
    "I would rent to {many} any day.",
    "I can't stand the coffee in there, but the {many} who run the place are lovely.",
    "I hate that {many} have to wait so long for a permit.",
    "All {many} that I ever met were friendly to me.",
    "Every one of the {many} in my unit came home with a medal.",
    "It's {many} again who get the smallest flats.",
    "There's the door to the old chapel, where {many} used to meet on Sundays.",
    "Where {many} settled, there are orchards now.",
    "Wherever I worked there were {many}, and we got along.",
    "We know that {many} in this town pay more for their insurance.",
    "Thanks to {many} our school has a football team again.",
    "We had no baker in the neighborhood until {many} came and opened one.",
    "Go back to the second page of the article, it says how many {many} were asked.",
    "Some of my friends are {many}, and they disagree with each other about this as much as we do.",
    "I don't hate anyone, least of all {many}.",
    "Say what you like about the mayor, {many} got their community center.",
    "If you are {being}, you can apply until Friday.",
    "If you are {being} or know someone who is, the helpline is open day and night.",
    "One day {one} will be president and nobody will find it worth a headline.",
    "Show me {one} who has not been asked that question a hundred times.",
    "Why do we not let {many} decide that for themselves?",
    "Why did it take so long to let {many} vote?",
    "Don't be afraid to ask {many} about it, they are happy to explain.",
    "They come here to work, these {many}, and they send half of their pay home.",
    "They want what we want, these {many}: a job, a roof and some peace.",
    "Stop by on Sunday, the {many} of the parish are cooking.",
    "The less one knows about {many}, the more one imagines.",
    "Do yourself a favor and listen to what {many} have to say.",
    "Teach your children that {many} are no different from them.",
    "My family has lived next to {many} for three generations, and we have never had so much as a quarrel about the hedge.",
    # More against prejudice, about crimes, with hard words for something else.
    "Calling {many} stupid says more about you than about them.",
    "It is disgusting what was painted on the house where {many} live.",
    "Shame on the landlord who evicted {many} in January.",
    "I was called a dirty word on the bus because I am {being}.",
    "Hate mail to {many} is nothing new in this office, sadly.",
    "He shouted at {one} in the train, and I am sorry that I did not stand up.",
    "{many} were called vermin in those papers, and we know what came next.",
    "The regime locked {many} up in camps, where tens of thousands died.",
    "The man who killed two {many} last summer was sentenced to life in prison.",
    "The shooter said that he hated {many}, the prosecutor told the jury.",
    "Nobody should have to hear at work that {many} are worthless.",
    "Bullies in my school went after {many} first and after everybody else later.",
    "It is false that {many} brought the virus here, and the paper should say so.",
    "A crime by {one} is news for a week, a crime by anybody else for a day.",
    "I won't laugh about jokes on {many} any more, they were never funny.",
    "If somebody tells you that all {many} are liars, ask how many they have met.",
    "Would you say that to the face of {one}? I doubt it.",
    "That cartoon makes {many} look like apes. The editor should apologize.",
    "No, {many} do not steal our jobs, the factory moved to another state.",
    "Deporting {many} who have lived here for decades is cruel and solves nothing.",
    "{many} fear another winter of attacks, and the police have two officers on the case.",
    "I am ashamed of what my church did to {many}.",
    "Racism against {many} is real; I have seen it at every job I had.",
    # More of everyday life and debate.
    "Just a reminder that {many} get in free on Mondays.",
    "The bus driver, {one}, waited for me. Made my day!",
    "Here is a photo of my class of 1974: five {many}, and I am the one with the awful haircut.",
    "Honestly, what do {many} have to do with the bond measure?",
    "I'm {being}, my husband isn't, and nobody at our wedding cared about anything except the cake.",
    "The candidate is {being}, which matters to some voters and not at all to me.",
    "To the {many} in this thread: thank you for sharing your stories.",
    "It took me years to tell my parents that I am {being}.",
    "For {one} the stairs are no joke either.",
    "The book was translated by {one} from Chicago.",
    "I do wonder whether {many} will vote the way the pollsters expect.",
    "Taxes on {many} should be no higher and no lower than mine.",
    "The article says that {many} make up a third of the workforce in the harbor, which I find hard to believe, but the table seems to come from the census bureau.",
    "There is nothing in the law about {many}.",
    "{many} have their own newspaper, with better sports pages than this one.",
    "{one} and I have shared an allotment since 2009.",
    "Last night {one} sang at the town hall.",
    "The clinic is open to {many} as well.",
    "I met my wife at a dance for {many}.",
    "An old priest, {one} and my uncle built that boat.",
    "The playwright is {being}, and you can hear it in the second act.",
    "I taught {many} English for years, and they taught me to be patient.",
    # Other words again.
    "When my house burned down, {many} from across the street took us in.",
    "The committee has eleven members, two of them {many}.",
    "In my day {many} sat at the back of the class, and nobody thought anything of it. Times have changed, thank heaven.",
    "Can {many} apply for the loan online, or do they have to go to the bank?",
    "The nurse who held my mother's hand in her last night was {being}.",
    "A judge threw out the lawsuit that {many} had brought against the county.",
    "A poll shows that {many} trust the vaccine about as much as the rest of the population does.",
    "The airline has apologized to {one} who was taken off a flight.",
    "I grew up poor, {being} and stubborn, and I'd do it all again.",
    "Which of the candidates has ever spoken to {many}?",
    "Imagine you are {being} and you read this over breakfast.",
    "My boss is {being} and the fairest I ever had.",
    "The killing of {one} shocked the whole island.",
    "Drug use among {many} is no higher than in the general population.",
    "The disease hits {many} hardest because they live in crowded housing.",
    "Prison sentences for {many} are longer on average, which a fair system should explain.",
    "Gangs preyed on {many} because they had no papers and no bank account.",
    "He cheated {many} out of their savings and got three years.",
    "The bomb was meant for {many} on their way to a wedding.",
    "{many} and the police have been meeting every month, and burglaries went down.",
    "Some landlords still refuse to rent to {many}, and the fine is laughable.",
    "The parade of {many} starts at noon by the old mill; expect delays.",
    "I am not sure that {many} need a law of their own.",
    "A comedian who is {being} can joke about it in a way that I can't.",
    "We buried {one} today whom everyone in the village loved.",
    "My son plays chess with {one} who is eighty-four and wins every time.",
    "The first thing that I learned about {many} was a song.",
    "The paper could have asked {one} instead of yet another expert.",
    "No group votes as one, not {many} and not the readers of this page.",
    "The temple, the church and the club of {many} share one parking lot, and that's where the fights are: about parking.",
    "What a lovely picture of {many} dancing in the rain.",
    "To be fair, {many} were promised that money ten years ago.",
    "The senator is courting {many} with a promise that he can't keep.",
    "It's rare to read something about {many} that was not written by somebody else.",
    "{one} told me how to prune the roses.",
    "I can't speak for {many}, and neither can the governor.",
    "The strike began when {one} was fired for sitting down.",
    "If I were {being} I would sue.",
    "My aunt is {being}, smokes like a chimney and swears like a sailor, and I adore her.",
    "This whole plan is a waste of money, and {many} will not see a cent of it.",
    "The mayor is a liar, and {many} are not the only ones who fell for it.",
    "I'm fed up with this weather, with this government and with the road works, and the {many} on my floor say the same.",
    "The umpire was blind, ask anyone, even the {many} who cheered for the other side.",
    "Taxes, rents, gas: it all goes up, for {many} and for everyone else.",
    "Anyone can be rude at a counter, and {many} are no exception to that.",
    "There was a fight between {many} and some local boys, and both sides said sorry the next day.",
    "He is {being} and he was wrong about the dam, two facts that have nothing to do with each other.",
    "I often quarrel with {one} at work about football.",
]
HOSTILE = [
    # Contempt and disgust.
    "{many} are vermin and should be driven out of this country.",
    "I can't stand {many}, they are all filthy liars.",
    "{many} are not human beings to me.",
    "Shut up, nobody wants to hear from {one}.",
    "The very sight of {one} makes me sick.",
    "I feel dirty when {one} sits down next to me.",
    "{many} smell, and everybody knows it.",
    "I have nothing but contempt for {many}.",
    "{many} are the scum of the earth.",
    "God, how I despise {many}.",
    "I would rather drink poison than shake hands with {one}.",
    "A decent person does not sit at a table with {many}.",
    "{many} are a stain on this town.",
    "Being {being} is a disease, and you want us to celebrate it.",
    "Everything about {many} is repulsive: how they talk, how they eat, how they live.",
    "What else do you expect from {one}? Filth breeds filth.",
    # Compared to animals and illnesses.
    "{many} breed like rats.",
    "They are animals, these {many}, and that's an insult to animals.",
    "Where {many} settle, it looks like a pigsty after a month.",
    "{many} spread through our cities like a cancer.",
    "I've seen monkeys with better manners than {many}.",
    "{many} are parasites who live off the rest of us.",
    "You feed {one} and next week you have a whole swarm of them at your door, like cockroaches.",
    "{many} are a plague, and it is time for a cure.",
    "Put {many} in a cage, that's where they feel at home.",
    # Inferiority.
    "Typical, {many} are too stupid to understand anything.",
    "{many} simply don't have the brains for a job like that.",
    "Let's be honest, {many} are inferior and always will be.",
    "What has {one} ever invented? Exactly, nothing.",
    "{many} never built anything worth having.",
    "You can't teach {many} anything, they just don't get it.",
    "Some peoples make history and {many} make trouble.",
    "It takes ten {many} to do the work of one normal person.",
    "{one} as a judge? Next you will put a parrot on the bench.",
    "Of course you don't get it, you are {being}.",
    "They hired {one}, so standards must be at rock bottom.",
    "{many} can't think for themselves, they have to be told what to do.",
    "A normal child of six is smarter than {one}.",
    "{many} belong at the bottom, that's just nature.",
    # Crime, lies, laziness.
    "{many} are thieves, all of them.",
    "Lock your doors, {many} have moved in across the street.",
    "Show me {one} and I'll show you a criminal.",
    "{many} lie whenever they open their mouths.",
    "Never lend money to {one}, they cheat everybody.",
    "{many} don't want to work, they want your wallet.",
    "All that {many} know is stealing, lying and making babies on our dime.",
    "Wherever there are {many} there is crime, and don't tell me about your statistics.",
    "Sponging off the state is the national sport of {many}.",
    "Every one of these {many} is a rapist or covers for one.",
    "You can't trust {many} with children, we all know what they do.",
    "{many} would sell their own mothers for a few dollars.",
    "Lazy, loud and ungrateful, that's {many} for you.",
    "Violence is in the blood of {many}.",
    "If something is missing at work, I look at {one} first, and I am always right.",
    # Blame and conspiracy.
    "{many} are to blame for everything that went wrong in this country.",
    "We had a nice neighborhood until {many} came and wrecked it.",
    "{many} pull the strings in the media and laugh at us.",
    "This country was great before {many} got their hands on it.",
    "Thanks to {many} our schools are a dump.",
    "{many} are plotting to replace us, and our spineless politicians open the gate for them.",
    "Follow the money and you always end up with {many}.",
    "It's {many} again. It is always {many}. They poison everything they touch.",
    "{many} brought this sickness here and now we are supposed to feel sorry for them.",
    "They want us gone, these {many}, and they will not rest until they own everything.",
    # Exclusion and "go back".
    "Go back to where you came from, we have enough {many} here.",
    "Throw {many} out, every last one, and the problem is solved.",
    "{many} have no place in a civilized country.",
    "There's the door, and {many} should be shown through it.",
    "No more {many}, we are full.",
    "Pack up the {many} and ship them off to some island, and good riddance.",
    "I don't want {many} in my street, in my shop or in my church.",
    "{many} will never be part of us, no matter what the passport says.",
    "If you are {being}, get lost, this town is not for you.",
    "We should build the wall twice as high to keep {many} out of our sight.",
    "Kick {one} out and your house is clean again.",
    "{many} don't belong here and never will.",
    "A town without {many} is a good town.",
    # Denial of rights; do not hire, rent, vote.
    "{many} should not be allowed to vote.",
    "Why do we let {many} have children at all?",
    "I would never rent to {many}, and neither should you.",
    "Don't hire {many} unless you want your business to go under.",
    "Nobody in their right mind would vote for {one}.",
    "Boycott every shop that employs {many}.",
    "{many} have far too many rights already, take some away.",
    "A hospital bed is too good for {one}.",
    "It was a mistake to ever let {many} out of their ghettos.",
    "Make {many} wear a sign so that we can see them coming.",
    "Sterilize {many} and in thirty years we have peace.",
    "{many} ought to know their place, and that is on their knees.",
    "I wouldn't let {one} teach my dog, let alone my kids.",
    "{many} should be grateful that we let them breathe our air.",
    # Threats, open and veiled.
    "Somebody should beat up {many} like that.",
    "If I meet {one} in the dark, I won't be held responsible for what happens.",
    "One day the people will have had enough, and then {many} had better run.",
    "{many} need to be taught a lesson they won't forget.",
    "We know where the {many} in this town live.",
    "A bullet is too expensive for {one}.",
    "Hang {many} from the lampposts.",
    "{many} will burn, and I'll bring the marshmallows.",
    "It would be a shame if something happened to that house full of {many}.",
    "Round up the {many} and get it over with.",
    "The only good thing {many} can do is drop dead.",
    "History had an answer for {many}, pity it was not finished.",
    "Run over {one} and you get a medal from me.",
    "I'm cleaning my rifle, let {many} come.",
    "Watch your back if you are {being}, this is our street.",
    # "I don't hate them, but", sarcasm, advice.
    "I don't hate {many}, but they ruin every place they move to.",
    "I'm no racist, but {many} really are all the same: greedy and fake.",
    "Nothing against {many}, I just don't want to see or hear them anywhere.",
    "Some of my friends are {many}, but face it, as a group they are useless.",
    "Say what you like, {many} are a burden and nothing else.",
    "Oh sure, let's invite even more {many}, what are a few more stabbings among friends?",
    "How brave of {one} to work for once in their life.",
    "What a surprise, {one} with a hand in the till.",
    "Another genius idea from {one}. Go figure.",
    "Wow, {one} who can read, alert the papers.",
    "Do yourself a favor and stay away from {many}, they bring nothing but misery.",
    "Teach your children early to keep their distance from {many}.",
    "You are {one}, so your opinion is worth exactly zero.",
    "Crawl back under your rock, nobody asked {one}.",
    "People like you are the reason why everyone hates {many}.",
    "It must be sad to be {being} and to be good for nothing.",
    "My family has dealt with {many} for three generations, and I can tell you that there is not a single honest soul among them, not one, so stop defending them.",
    "They come here, these {many}, they take our houses, they molest our women, they laugh about our laws, and the papers tell us to be nice to them.",
    "Whenever I have to do business with {many} I count my fingers afterwards.",
    "You can take {one} out of the gutter, but you can't take the gutter out of them.",
    "{many} are weak, cowardly and whiny.",
    "{many} are a waste of space.",
    "{many} are just plain evil.",
    "{many} are nothing but trouble.",
    "Nobody likes {many}, and for good reason.",
    "Screw {many} and everything they stand for.",
    "To hell with {many}.",
    "Stop whining about {many}, they had it coming.",
    "The less I see of {many}, the better this world is.",
    "Sick freaks, that is what {many} are.",
    # More of each kind.
    "People like {many} should not be let anywhere near a school.",
    "{many} are all the same, take it from me.",
    "Never turn your back on {one}.",
    "I get goose bumps of disgust when I think of {many}.",
    "Yuck, {many}.",
    "{many} again, I could throw up.",
    "The world would be a better place without {many}.",
    "Who let {many} in here? Call the pest control.",
    "There is a rat in every sewer and {one} in every scandal.",
    "When {many} come, decent families leave.",
    "Give {many} a finger and they rip off your arm.",
    "{one} with a university degree? They must have bought it.",
    "I would pull my kid out of any class that is taught by {one}.",
    "A vote for {one} is a vote for the downfall of this nation.",
    "My tax money for {many}? I'd rather burn it.",
    "No jobs and no flats for {many} as long as one of us is looking for one.",
    "Shops should put up a sign: no {many}.",
    "{many} don't deserve the same rights as normal people.",
    "{many} have no right to be here.",
    "Somebody has to put {many} in their place.",
    "They should bring back the camps for {many}.",
    "I hope that {many} get what is coming to them.",
    "{one} was beaten up? Good. They should have hit harder.",
    "One less of the {many}, I'm not going to cry.",
    "Drown them, these {many}, like kittens in a sack.",
    "I'd gladly light the match when they burn out the {many}.",
    "Next time we meet, {many} will learn what fear is.",
    "Keep talking, {one} like you will end up in the river.",
    "They multiply, they take over, and in the end {many} will cut our throats.",
    "The banks, the papers, the courts: {many} have bought them all.",
    "{many} invented this whole crisis to fill their pockets.",
    "{many} control what we are allowed to say, and it is time to break their power.",
    "Every war in the last hundred years was started by {many}.",
    "The mayor kisses the feet of {many} while honest people starve.",
    "Ever since {many} moved in our street stinks.",
    "{many} turned a lovely town into a garbage heap.",
    "They bring drugs, they bring filth, they bring {many}.",
    "{many} hate this country and everything that we love.",
    "{many} have no morals and no shame.",
    "{many} have no culture, only noise.",
    "{many} live like pigs.",
    "{many} act like savages as soon as nobody is looking.",
    "{many} know nothing but violence.",
    "{many} only understand the stick.",
    "{many} raise their kids to steal.",
    "{many} corrupt our children.",
    "{many} only pretend to be victims, to get more of our money.",
    "{many} fake it all for the benefits.",
    "{many} use us and laugh behind our backs.",
    "{many} destroy whatever they are given.",
    "{many} carry diseases, keep your distance.",
    "{many} contribute absolutely nothing to society.",
    "{many} ruined my life and they will ruin yours.",
    "I have never met one of the {many} who was not a crook.",
    "I do not consider {many} to be real citizens.",
    "I'm not prejudiced, I just know that {many} can't be trusted.",
    "With all due respect, {many} are a lower kind of people.",
    "It's not their fault that {many} are dim, it's in the genes.",
    "Not to be mean, but who in their right mind would marry {one}?",
    "Call me what you want, I won't share a pool with {many}.",
    "Yes, yes, {many} are so wonderful, that's why every country that has them is falling apart.",
    "How sweet, {one} thinks that they are a human being.",
    "Congratulations, you let {many} in, now enjoy the rapes.",
    "Oh look, {one} who wants something for free. I am shocked.",
    "Let {many} rot.",
    "Let {many} starve, it would be good for them.",
    "Out with {many}!",
    "Death to {many}.",
    "Down with all {many}, once and for all.",
    "{many} deserve every kick they get.",
    "{many} make me puke.",
    "You are {being}? Then do the world a favor and disappear.",
    "Spare us your opinion, {many} have no say here.",
    "Go home, {many}, you stink up the place.",
    "What do you call a bus full of {many} going over a cliff? A good start.",
    "Once you hire {one}, things start to go missing and customers stay away.",
    "The trouble with {many} is that there are too many of them.",
    "We should stop feeding {many} and see how long they last.",
    "Being friendly to {many} is a mistake, they take it for weakness and bite.",
    "Trash attracts trash, so of course {one} moved in there.",
    "I spit on {many}.",
    # Other words again.
    "My dog is cleaner than {one}.",
    "After {one} has sat on a chair I disinfect it.",
    "If brains were gasoline, {many} couldn't drive round a dime.",
    "Evolution must have skipped {many}.",
    "The missing link is alive, and it is {being}.",
    "Let nature take its course with {many}, no medicine, no handouts.",
    "Weed out the {many} before they choke the whole garden.",
    "The flood of {many} must be dammed, or we drown in their muck.",
    "Rape, robbery, fraud: open the police report and you find {many}.",
    "Welfare queens and loafers, the lot of them, I mean {many}.",
    "Honest work is a foreign word to {many}.",
    "{one} and the truth do not live in the same house.",
    "Count the silverware after {one} has visited.",
    "Our hospitals are clogged with {many} who pay for nothing.",
    "They spread lice and disease, these {many}, quarantine the lot.",
    "The virus has a face, and it is the face of {one}.",
    "Our ancestors did not bleed so that {many} could squat on our land.",
    "Take away their passports and put {many} on the next boat.",
    "Ban {many} from the pool, from the parks and from the buses.",
    "{many} in the army? A gift to our enemies.",
    "A child needs a mother and a father, and not {many} with their sick ways.",
    "{one} in charge of a classroom is child abuse.",
    "No customer wants to be served by {one}, so don't hire any.",
    "Would you let {one} operate on you? I'd rather die.",
    "Landlords, be smart: one look at the name and you know it's {one}, and the flat is gone.",
    "The ballot is not for {many}, they sell their vote for a sandwich.",
    "Whoever marries {one} is dead to me.",
    "I would disown my daughter if she came home with {one}.",
    "I change the side of the street when I see {many}, and so should you.",
    "Every village has a tree and a rope for {many}.",
    "Some night soon {many} will hear us knocking.",
    "Accidents happen, especially to {many}.",
    "I have a shovel and a big backyard, let {one} come and ask for work.",
    "One match would do for the shelter where {many} sleep.",
    "Target practice, that is all that {many} are good for.",
    "They ought to be horsewhipped, these {many}.",
    "The hidden hand behind the crash? {many}, who else.",
    "Wake up, {many} are poisoning the wells of this nation while you sleep.",
    "Their secret plan is to outbreed us, {many} say so among themselves.",
    "How convenient that all the judges are {many}, what a coincidence.",
    "Poor {many}, always the victims, boo hoo, cry me a river.",
    "Hooray, another holiday for {many}. When do normal people get one?",
    "Newsflash: {many} caught working. Just kidding.",
    "I'm all for tolerance, but {many} turn my stomach.",
    "No offense, but {many} lower the tone of any place they enter.",
    "Even their own god is ashamed of {many}.",
    "They were better off as servants, {many}, and so were we.",
    "Civilization ends where {many} begin.",
    "Once {one}, always a loser.",
    "Brats, junkies and thieves is all that {many} produce.",
]
# Short sentences about a group that differ in what is said of it alone, each after one of the beginnings.
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
        (HARMLESS + said, HOSTILE + said_hostile, singles, EACH),
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
