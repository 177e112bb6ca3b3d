//! Every format of another program that is read. Each is recognised by what only it has, so that their order matters to nobody
//! but the reader of a list.

use crate::thread::export::Export;
use crate::thread::formats::{
    coral_graphql, coral_mongo, discourse, hacker_news, hacker_news_items, pushshift, reddit, remark42,
};

/// Every one, in the order in which they are listed.
pub(crate) static EXPORTS: [&Export; 8] = [
    &coral_graphql::CORAL_GRAPHQL,
    &coral_mongo::CORAL_MONGO,
    &discourse::DISCOURSE,
    &hacker_news::HACKER_NEWS,
    &hacker_news_items::HACKER_NEWS_ITEMS,
    &pushshift::PUSHSHIFT,
    &reddit::REDDIT,
    &remark42::REMARK42,
];
