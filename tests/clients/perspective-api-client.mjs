// `perspective-api-client` (sloria), by an old axios: its address is fixed. Where the name leads, name.cjs says.

import assert from "node:assert/strict";
import Perspective from "perspective-api-client";

const client = new Perspective({ apiKey: process.env.OMBUD_KEY });
const rude = await client.analyze("<b>You</b> are a stupid idiot.", { attributes: ["toxicity", "insult"] });
const kind = await client.analyze("Thank you for the timetable.");
assert.deepEqual(Object.keys(rude.attributeScores).sort(), ["INSULT", "TOXICITY"]);
assert.ok(rude.attributeScores.TOXICITY.summaryScore.value > 0.5);
assert.ok(kind.attributeScores.TOXICITY.summaryScore.value < 0.5);

const long = "é".repeat(20000);
for (const [text, options, message] of [
  ["", { validate: false }, "Comment must be non-empty."],
  ["x", { attributes: ["spam"] }, "Unknown requested attribute: SPAM"],
  [long, {}, "Comment text was too many bytes. Value (40000) exceeded limit (20480)."],
]) {
  await assert.rejects(client.analyze(text, options), { name: "ResponseError", message });
}
