//! Requests of real clients, as they were recorded, and what they must be answered.

pub(crate) mod analyzing;
pub(crate) mod any_json;
pub(crate) mod discovering;
pub(crate) mod refusing;
pub(crate) mod suggesting;

use serde_json::Value;

use crate::serve::fixture::{Answer, Served};

const ANALYZE: &str = "/v1alpha1/comments:analyze";
const SUGGEST: &str = "/v1alpha1/comments:suggestscore";

impl Served {
    fn analyze(&self, body: &Value) -> Answer {
        self.post(ANALYZE, body.to_string())
    }

    /// The answer to what must be answered.
    fn analyzed(&self, body: &Value) -> Value {
        let answer = self.analyze(body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    fn suggest(&self, body: &Value) -> Answer {
        self.post(SUGGEST, body.to_string())
    }
}

/// The score of a whole text.
fn summary(answer: &Value, attribute: &str) -> f64 {
    let score = &answer["attributeScores"][attribute]["summaryScore"]["value"];
    score.as_f64().unwrap_or_else(|| panic!("{attribute}: {answer}"))
}
