// Google's client for Node, `googleapis`: it reads from the discovery document what the API is, and where. Conversation AI's
// moderator (OSMod) asks through it, and what is asked for here has the shape of what that asks for.

import assert from "node:assert/strict";
import { google } from "googleapis";

const { OMBUD_URL: url, OMBUD_KEY: key, OMBUD_COMMUNITY: community } = process.env;
const client = await google.discoverAPI(url + "/$discovery/rest?version=v1alpha1");

const analyze = async (text, attributes = ["TOXICITY"], more = {}, access = { key }) => {
  const requestedAttributes = Object.fromEntries(attributes.map((name) => [name, {}]));
  const resource = { comment: { text }, requestedAttributes, ...more };
  return (await client.comments.analyze({ ...access, resource })).data;
};
const refused = (asked, status, message, reason) =>
  assert.rejects(asked, (error) => {
    assert.equal(Number(error.status ?? error.code), status);
    const told = error.response.data.error;
    assert.equal(told.message, message);
    assert.equal(told.details[0].errorType ?? told.details[0].reason, reason);
    return true;
  });

// As OSMod asks: the article and the comment that is answered in the context, sentences, and a token.
const text = "I like it 😀. You idiot! Naïve — but fine.";
const article = "Council votes to close the harbour library\n\nThe library at the harbour closes in spring.";
const answer = await analyze(text, ["TOXICITY", "INSULT", "OFF_TOPIC"], {
  context: { entries: [{ text: article }, { text: "What does the library cost?" }] },
  languages: ["en"],
  clientToken: "OsmodAssistantV0_request7",
  spanAnnotations: true,
});
assert.deepEqual(Object.keys(answer.attributeScores).sort(), ["INSULT", "OFF_TOPIC", "TOXICITY"]);
assert.equal(answer.clientToken, "OsmodAssistantV0_request7");
for (const { summaryScore, spanScores } of Object.values(answer.attributeScores)) {
  assert.equal(summaryScore.type, "PROBABILITY");
  assert.ok(summaryScore.value >= 0 && summaryScore.value <= 1);
  const sentences = spanScores.map(({ begin, end }) => text.slice(begin, end));
  assert.deepEqual(sentences, ["I like it 😀.", "You idiot!", "Naïve — but fine."]);
}
const score = ({ attributeScores }, attribute = "TOXICITY") => attributeScores[attribute].summaryScore.value;
const [rude, kind] = [await analyze("You are a stupid idiot."), await analyze("Thank you for the timetable.")];
assert.ok(score(rude) > 0.5 && score(kind) < 0.5);
const cat = "My cat likes tuna from the new shop.";
const alone = await analyze(cat, ["OFF_TOPIC"], { context: { entries: [] } });
const there = await analyze(cat, ["OFF_TOPIC"], { context: { entries: [{ text: article }] } });
assert.ok(score(there, "OFF_TOPIC") > score(alone, "OFF_TOPIC"), "the article is not read");

await refused(analyze(""), 400, "Comment must be non-empty.", "COMMENT_EMPTY");
await refused(analyze("x", ["SPAM"]), 400, "Unknown requested attribute: SPAM", "INVALID_REQUEST");
await refused(
  analyze("x", ["TOXICITY"], {}, { key: "not a key of this server" }),
  400,
  "API key not valid. Please pass a valid API key.",
  "API_KEY_INVALID",
);
const none = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form "
  + "of API consumer identity to call this API.";
await refused(analyze("x", ["TOXICITY"], {}, {}), 403, none, "CONSUMER_INVALID");

const suggested = await client.comments.suggestscore({
  key,
  resource: {
    comment: { text: "You cretins, from Node." },
    attributeScores: { TOXICITY: { summaryScore: { value: 1 } }, INSULT: { summaryScore: { value: 0 } } },
    clientToken: "node 1",
    communityId: community,
  },
});
assert.equal(suggested.data.clientToken, "node 1");
