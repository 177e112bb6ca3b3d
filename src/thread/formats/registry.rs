//! Every format of another program that is read. Each is recognised by what only it has, so that their order matters to nobody
//! but the reader of a list.

use crate::thread::export::Export;
use crate::thread::formats::{disqus, remark42, wxr};

/// Every one, in the order in which they are listed.
pub(crate) static EXPORTS: [&Export; 3] = [&disqus::DISQUS, &remark42::REMARK42, &wxr::WXR];
