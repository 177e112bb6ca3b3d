"""`PyPerspective`, by requests: it posts an empty body to learn whether its key is good, and reads the spans unasked."""

import os

from PyPerspective import Perspective as library
from PyPerspective.errors import InvalidAuthKey

url, key = (os.environ[name] for name in ("OMBUD_URL", "OMBUD_KEY"))
if url not in library.base_url:
    library.base_url = url + "/v1alpha1/comments:analyze"

client = library.Perspective(key)
rude = client.get_score("You are a stupid idiot. Go away.", tests=["TOXICITY", "INSULT", "THREAT"])
kind = client.get_score("Thank you for the timetable.")
assert sorted(attribute.name for attribute in rude.attributes) == ["INSULT", "THREAT", "TOXICITY"]
assert rude["toxicity"].score > 0.5 > kind["toxicity"].score, (rude["toxicity"].score, kind["toxicity"].score)
assert rude["toxicity"].score_type == "PROBABILITY"
assert str(rude["insult"][0]) == "You are a stupid idiot. Go away.", "the span is not the whole text"
assert rude.requests_langs == ["en"] and rude.detected_langs == ["en"]
# It sends what it knows of, and that is more than the built-in model has; nor is a language refused.
assert client.get_score("Vielen Dank für den Fahrplan.", langs="de").requests_langs == ["de"]

# Its own errors cannot be made, as they take no raw_data; it has read ours by then.
for text, tests in [("", "TOXICITY"), ("x", "FLIRTATION")]:
    try:
        client.get_score(text, tests=tests)
    except TypeError as error:
        assert "ApiException" in str(error), error
    else:
        raise AssertionError(f"not refused: {text!r}, {tests}")

try:
    library.Perspective("not a key of this server")
except InvalidAuthKey:
    pass
else:
    raise AssertionError("a key that is none was taken")
