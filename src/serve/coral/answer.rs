//! The answer of a moderation phase in the form that Coral's validator accepts: without null, and only with words that
//! it knows.

use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::serve::policy::{Action, FlagReason, Rejection, Status};

/// The action on a comment. Without one, it says that nothing was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhaseAnswer {
    actions: Vec<Flag>,
    /// If it is given, no further phase is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moderation_action: Option<ModerationAction>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Flag {
    action_type: &'static str,
    reason: FlagReason,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ModerationAction {
    status: Status,
    rejection_reason: RejectionReason,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct RejectionReason {
    code: Rejection,
    detailed_explanation: String,
}

impl PhaseAnswer {
    /// What an action requests from Coral; `why` is added if the comment is rejected, the only place for it.
    pub(crate) fn of(action: Action, why: impl FnOnce() -> String) -> Self {
        let Action { status, flag, rejection } = action;
        let rejected = status.filter(|status| *status == Status::Rejected);
        Self {
            actions: flag.map(|reason| Flag { action_type: "FLAG", reason }).into_iter().collect(),
            status,
            moderation_action: rejected.map(|status| ModerationAction {
                status,
                // Coral takes a rejection without a reason for this one.
                rejection_reason: RejectionReason {
                    code: rejection.unwrap_or(Rejection::Other),
                    detailed_explanation: why(),
                },
            }),
        }
    }

    pub(crate) fn answer(&self) -> Response {
        axum::Json(self).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::coral::tests::validator::validated;

    fn json(status: Option<Status>, flag: Option<FlagReason>, rejection: Option<Rejection>) -> String {
        let answer = PhaseAnswer::of(Action { status, flag, rejection }, || "why".to_owned());
        let json = serde_json::to_string(&answer).unwrap();
        assert_eq!(validated(&json).unwrap(), serde_json::to_value(&answer).unwrap(), "nothing is lost");
        json
    }

    #[test]
    fn every_action_is_one_that_coral_takes() {
        assert_eq!(serde_json::to_string(&PhaseAnswer::default()).unwrap(), r#"{"actions":[]}"#);
        validated(r#"{"actions":[]}"#).unwrap();
        insta::assert_snapshot!([
            json(None, Some(FlagReason::CommentDetectedToxic), None),
            json(Some(Status::SystemWithheld), Some(FlagReason::CommentDetectedSpam), None),
            json(Some(Status::Premod), None, None),
            json(Some(Status::Rejected), None, None),
            json(Some(Status::Rejected), Some(FlagReason::CommentDetectedToxic), Some(Rejection::HateSpeech)),
        ].join("\n"), @r#"
        {"actions":[{"actionType":"FLAG","reason":"COMMENT_DETECTED_TOXIC"}]}
        {"actions":[{"actionType":"FLAG","reason":"COMMENT_DETECTED_SPAM"}],"status":"SYSTEM_WITHHELD"}
        {"actions":[],"status":"PREMOD"}
        {"actions":[],"status":"REJECTED","moderationAction":{"status":"REJECTED","rejectionReason":{"code":"OTHER","detailedExplanation":"why"}}}
        {"actions":[{"actionType":"FLAG","reason":"COMMENT_DETECTED_TOXIC"}],"status":"REJECTED","moderationAction":{"status":"REJECTED","rejectionReason":{"code":"HATE_SPEECH","detailedExplanation":"why"}}}
        "#);
        for status in [Status::None, Status::Approved, Status::Rejected, Status::Premod, Status::SystemWithheld] {
            json(Some(status), None, None);
        }
        for rejection in [
            Rejection::Offensive,
            Rejection::Abusive,
            Rejection::Spam,
            Rejection::BannedWord,
            Rejection::Ad,
            Rejection::IllegalContent,
            Rejection::HarassmentBullying,
            Rejection::Misinformation,
            Rejection::HateSpeech,
            Rejection::IrrelevantContent,
            Rejection::Other,
        ] {
            json(Some(Status::Rejected), None, Some(rejection));
        }
    }
}
