//! What is read of documents of each format. Apart from the formats, which the reader that is tested with imports.

pub(crate) mod coral_graphql;
pub(crate) mod coral_mongo;
pub(crate) mod discourse;
pub(crate) mod hacker_news;
pub(crate) mod hacker_news_items;
pub(crate) mod hostile;
pub(crate) mod odd;
pub(crate) mod pushshift;
pub(crate) mod reddit;
pub(crate) mod registry;
pub(crate) mod rows_of;
