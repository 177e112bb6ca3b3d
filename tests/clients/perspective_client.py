"""`perspective` (Conway), by urllib: its address is an attribute, and Google's unless it is set."""

import json
import os
from urllib.error import HTTPError

from perspective import PerspectiveAPI

url, key, community = (os.environ[name] for name in ("OMBUD_URL", "OMBUD_KEY", "OMBUD_COMMUNITY"))
client = PerspectiveAPI(key)
if url not in client.api_client.url:
    client.api_client.url = url + "/v1alpha1/{endpoint}"


def refused(ask, status, reason):
    try:
        ask()
    except HTTPError as error:
        detail = json.load(error)["error"]["details"][0]
        told = (error.code, detail.get("errorType") or detail.get("reason"))
        assert told == (status, reason), told
    else:
        raise AssertionError(f"not refused: {reason}")


scores = client.score("You are a stupid idiot.", tests=["TOXICITY", "INSULT", "PROFANITY"])
assert sorted(scores) == ["INSULT", "PROFANITY", "TOXICITY"], scores
assert scores["TOXICITY"] > 0.5 > client.score("Thank you for the timetable.")["TOXICITY"], scores

# All that it can ask for, at once.
answer = client.analyze_comment(
    "Good morning. You idiot!",
    comment_type="PLAIN_TEXT",
    context=[{"text": "Library closes", "type": "PLAIN_TEXT"}],
    requested_attributes={"INSULT": {"scoreType": "PROBABILITY", "scoreThreshold": 0.001}, "THREAT": {"scoreThreshold": 1.0}},
    span_annotations=True,
    languages=["en", "de"],
    do_not_store=True,
    client_token="token",
    session_id="session",
    community_id=community,
)
assert list(answer["attributeScores"]) == ["INSULT"], "below its threshold a score is left out"
assert [(s["begin"], s["end"]) for s in answer["attributeScores"]["INSULT"]["spanScores"]] == [(0, 13), (14, 24)], answer
assert (answer["languages"], answer["clientToken"]) == (["en", "de"], "token"), answer

refused(lambda: client.score(""), 400, "COMMENT_EMPTY")
refused(lambda: client.score("x", tests=["SEXUALLY_EXPLICIT"]), 400, "INVALID_REQUEST")
refused(lambda: client.analyze_comment("x", comment_type="HTML"), 400, "INVALID_REQUEST")

answer = client.suggest_score(
    "You cretins, by urllib.",
    {"TOXICITY": {"summaryScore": {"value": 1.0, "type": "PROBABILITY"}}, "THREAT": {"summaryScore": {"value": 0.0}}},
    client_token="urllib 1",
    community_id=community,
    languages=["en"],
)
assert (answer["clientToken"], answer["requestedLanguages"]) == ("urllib 1", ["en"]), answer

client.api_client.api_key = "not a key of this server"
refused(lambda: client.score("x"), 400, "API_KEY_INVALID")
