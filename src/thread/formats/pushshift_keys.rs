//! The keys that Reddit and its archives give a comment, so that what somebody added to one is told from them.

/// In the order of their bytes. A key that is missing here becomes a column, and nothing more happens.
const KEYS: &[&str] = &[
    "_meta", "all_awardings", "approved", "approved_at_utc", "approved_by", "archived", "associated_award",
    "author", "author_cakeday", "author_created_utc", "author_flair_background_color", "author_flair_css_class",
    "author_flair_richtext", "author_flair_template_id", "author_flair_text", "author_flair_text_color",
    "author_flair_type", "author_fullname", "author_is_blocked", "author_patreon_flair", "author_premium",
    "awarders", "ban_note", "banned_at_utc", "banned_by", "body", "body_html", "body_sha1", "can_gild",
    "can_mod_post", "collapsed", "collapsed_because_crowd_control", "collapsed_reason", "collapsed_reason_code",
    "comment_type", "controversiality", "created", "created_utc", "depth", "distinguished", "downs", "editable",
    "edited", "expression_asset_data", "gilded", "gildings", "id", "ignore_reports", "is_submitter", "likes",
    "link_author", "link_id", "link_permalink", "link_title", "link_url", "locked", "media_metadata", "mod_note",
    "mod_reason_by", "mod_reason_title", "mod_removed", "mod_reports", "name", "nest_level", "no_follow",
    "num_comments", "num_reports", "over_18", "parent_id", "permalink", "profile_img", "profile_over_18",
    "quarantine", "removal_reason", "removed", "replies", "reply_delay", "report_reasons", "retrieved_on",
    "retrieved_utc", "rte_mode", "rtjson", "saved", "score", "score_hidden", "send_replies", "spam",
    "steward_reports", "stickied", "subreddit", "subreddit_id", "subreddit_name_prefixed", "subreddit_type",
    "top_awarded_type", "total_awards_received", "treatment_tags", "unrepliable_reason", "updated_on",
    "updated_utc", "ups", "user_removed", "user_reports", "utc_datetime_str",
];

/// Whether a key of a line is Reddit's or its archive's own.
pub(crate) fn is_reddits(key: &str) -> bool {
    KEYS.binary_search(&key).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_order() {
        assert!(KEYS.is_sorted() && is_reddits("body") && is_reddits("_meta") && !is_reddits("stance"));
    }
}
