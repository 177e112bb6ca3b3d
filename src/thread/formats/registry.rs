//! Every format of another program that is read. Each is recognised by what only it has, so that their order matters to nobody
//! but the reader of a list.

use crate::thread::export::Export;
use crate::thread::formats::remark42;

/// Every one, in the order in which they are listed.
pub(crate) static EXPORTS: [&Export; 1] = [&remark42::REMARK42];
