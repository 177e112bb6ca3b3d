"""Google's own client, google-api-python-client: it reads from the discovery document what the API is, and where."""

import os

from googleapiclient import discovery
from googleapiclient.errors import HttpError

url, key, community = (os.environ[name] for name in ("OMBUD_URL", "OMBUD_KEY", "OMBUD_COMMUNITY"))


def client(key):
    return discovery.build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key,
        discoveryServiceUrl=url + "/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    )


def analyze(text, attributes=("TOXICITY",), client=client(key), **more):
    body = {"comment": {"text": text}, "requestedAttributes": {name: {} for name in attributes}, **more}
    return client.comments().analyze(body=body).execute()


def score(answer, attribute="TOXICITY"):
    summary = answer["attributeScores"][attribute]["summaryScore"]
    assert summary["type"] == "PROBABILITY", summary
    return summary["value"]


def refused(ask, status, message, reason):
    """What is asked is refused, in a way that the client understands."""
    try:
        ask()
    except HttpError as error:
        (detail,) = error.error_details
        told = (error.status_code, error.reason, detail.get("errorType") or detail.get("reason"))
        assert told == (status, message, reason), told
    else:
        raise AssertionError(f"not refused: {message}")


# Several attributes, under the names that they were asked for by.
attributes = ["TOXICITY", "SEVERE_TOXICITY@2", "INSULT", "THREAT", "OFF_TOPIC"]
rude = analyze("You are a stupid idiot.", attributes, languages=["en"], clientToken="token 7", doNotStore=True)
kind = analyze("Thank you for the timetable.", attributes)
assert sorted(rude["attributeScores"]) == sorted(attributes), rude
assert (rude["languages"], rude["detectedLanguages"], rude["clientToken"]) == (["en"], ["en"], "token 7"), rude
assert all(0 <= score(rude, name) <= 1 for name in attributes)
assert score(rude) > 0.5 > score(kind), (score(rude), score(kind))
assert score(rude) == score(analyze("You are a stupid idiot.")), "a score depends on what else was asked for"

# Sentences, in UTF-16 code units.
text = "I like it 😀. You idiot! Naïve — but fine."
units = text.encode("utf-16-le")
spans = analyze(text, spanAnnotations=True)["attributeScores"]["TOXICITY"]["spanScores"]
sentences = [units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le") for span in spans]
assert sentences == ["I like it 😀.", "You idiot!", "Naïve — but fine."], sentences
assert max(spans, key=lambda span: span["score"]["value"]) == spans[1], spans
(whole,) = analyze(text)["attributeScores"]["TOXICITY"]["spanScores"]
assert (whole["begin"], whole["end"]) == (0, len(units) // 2), whole

# The article and the parent are read, in either form.
article = "Council votes to close the harbour library\n\nThe library at the harbour closes in spring."
comment, parent = "My cat likes tuna from the new shop.", "What does the library cost?"
alone = score(analyze(comment, ["OFF_TOPIC"]), "OFF_TOPIC")
entries = {"entries": [{"text": article}, {"text": parent}]}
named = {"articleAndParentComment": {"article": {"text": article}, "parentComment": {"text": parent}}}
there = [score(analyze(comment, ["OFF_TOPIC"], context=context), "OFF_TOPIC") for context in (entries, named)]
assert there[0] == there[1] > alone, (there, alone)

# What cannot be answered.
refused(lambda: analyze(""), 400, "Comment must be non-empty.", "COMMENT_EMPTY")
refused(lambda: analyze("x", []), 400, "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
refused(
    lambda: analyze("x", ["FLIRTATION"]), 400, "Unknown requested attribute: FLIRTATION", "INVALID_REQUEST"
)
refused(
    lambda: analyze("x" * 20481),
    400,
    "Comment text was too many bytes. Value (20481) exceeded limit (20480).",
    "COMMENT_TOO_LONG",
)
refused(
    lambda: analyze("x", context=entries | named),
    400,
    "Context can have either entries or article_and_parent_comment, but both fields were populated.",
    "INVALID_REQUEST",
)
refused(
    lambda: analyze("x", client=client("not a key of this server")),
    400,
    "API key not valid. Please pass a valid API key.",
    "API_KEY_INVALID",
)
dropped = analyze("Fine.", ["TOXICITY", "FLIRTATION"], dropUnsupportedAttributes=True)
assert list(dropped["attributeScores"]) == ["TOXICITY"], dropped


# What is suggested is kept; tests/clients.sh looks for it.
def suggest(text, value, token):
    body = {
        "comment": {"text": text},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": value}}},
        "communityId": community,
        "clientToken": token,
    }
    return client(key).comments().suggestscore(body=body).execute()


answer = suggest("You cretins, from Google's client.", 1, "google 1")
assert answer["clientToken"] == "google 1", answer
suggest("A fine idea, from Google's client.", 0, "google 2")
refused(lambda: suggest("Too sure.", 7, "google 3"), 400, "Attribute TOXICITY has no score between 0 and 1", "INVALID_REQUEST")
