//! Every format of another program that can be read. Each is recognised by something that only it has, so the order
//! matters only to readers of the list; but among annotation files, those with more to be recognised by come first.

use crate::thread::export::Export;
#[cfg(feature = "parquet")]
use crate::thread::formats::parquet;
use crate::thread::formats::{
    activitystreams, argilla, bluesky, commento, coral_graphql, coral_mongo, discourse, disqus, doccano, facebook,
    fasttext, hacker_news, hacker_news_items, isso, json_ld, label_studio, lemmy, mastodon, ods, prodigy, pushshift,
    reddit, remark42, spacy, wordpress_rest, wxr, xlsx, youtube,
};

/// Every format, in listing order.
pub(crate) static EXPORTS: &[&Export] = &[
    &activitystreams::ACTIVITYSTREAMS,
    &bluesky::BLUESKY,
    &commento::COMMENTO,
    &coral_graphql::CORAL_GRAPHQL,
    &coral_mongo::CORAL_MONGO,
    &discourse::DISCOURSE,
    &disqus::DISQUS,
    &facebook::FACEBOOK,
    &hacker_news::HACKER_NEWS,
    &hacker_news_items::HACKER_NEWS_ITEMS,
    &isso::ISSO,
    &json_ld::JSON_LD,
    &lemmy::LEMMY,
    &mastodon::MASTODON,
    &pushshift::PUSHSHIFT,
    &reddit::REDDIT,
    &remark42::REMARK42,
    &wordpress_rest::WORDPRESS_REST,
    &wxr::WXR,
    &youtube::YOUTUBE,
    &label_studio::LABEL_STUDIO,
    &prodigy::PRODIGY,
    &spacy::SPACY,
    &argilla::ARGILLA,
    &doccano::DOCCANO,
    &fasttext::FASTTEXT,
    &xlsx::XLSX,
    &ods::ODS,
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];

/// Formats that hold any table, whatever its columns.
pub(crate) static TABLES: &[&Export] = &[
    &xlsx::XLSX,
    &ods::ODS,
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];

/// Formats that are also written.
pub(crate) static WRITTEN: &[&Export] = &[
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];
