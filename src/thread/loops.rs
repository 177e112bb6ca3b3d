//! Loops among parents: comments that answer each other in a circle, and where those are cut.

use crate::thread::moment::Moment;

/// Cuts each loop at its oldest member; gives that member and the loop's length.
pub(crate) fn cut_loops(
    parents: &mut [Option<u32>],
    mut created_at: impl FnMut(usize) -> Option<String>,
) -> Vec<(usize, usize)> {
    let mut cut = Vec::new();
    for members in loops(parents) {
        if let Some(oldest) = oldest(&members, &mut created_at)
            && let Some(parent) = parents.get_mut(oldest)
        {
            *parent = None;
            cut.push((oldest, members.len()));
        }
    }
    cut
}

/// The loops among parents, each as a list of its members.
pub(crate) fn loops(parents: &[Option<u32>]) -> Vec<Vec<usize>> {
    const NEW: u32 = u32::MAX;
    let parent = |at: usize| parents.get(at).copied().flatten().map(|parent| parent as usize);
    let mut seen_from = vec![NEW; parents.len()];
    let mut loops = Vec::new();
    for (start, own) in (0..parents.len()).zip(0..) {
        let mut at = start;
        let entered = loop {
            match seen_from.get_mut(at) {
                Some(seen) if *seen == NEW => *seen = own,
                Some(seen) if *seen == own => break Some(at),
                _ => break None,
            }
            match parent(at) {
                Some(parent) => at = parent,
                None => break None,
            }
        };
        if let Some(entry) = entered {
            let mut members = vec![entry];
            let mut at = parent(entry);
            while let Some(next) = at.filter(|&next| next != entry) {
                members.push(next);
                at = parent(next);
            }
            loops.push(members);
        }
    }
    loops
}

/// The oldest member of a loop: by time if the times can be compared, else the first in the file.
fn oldest(members: &[usize], mut created_at: impl FnMut(usize) -> Option<String>) -> Option<usize> {
    let mut members = members.to_vec();
    members.sort_unstable();
    let first = *members.first()?;
    let mut oldest: Option<(usize, Moment)> = None;
    for member in members {
        let Some(moment) = created_at(member).and_then(|time| Moment::of(&time)) else { return Some(first) };
        match oldest.map_or(Some(true), |(_, before)| moment.is_before(before)) {
            Some(true) => oldest = Some((member, moment)),
            Some(false) => {}
            None => return Some(first),
        }
    }
    oldest.map(|(member, _)| member)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_of_a_loop_is_told_by_its_time() {
        let times = ["2026-05-02T10:00:00Z", "2026-05-01T10:00:00Z", "2026-05-01T09:00:00+02:00", "2026-05-01"];
        let oldest = |of: &[usize]| oldest(of, |at| times.get(at).map(|time| (*time).to_owned()));
        assert_eq!(oldest(&[0, 1]), Some(1));
        assert_eq!(oldest(&[0, 1, 2]), Some(2));
        assert_eq!(oldest(&[0, 1, 3]), Some(0), "one has no zone");
        assert_eq!(oldest(&[1, 0, 4]), Some(0), "one has no time");
    }
}
