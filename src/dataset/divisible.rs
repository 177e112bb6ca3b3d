//! Tables with few threads, which are divided comment by comment.

use std::collections::HashSet;

use crate::dataset::dataset::Dataset;
use crate::dataset::request::Request;

/// Fewer threads than this are hardly worth dividing by.
const FEW_THREADS: usize = 5;

/// Tables read for cross-validation.
pub(crate) struct Divisible {
    pub(crate) data: Dataset,
    /// The number of threads, if these were too few to divide by.
    pub(crate) few_threads: Option<usize>,
}

impl Divisible {
    /// Reads tables with `read`, whose second argument says whether it is a second pass. If no grouping was asked for
    /// and there are too few threads for the folds, rows are divided comment by comment: what is exported from a queue
    /// often comes from one thread.
    pub(crate) fn read<E>(
        request: &Request,
        folds: usize,
        mut read: impl FnMut(&Request, bool) -> Result<Dataset, E>,
    ) -> Result<Self, E> {
        let data = read(request, false)?;
        let threads = data.groups.as_ref().map(|groups| groups.iter().collect::<HashSet<_>>().len());
        let is_few = |threads: &usize| *threads < folds.min(FEW_THREADS) && data.len() >= folds;
        if request.group.is_none()
            && request.fold.is_none()
            && let Some(threads) = threads.filter(is_few)
            // Without ids, or from a pipe, the data stay as they are, and dividing them reports the error.
            && let Ok(by_comment) = read(&Request { group: Some("id".to_owned()), ..request.clone() }, true)
            && by_comment.len() == data.len()
        {
            return Ok(Self { data: by_comment, few_threads: Some(threads) });
        }
        Ok(Self { data, few_threads: None })
    }
}
