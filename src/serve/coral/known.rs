//! What is known about stories and comments, so that a comment can be read with its parent. It holds the latest ones,
//! limited in number and bytes; it is lost when the server ends, and refilled as needed.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

/// Stories and comments together.
const MOST: NonZeroUsize = NonZeroUsize::new(50_000).unwrap();
/// Bytes of all of them.
const MOST_BYTES: usize = 64 << 20;
/// Bytes besides an entry's texts: its place in the map and the list.
const OVERHEAD: usize = 200;
/// Only the beginning of a longer article is kept: it shows the topic, and a comment under it is still scored at once.
const LONGEST_ARTICLE: usize = 12 << 10;
/// The same for a comment.
const LONGEST_COMMENT: usize = 16 << 10;

/// The time after which an unanswered request is repeated; also for a story without a title, because Coral reads its
/// page only after announcing it.
const RETRY: Duration = Duration::from_secs(30);
/// Headlines change.
const STORY_FRESH: Duration = Duration::from_hours(1);
/// Comments can be edited for some minutes.
const COMMENT_FRESH: Duration = Duration::from_mins(30);

/// A story: an article with comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Story {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) text: Option<String>,
}

/// What is known about something, and whether the caller must request it: then no other caller is told so for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Looked<T> {
    pub(crate) found: Option<Arc<T>>,
    pub(crate) ask: bool,
}

/// Stories by their id and address, comments by their id.
#[derive(Debug)]
pub(crate) struct Known(Mutex<Entries>);

#[derive(Debug)]
struct Entries {
    all: LruCache<Key, Entry>,
    bytes: usize,
    most_bytes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Story(Box<str>),
    StoryAt(Box<str>),
    Comment(Box<str>),
}

#[derive(Debug)]
struct Entry {
    said: Said,
    /// From when on it is asked for again.
    stale: Instant,
}

#[derive(Clone, Debug)]
enum Said {
    Nothing,
    Story(Arc<Story>),
    Comment(Arc<String>),
}

impl Default for Known {
    fn default() -> Self {
        Self::bounded(MOST, MOST_BYTES)
    }
}

impl Known {
    fn bounded(most: NonZeroUsize, most_bytes: usize) -> Self {
        Self(Mutex::new(Entries { all: LruCache::new(most), bytes: 0, most_bytes }))
    }

    /// A story by its id, else by its address.
    pub(crate) fn story(&self, id: &str, url: Option<&str>, now: Instant) -> Looked<Story> {
        let mut entries = self.entries();
        let (by_id, ask) = entries.look(Key::Story(id.into()), now);
        let said = match (by_id, url) {
            (Said::Nothing, Some(url)) => entries.said(&Key::StoryAt(url.into())),
            (said, _) => said,
        };
        let found = if let Said::Story(story) = said { Some(story) } else { None };
        Looked { found, ask }
    }

    /// The text of a comment.
    pub(crate) fn comment(&self, id: &str, now: Instant) -> Looked<String> {
        let (said, ask) = self.entries().look(Key::Comment(id.into()), now);
        let found = if let Said::Comment(text) = said { Some(text) } else { None };
        Looked { found, ask }
    }

    pub(crate) fn keep_story(&self, mut story: Story, now: Instant) {
        story.text.iter_mut().for_each(|text| cut(text, LONGEST_ARTICLE));
        let stale = now + if story.title.is_some() { STORY_FRESH } else { RETRY };
        let story = Arc::new(story);
        let mut entries = self.entries();
        if let Some(url) = &story.url {
            entries.put(Key::StoryAt(url.as_str().into()), Said::Story(Arc::clone(&story)), stale);
        }
        entries.put(Key::Story(story.id.as_str().into()), Said::Story(story), stale);
    }

