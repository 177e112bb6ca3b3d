//! Every format of another program that is read. Each is recognised by what only it has, so that their order matters to nobody
//! but the reader of a list; of files of annotations those come first that have more to be recognised by.

use crate::thread::export::Export;
use crate::thread::formats::argilla::ARGILLA;
use crate::thread::formats::doccano::DOCCANO;
use crate::thread::formats::fasttext::FASTTEXT;
use crate::thread::formats::label_studio::LABEL_STUDIO;
use crate::thread::formats::prodigy::PRODIGY;
use crate::thread::formats::remark42;
use crate::thread::formats::spacy::SPACY;

/// Every one, in the order in which they are listed.
pub(crate) static EXPORTS: [&Export; 7] =
    [&remark42::REMARK42, &LABEL_STUDIO, &PRODIGY, &SPACY, &ARGILLA, &DOCCANO, &FASTTEXT];
