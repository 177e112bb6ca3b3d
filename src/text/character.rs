//! Characters as a reader sees them: entities decoded, HTML tags and invisible characters known.

/// The longest entity that is decoded, with `&` and `;`.
const ENTITY: usize = 12;

/// The longest tag that counts as white space.
const TAG: usize = 512;

/// A character as a reader sees it, and the byte after it.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) char: char,
    pub(crate) next: usize,
}

/// The character at a byte, with entities decoded.
#[inline]
pub(crate) fn see(text: &str, at: usize) -> Option<Seen> {
    let rest = text.get(at..)?;
    let char = rest.chars().next()?;
    if char == '&' {
        let window = &rest.as_bytes()[..rest.len().min(ENTITY)];
        if let Some(length) = window.iter().position(|&byte| byte == b';').map(|end| end + 1) {
            let entity = &rest[..length];
            let decoded = html_escape::decode_html_entities(entity);
            if decoded != entity
                && let Some(char) = decoded.chars().next()
            {
                return Some(Seen { char, next: at + length });
            }
        }
    }
    Some(Seen { char, next: at + char.len_utf8() })
}

/// The end of the HTML tag that begins here, if one does.
pub(crate) fn tag(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'<') {
        return None;
    }
    let name = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'/'));
    if !bytes.get(name)?.is_ascii_alphabetic() {
        return None;
    }
    let window = &bytes[name..bytes.len().min(name + TAG)];
    let end = window.iter().position(|byte| matches!(byte, b'<' | b'>'))?;
    (window[end] == b'>').then_some(name + end + 1)
}

/// Characters that a reader does not see: joiners, direction marks, selectors, skin tones.
pub(crate) fn ignorable(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{1F3FB}'..='\u{1F3FF}'
        | '\u{E0000}'..='\u{E0FFF}')
}
