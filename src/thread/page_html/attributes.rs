//! Counts the attributes of a tag whose end is still to come.

/// An upper bound on the attributes begun in `tag`, which starts with `<`; 0 if it is not a tag but, say, a comment.
pub(crate) fn count(tag: &str) -> usize {
    let inside = tag.strip_prefix('<').unwrap_or_default();
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    if !inside.starts_with(|char: char| char.is_ascii_alphabetic()) {
        return 0;
    }
    let is_space = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
    let mut count = 0;
    let mut bytes = inside.bytes().skip_while(|&byte| !is_space(byte) && byte != b'>').peekable();
    loop {
        while bytes.next_if(|&byte| is_space(byte)).is_some() {}
        match bytes.next() {
            None | Some(b'>') => return count,
            Some(_) => count += 1,
        }
        while bytes.next_if(|&byte| !is_space(byte) && byte != b'=' && byte != b'>').is_some() {}
        while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
        if bytes.next_if_eq(&b'=').is_none() {
            continue;
        }
        while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
        match bytes.next_if(|byte| matches!(byte, b'"' | b'\'')) {
            Some(quote) => while bytes.next().is_some_and(|byte| byte != quote) {},
            None => while bytes.next_if(|&byte| !byte.is_ascii_whitespace() && byte != b'>').is_some() {},
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_no_attributes() {
        for (tag, expected) in [
            ("<p", 0),
            ("<p a b=c d = 'e f' g=\"<h i>\"j", 5),
            ("</p a/b/ c", 3),
            ("<p a=/b/c/d", 1),
            ("<img src=\"data:image/png;base64,a/b+c d", 1),
            ("<p a>b c d", 1),
            ("<!-- a b c", 0),
            ("<!doctype html a b", 0),
            ("<p = == ===", 2),
            ("", 0),
        ] {
            assert_eq!(count(tag), expected, "{tag}");
        }
    }
}
