//! Tests of reading each format. They are apart from the formats because the reader used here imports those.

pub(crate) mod coral_graphql;
pub(crate) mod coral_mongo;
pub(crate) mod discourse;
pub(crate) mod hacker_news;
pub(crate) mod hacker_news_items;
pub(crate) mod hostile;
pub(crate) mod joined_pages;
pub(crate) mod odd;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
pub(crate) mod pushshift;
pub(crate) mod reddit;
pub(crate) mod registry;
pub(crate) mod rows_of;
