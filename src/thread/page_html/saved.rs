//! A page as a browser saved it: HTML, or one file with the frames of the page, in one of which its comments may stand.

use std::borrow::Cow;

use crate::thread::limits::MoreThan;
use crate::thread::page_html;
use crate::thread::page_html::Page;
use crate::thread::page_html::explanation::Explanation;
use crate::thread::page_html::found::How;

/// What is said of comments that stand in a frame.
const IN_A_FRAME: &str = "they stand in a frame of the page";
/// What is said of a file without its end.
const CUT_OFF: &str = "the end of the file is missing: comments may be missing with it";

/// A page, and its frames as far as they were saved with it.
#[derive(Debug)]
pub(crate) struct Saved<'d> {
    pub(crate) page: Cow<'d, str>,
    pub(crate) frames: Vec<String>,
    /// The end of the file is missing.
    pub(crate) is_cut_off: bool,
}

impl Saved<'_> {
    /// Reads it: the article of the page, and the comments of the page or the frame that gives most of them, by the surest of
    /// the ways.
    ///
    /// # Errors
    /// When the page or a frame has more nodes, comments or JSON-LD than are read of one document.
    pub(crate) fn read(&self) -> Result<Page, MoreThan> {
        let mut page = page_html::read(&self.page)?;
        if let Some((_, frame)) = self.frame(&page)? {
            page.thread.comments = frame.thread.comments;
            (page.how, page.remarks) = (frame.how, frame.remarks);
            page.remarks.push(IN_A_FRAME.to_owned());
        }
        page.remarks.extend(self.is_cut_off.then(|| CUT_OFF.to_owned()));
        Ok(page)
    }

    /// Which element of it became what.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(crate) fn explain(&self) -> Result<Explanation, MoreThan> {
        let mut explanation = page_html::explain(&self.page)?;
        if !self.frames.is_empty()
            && let Some((frame, _)) = self.frame(&page_html::read(&self.page)?)?
        {
            let Explanation { how, comments, remarks, .. } = page_html::explain(frame)?;
            (explanation.how, explanation.comments, explanation.remarks) = (how, comments, remarks);
            explanation.remarks.push(IN_A_FRAME.to_owned());
        }
        explanation.remarks.extend(self.is_cut_off.then(|| CUT_OFF.to_owned()));
        Ok(explanation)
    }

    /// The frame that gives more than the page itself, and what it gives.
    fn frame(&self, page: &Page) -> Result<Option<(&str, Page)>, MoreThan> {
        let rank = |page: &Page| (page.how.is_some_and(How::is_sure), page.thread.comments.len());
        let mut best: Option<(&str, Page)> = None;
        for frame in &self.frames {
            let read = page_html::read(frame)?;
            if rank(&read) > best.as_ref().map_or_else(|| rank(page), |(_, best)| rank(best)) {
                best = Some((frame, read));
            }
        }
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str =
        "<h1>The bridge</h1><p>The council said that the old bridge will stay closed until spring.</p>";

    fn comments(texts: &[&str]) -> String {
        let comment = |(i, text): (usize, &&str)| {
            format!(
                "<li class=comment id=comment-{i}><b class=author>Rosa {i}</b><time datetime=2026-03-0{}></time><p>{text}</p></li>",
                i + 1
            )
        };
        format!("<ol class=comments>{}</ol>", texts.iter().enumerate().map(comment).collect::<String>())
    }

    fn saved(page: String, frames: &[String]) -> Saved<'static> {
        Saved { page: Cow::Owned(page), frames: frames.to_vec(), is_cut_off: false }
    }

    #[test]
    fn comments_of_a_frame_stand_under_the_article_of_the_page() {
        let advertisement = "<p>Buy two</p>".to_owned();
        let saved = saved(ARTICLE.to_owned(), &[advertisement, comments(&["No.", "Yes."])]);
        let page = saved.read().unwrap();
        assert_eq!(page.thread.article.title.as_deref(), Some("The bridge"));
        assert_eq!(page.thread.comments.iter().map(|comment| &*comment.text).collect::<Vec<_>>(), ["No.", "Yes."]);
        assert!(page.remarks.contains(&IN_A_FRAME.to_owned()));
        let explanation = saved.explain().unwrap();
        assert_eq!(explanation.title.unwrap().0, "The bridge");
        assert_eq!((explanation.comments.len(), explanation.how), (2, page.how));
    }

    #[test]
    fn a_page_with_comments_of_its_own_keeps_them() {
        let own = format!("{ARTICLE}{}", comments(&["One.", "Two.", "Three."]));
        let saved = saved(own, &[comments(&["No.", "Yes."])]);
        let page = saved.read().unwrap();
        assert_eq!((page.thread.comments.len(), page.remarks.len()), (3, 0));
        assert_eq!(saved.explain().unwrap().comments.len(), 3);
    }
}
