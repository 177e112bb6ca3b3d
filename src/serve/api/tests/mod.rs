//! What must hold of this API.

pub(crate) mod deciding;
pub(crate) mod describing;
pub(crate) mod documented;
pub(crate) mod operating;
pub(crate) mod schemas;
pub(crate) mod scoring;
pub(crate) mod streaming;

use crate::serve::fixture::{Answer, Served};

pub(crate) const TEXT: &str = "You are all idiots, and the library is none of your business.";

/// What is answered to a request that is no error.
#[track_caller]
fn posted(served: &Served, path: &str, body: &serde_json::Value) -> Answer {
    let answer = served.post(path, body.to_string());
    assert_eq!(answer.status, 200, "{path} {body}: {}", answer.body);
    answer
}

/// Status, message and field of what is refused.
#[track_caller]
fn refused(answer: &Answer) -> (u16, String, String) {
    let json = answer.json();
    let error = &json["error"];
    assert_eq!(error["code"], answer.status.as_u16(), "{}", answer.body);
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), text("message"), text("field"))
}
