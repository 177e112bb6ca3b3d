//! Every format of another program that is read. Each is recognised by what only it has, so that their order matters to nobody
//! but the reader of a list; of files of annotations those come first that have more to be recognised by.

use crate::thread::export::Export;
#[cfg(feature = "parquet")]
use crate::thread::formats::parquet;
use crate::thread::formats::{
    activitystreams, argilla, bluesky, commento, coral_graphql, coral_mongo, discourse, disqus, doccano, facebook,
    fasttext, hacker_news, hacker_news_items, isso, json_ld, label_studio, lemmy, mastodon, ods, prodigy, pushshift,
    reddit, remark42, spacy, wordpress_rest, wxr, xlsx, youtube,
};

/// Every one, in the order in which they are listed.
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

/// Those that hold any table, whatever its columns are.
pub(crate) static TABLES: &[&Export] = &[
    &xlsx::XLSX,
    &ods::ODS,
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];

/// Those that are written as well.
pub(crate) static WRITTEN: &[&Export] = &[
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];
