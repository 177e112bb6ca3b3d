//! Links: their words, or their address if the words do not show it.

/// An open link.
#[derive(Debug)]
pub(crate) struct Link {
    /// Its address, and other attributes that may hold the whole address.
    pub(crate) href: String,
    pub(crate) title: String,
    /// The offset of its tag in the HTML.
    pub(crate) begin: usize,
    /// The offsets of its words in the text and in the HTML, once there are some.
    pub(crate) words: Option<(usize, usize)>,
}

impl Link {
    /// The address, if the words abbreviate it, as in `example.org/a-long…`.
    pub(crate) fn whole(&self, words: &str) -> Option<&str> {
        let (head, tail) = words.split_once('…').or_else(|| words.split_once("..."))?;
        let (head, tail) = (without_scheme(head.trim()), tail.trim_start_matches('.').trim());
        if !head.contains('.') || words.contains(char::is_whitespace) {
            return None;
        }
        let is_whole = |url: &&str| {
            let url = without_scheme(url);
            url.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail))
        };
        [self.title.as_str(), self.href.as_str()].into_iter().filter(|url| is_address(url)).find(is_whole)
    }

    /// The address, if there are no words.
    pub(crate) fn address(&self) -> Option<&str> {
        is_address(&self.href).then_some(self.href.as_str())
    }
}

fn is_address(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) && !url.contains(char::is_whitespace)
}

fn without_scheme(url: &str) -> &str {
    let url = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    url.strip_prefix("www.").unwrap_or(url)
}
