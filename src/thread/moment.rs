//! Times of comments, as far as they can be compared.

/// A time that can be compared with others in the same zone: a count of seconds, or ISO 8601.
pub(crate) struct Moment<'a> {
    pub(crate) number: f64,
    pub(crate) clock: &'a str,
    pub(crate) zone: Option<&'a str>,
}

impl<'a> Moment<'a> {
    pub(crate) fn of(time: &'a str) -> Option<Self> {
        let time = time.trim();
        if let Ok(number) = time.parse::<f64>() {
            return number.is_finite().then_some(Self { number, clock: "", zone: None });
        }
        let shape = |i: usize, byte: u8| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        let day = time.as_bytes().get(..10)?;
        if !day.iter().enumerate().all(|(i, &byte)| shape(i, byte)) {
            return None;
        }
        let clock = time.get(10..)?;
        let zone = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
        Some(Self { number: 0.0, clock: time.get(..10 + zone)?, zone: Some(clock.get(zone..)?) })
    }
}