    pub(crate) fn keep_comment(&self, id: &str, mut text: String, now: Instant) {
        cut(&mut text, LONGEST_COMMENT);
        self.entries().put(Key::Comment(id.into()), Said::Comment(Arc::new(text)), now + COMMENT_FRESH);
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn said(&mut self, key: &Key) -> Said {
        self.all.get(key).map_or(Said::Nothing, |entry| entry.said.clone())
    }

    /// What is known about it, and whether the caller must request it.
    fn look(&mut self, key: Key, now: Instant) -> (Said, bool) {
        if let Some(entry) = self.all.get_mut(&key) {
            let ask = entry.stale <= now;
            if ask {
                entry.stale = now + RETRY;
            }
            return (entry.said.clone(), ask);
        }
        self.put(key, Said::Nothing, now + RETRY);
        (Said::Nothing, true)
    }

    fn put(&mut self, key: Key, said: Said, stale: Instant) {
        let entry = Entry { said, stale };
        self.bytes += size(&key, &entry);
        if let Some((key, entry)) = self.all.push(key, entry) {
            self.bytes -= size(&key, &entry);
        }
        while self.bytes > self.most_bytes {
            let Some((key, entry)) = self.all.pop_lru() else { break };
            self.bytes -= size(&key, &entry);
        }
    }
}

fn size(key: &Key, entry: &Entry) -> usize {
    let key = match key {
        Key::Story(key) | Key::StoryAt(key) | Key::Comment(key) => key.len(),
    };
    let said = match &entry.said {
        Said::Nothing => 0,
        // It counts for its id and for its address, though there is only one.
        Said::Story(story) => {
            let Story { id, url, title, text } = &**story;
            id.len() + [url, title, text].into_iter().flatten().map(String::len).sum::<usize>()
        }
        Said::Comment(text) => text.len(),
    };
    OVERHEAD + key + said
}

/// Cuts a text to this many bytes, not within a character.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(id: &str, title: Option<&str>) -> Story {
        let url = Some(format!("https://news.example/{id}"));
        Story { id: id.to_owned(), url, title: title.map(str::to_owned), text: None }
    }

    #[test]
    fn what_is_missing_or_old_is_asked_for_once_in_a_while() {
        let known = Known::default();
        let now = Instant::now();
        let later = |seconds| now + Duration::from_secs(seconds);
        let asks = |seconds| known.story("s", None, later(seconds)).ask;
        assert_eq!([asks(0), asks(1), asks(29), asks(30), asks(31)], [true, false, false, true, false]);
        known.keep_story(story("s", None), later(31));
        assert_eq!([asks(32), asks(61), asks(62)], [false, true, false], "its title is missing");
        known.keep_story(story("s", Some("Council")), later(62));
        assert_eq!([asks(63), asks(3661)], [false, false]);
        let old = known.story("s", None, later(3662));
        assert_eq!((old.found.unwrap().title.as_deref(), old.ask), (Some("Council"), true), "it is there meanwhile");
        assert!(!asks(3663));
    }

    #[test]
    fn stories_are_found_by_address_too_and_comments_by_id() {
        let (known, now) = (Known::default(), Instant::now());
        known.keep_story(story("s", Some("Council")), now);
        known.keep_comment("c", "Close it!".to_owned(), now);
        let other = known.story("new", Some("https://news.example/s"), now);
        assert_eq!((other.found.unwrap().id.as_str(), other.ask), ("s", true));
        assert_eq!(known.comment("c", now), Looked { found: Some(Arc::new("Close it!".to_owned())), ask: false });
        assert_eq!(known.comment("s", now), Looked { found: None, ask: true });
    }

    #[test]
    fn it_grows_no_further_than_its_bounds() {
        let now = Instant::now();
        let known = Known::bounded(NonZeroUsize::new(10).unwrap(), 4000);
        for id in 0..100 {
            known.keep_comment(&id.to_string(), "x".repeat(10), now);
        }
        assert_eq!(known.entries().all.len(), 10);
        known.keep_comment("99", "y".repeat(20), now);
        for id in 0..3 {
            known.keep_comment(&format!("long {id}"), "é".repeat(700), now);
        }
        let entries = known.entries();
        let sum: usize = entries.all.iter().map(|(key, entry)| size(key, entry)).sum();
        assert_eq!((entries.bytes, entries.all.len()), (sum, 2));
        assert!(sum <= 4000);
        drop(entries);
        let known = Known::default();
        known.keep_comment("long", "é".repeat(LONGEST_COMMENT), now);
        assert_eq!(known.comment("long", now).found.unwrap().len(), LONGEST_COMMENT);
        known.keep_story(Story { text: Some("é".repeat(20_000)), ..story("s", None) }, now);
        assert_eq!(known.story("s", None, now).found.unwrap().text.as_ref().unwrap().len(), 12_288);
    }
}
