//! Formats of other programs, one a file.

pub(crate) mod articles;
pub(crate) mod coral;
pub(crate) mod coral_graphql;
pub(crate) mod coral_mongo;
pub(crate) mod discourse;
pub(crate) mod hacker_news;
pub(crate) mod hacker_news_items;
pub(crate) mod pushshift;
pub(crate) mod pushshift_keys;
pub(crate) mod pushshift_line;
pub(crate) mod reddit;
pub(crate) mod reddit_text;
pub(crate) mod registry;
pub(crate) mod remark42;
pub(crate) mod roots;
#[cfg(test)]
pub(crate) mod tests;
