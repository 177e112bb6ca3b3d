//! Every format of another program that is read. Each is recognised by what only it has, so that their order matters to nobody
//! but the reader of a list.

use crate::thread::export::Export;
use crate::thread::formats::{
    activitystreams, bluesky, commento, facebook, isso, json_ld, lemmy, mastodon, remark42, wordpress_rest, youtube,
};

/// Every one, in the order in which they are listed.
pub(crate) static EXPORTS: [&Export; 11] = [
    &mastodon::MASTODON,
    &activitystreams::ACTIVITYSTREAMS,
    &lemmy::LEMMY,
    &bluesky::BLUESKY,
    &youtube::YOUTUBE,
    &facebook::FACEBOOK,
    &wordpress_rest::WORDPRESS_REST,
    &remark42::REMARK42,
    &isso::ISSO,
    &commento::COMMENTO,
    &json_ld::JSON_LD,
];
