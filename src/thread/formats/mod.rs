//! Formats of other programs, one a file.

pub(crate) mod activitystreams;
pub(crate) mod argilla;
pub(crate) mod articles;
pub(crate) mod bluesky;
pub(crate) mod commento;
pub(crate) mod coral;
pub(crate) mod coral_graphql;
pub(crate) mod coral_mongo;
pub(crate) mod discourse;
pub(crate) mod doccano;
pub(crate) mod facebook;
pub(crate) mod fasttext;
pub(crate) mod hacker_news;
pub(crate) mod hacker_news_items;
pub(crate) mod isso;
pub(crate) mod json_ld;
pub(crate) mod label_studio;
pub(crate) mod lemmy;
pub(crate) mod mastodon;
pub(crate) mod prodigy;
pub(crate) mod pushshift;
pub(crate) mod pushshift_keys;
pub(crate) mod pushshift_line;
pub(crate) mod reddit;
pub(crate) mod reddit_text;
pub(crate) mod registry;
pub(crate) mod remark42;
pub(crate) mod roots;
pub(crate) mod spacy;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod wordpress_rest;
pub(crate) mod youtube;
