//! The model inside the program.

use crate::model::file_error::FileError;
use crate::model::model::Model;

#[cfg(shipped)]
const BYTES: Option<&[u8]> = Some(include_bytes!("../../models/news-en.model"));
#[cfg(not(shipped))]
const BYTES: Option<&[u8]> = None;

impl Model {
    /// The model that ships with ombud, `news-en`: English comments under news articles.
    ///
    /// # Errors
    /// When the crate was built without the feature `shipped`, or from a package without the model.
    pub fn shipped() -> Result<Self, FileError> {
        Self::from_bytes(BYTES.ok_or(FileError::NotShipped)?, "the model inside ombud")
    }
}
