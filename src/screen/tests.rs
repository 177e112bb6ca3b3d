//! What a reviewer sees and what his keys do, on a terminal that is none.

use crate::screen::app::Effect;
use crate::screen::keymap::Keymap;
use crate::screen::options::Options;
use crate::screen::options::Words;
use crate::screen::retraining::NoRetraining;
use crate::screen::retraining::Progress;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyModifiers};
use ratatui::style::Modifier;

use crate::queue::filter::{Filter, Scope, View};
use crate::queue::store::Store;
use crate::screen::app::Mode;
use crate::screen::sample::{Dummy, Made, Seat, import, import_flags, import_unsure, thread};
use crate::screen::worker::Job;

#[test]
fn one_key_decides_and_goes_on() {
    let mut seat = Seat::new(&thread());
    assert_eq!(seat.up(), "c1");
    seat.keys("r");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("reject", "c2"));
    // What the model raised is confirmed, and the stance; a label that was turned is as it was turned.
    seat.keys("\n");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("stance: against, toxicity: yes", "c6"));
    seat.keys("1s\n");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("stance: favor, toxicity: no", "c4"));
    seat.keys("2a");
    assert_eq!(seat.last("ann"), "approve; off_topic: no");
    assert!(seat.message().ends_with("that was the last; z refreshes"), "{}", seat.message());
    assert_eq!(seat.app.count, Some(0));
}

#[test]
fn nothing_is_saved_where_nothing_is_said() {
    let mut seat = Seat::new(&thread());
    seat.keys("11sss\n");
    assert_eq!(seat.message(), "nothing is decided yet: press a to approve, r to reject, or answer a label");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("", "c1"));
    seat.keys("9");
    assert_eq!(seat.message(), "there is no label 9");
}

#[test]
fn undo_goes_back_many_steps_and_over_a_restart() {
    let mut seat = Seat::new(&thread());
    seat.keys("ra nwhy\n");
    assert_eq!(seat.up(), "c4");
    drop(seat.app.close());
    let mut again = seat.other("ann");
    // What was skipped is back.
    assert_eq!((again.up().as_str(), again.app.count), ("c6", Some(2)));
    again.keys("u");
    assert_eq!((again.message().as_str(), again.up().as_str()), ("took back the note", "c4"));
    again.keys("u");
    assert_eq!((again.message().as_str(), again.up().as_str()), ("it is no longer skipped", "c6"));
    again.keys("u");
    assert_eq!((again.message().as_str(), again.up().as_str()), ("took back the decision", "c2"));
    again.keys("u");
    assert_eq!((again.message().as_str(), again.up().as_str()), ("took back the decision", "c1"));
    assert_eq!(again.app.count, Some(4));
    again.keys("u");
    assert_eq!(again.message(), "ann has nothing left to undo");
    // And on from there.
    again.keys("e");
    assert_eq!(again.last("ann"), "escalate");
}

#[test]
fn keys_with_modifiers_do_nothing() {
    let mut seat = Seat::new(&thread());
    for modifiers in [KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::META, KeyModifiers::SUPER] {
        for key in "areusntfobglq?1 ".chars() {
            assert_eq!(seat.held(KeyCode::Char(key), modifiers), Effect::Nothing);
        }
        assert_eq!(seat.held(KeyCode::Enter, modifiers), Effect::Nothing);
    }
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("", "c1"));
    assert!(matches!(seat.app.mode, Mode::List));
    assert_eq!(seat.held(KeyCode::Char('c'), KeyModifiers::CONTROL), Effect::Quit);
    assert_eq!(seat.press(KeyCode::Char('q')), Effect::Quit);
}

#[test]
fn a_key_that_is_held_down_decides_once() {
    let mut seat = Seat::new(&thread());
    let now = seat.now;
    for at in [0, 30, 60, 90, 120] {
        seat.app.on_key(KeyCode::Char('r').into(), now + at);
    }
    assert_eq!((seat.up().as_str(), seat.message().as_str()), ("c2", "a key that is held down decides only once"));
    seat.app.on_key(KeyCode::Char('r').into(), now + 400);
    assert_eq!(seat.up(), "c6");
    // Moving on is another matter.
    seat.app.on_key(KeyCode::Char('k').into(), now + 410);
    seat.app.on_key(KeyCode::Char('k').into(), now + 420);
    assert_eq!(seat.up(), "c1");
}

#[test]
fn keys_are_text_while_typing() {
    let mut seat = Seat::new(&thread());
    seat.keys("n");
    seat.keys("a reject? quit 1");
    assert!(matches!(seat.app.mode, Mode::Note(_)));
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("", "c1"));
    assert_eq!(seat.held(KeyCode::Char('u'), KeyModifiers::CONTROL), Effect::Nothing);
    let screen = seat.screen(80, 24);
    assert!(screen.contains("\nnote: a reject? quit 1\n"), "{screen}");
    seat.keys("\n");
    assert_eq!(seat.message(), "noted");
    assert!(seat.screen(80, 40).contains("note by ann, 2026-11-25 02:00: a reject? quit 1"));
    // A note that is left is no note.
    seat.keys("nfoo");
    seat.press(KeyCode::Esc);
    assert!(matches!(seat.app.mode, Mode::List));
}

#[test]
fn what_is_pasted_presses_no_keys() {
    let mut seat = Seat::new(&thread());
    assert_eq!(seat.app.on_paste("rrrr\naaaa"), Effect::Nothing);
    assert_eq!(seat.last("ann"), "");
    seat.keys("n");
    seat.app.on_paste("see\nabove");
    assert!(seat.screen(80, 24).contains("note: see above"));
}

#[test]
fn two_reviewers_do_not_get_the_same_comments() {
    let mut ann = Seat::new(&thread());
    let mut bob = ann.other("bob");
    assert_eq!(bob.up(), "");
    bob.now += 119_000;
    let screen = bob.screen(80, 24);
    assert!(screen.contains("nothing is free: 4 comments are with ann for another 10 minutes"), "{screen}");
    bob.keys("a1t");
    assert_eq!(bob.message(), "there is no comment here");
    assert!(bob.screen(80, 24).contains("4 comments are with ann for another 8 minutes"));
    drop(ann.app.close());
    bob.keys("z");
    assert_eq!(bob.up(), "c1");
    bob.keys("rrrr");
    assert!(bob.message().ends_with("that was the last; z refreshes"));
    bob.keys("z");
    assert!(bob.screen(80, 24).contains("nothing waits for you here: queue"));
}

#[test]
fn two_windows_of_one_reviewer_do_not_get_the_same_comments() {
    let options = Options { colour: false, hold: 2, ..Options::new("ann") };
    let mut first = Seat::with(&thread(), options, Box::new(NoRetraining));
    // Few are left, so that the window looks for more; with two of them it stops at four.
    let mut second = first.other("ann");
    assert_eq!((first.up().as_str(), second.up().as_str()), ("c1", ""));
    assert!(second.screen(80, 24).contains("4 comments are with you in another window"));
    // Closing one leaves what the other holds.
    drop(second.app.close());
    let mut bob = first.other("bob");
    assert_eq!(bob.up(), "");
    first.keys("rq");
    drop(first.app.close());
    bob.keys("z");
    assert_eq!(bob.up(), "c2");
}

#[test]
fn what_was_lost_while_the_lid_was_closed_is_reported() {
    let mut ann = Seat::new(&thread());
    let mut bob = ann.other("bob");
    bob.now += ann.app.options.lease * 2;
    bob.keys("zr");
    ann.now = bob.now;
    ann.wait_for_worker();
    assert_eq!(ann.message(), "your hold had expired: 4 of your comments went to others");
    let screen = ann.screen(80, 24);
    assert!(screen.contains("✓ bob: reject") && screen.contains("✓ with bob"), "{screen}");
    // What was free all the time is held again without a word.
    drop(bob.app.close());
    let mut ann = bob.other("ann");
    assert_eq!(ann.up(), "c2");
    ann.now += ann.app.options.lease * 2;
    ann.wait_for_worker();
    assert_eq!(ann.message(), "");
    let id = ann.app.list.id().unwrap();
    assert!(Store::open(&ann.path).unwrap().holder(id, "bob", ann.now + ann.app.options.lease / 2).unwrap().is_some());
}

#[test]
fn a_conflict_is_shown_and_nothing_is_overwritten() {
    let mut ann = Seat::new(&thread());
    // Her leases run out while the lid is closed; bob takes over.
    let mut bob = ann.other("bob");
    bob.now += ann.app.options.lease * 2;
    bob.keys("zr");
    assert_eq!(bob.last("bob"), "reject");
    ann.now = bob.now;
    ann.keys("1");
    ann.keys("a");
    assert_eq!(
        ann.message(),
        "not saved: bob decided this at 2026-11-25 02:20: reject. Decide again to disagree, or go on"
    );
    assert_eq!((ann.last("ann").as_str(), ann.up().as_str()), ("", "c1"));
    let screen = ann.screen(80, 24);
    assert!(screen.contains("✓ bob: reject"), "{screen}");
    assert!(ann.screen(80, 40).contains("decided bob, 2026-11-25 02:20: reject"));
    // What she said of the label is kept; in sight of his decision she may differ.
    ann.keys("a");
    assert_eq!(ann.last("ann"), "approve; toxicity: no");
    // The others bob still holds.
    assert!(ann.message().ends_with("that was the last; z refreshes"), "{}", ann.message());
    ann.keys("jr");
    assert!(ann.message().starts_with("not saved: bob holds this comment until "), "{}", ann.message());
    assert_eq!(ann.up(), "c2");
    ann.keys("j");
    assert_eq!(ann.up(), "c6");
}

#[test]
fn two_blind_reviewers_see_nothing_of_each_other() {
    let mut ann = Seat::new(&thread());
    ann.app.store.set_shares(0.0, 1.0, 1000).unwrap();
    ann.keys("znrude\nr");
    assert_eq!((ann.last("ann").as_str(), ann.up().as_str()), ("reject", "c2"));
    let mut bob = ann.other("bob");
    assert_eq!(bob.up(), "c1");
    let screen = bob.screen(80, 50);
    assert!(screen.contains("two reviewers") && !screen.contains("rude") && !screen.contains("ann,"), "{screen}");
    ann.keys("ka");
    assert_eq!(ann.message(), "not saved: you decided this at 2026-11-25 02:00: reject. u takes back your last step");
    bob.keys("a");
    assert_eq!(bob.last("bob"), "approve");
    // They differ: now both are seen.
    ann.keys("jk");
    let screen = ann.screen(80, 50);
    assert!(screen.contains("decided bob, 2026-11-25 02:00: approve"), "{screen}");
    assert!(screen.contains("escalated"), "{screen}");
}

#[test]
fn a_comment_of_the_thread_is_taken_up() {
    let mut seat = Seat::new(&thread());
    seat.keys("tjj\n");
    assert_eq!(seat.up(), "c3");
    let id = seat.app.list.id().unwrap();
    assert!(Store::open(&seat.path).unwrap().holder(id, "bob", seat.now).unwrap().is_some());
    // Nothing was raised, and a save says just that.
    seat.keys("\n");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("off_topic: no, stance: against, toxicity: no", "c1"));
}

#[test]
fn training_that_fails_is_reported() {
    let mut seat = Seat::new(&thread());
    seat.keys("l");
    assert_eq!(seat.message(), "there is no model here to train; give one with -m");
    let failed = Dummy {
        progress: Progress::Failed("the model did not learn: too few decisions".to_owned()),
        ..Dummy::default()
    };
    let seat = Seat::with(&thread(), Options::new("ann"), Box::new(failed));
    assert_eq!(seat.message(), "the model did not learn: too few decisions");
}

#[test]
fn an_edited_or_rescored_comment_is_shown_as_it_is_now() {
    let mut seat = Seat::new(&thread());
    let mut edited = thread();
    edited[0].text = "I take it back.".to_owned();
    edited[0].reasons = "[]";
    import(&mut seat.app.store, &edited, "ab12");
    seat.keys("r");
    assert!(seat.message().starts_with("not saved: the comment was edited at "), "{}", seat.message());
    assert!(seat.screen(80, 24).contains("I take it back."));
    import(&mut seat.app.store, &edited, "cd34");
    seat.keys("r");
    assert_eq!(seat.message(), "not saved: house rescored it; these are the new scores");
    seat.keys("r");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("reject", "c2"));
}

#[test]
fn errors_of_the_store_are_shown_and_lose_nothing() {
    let mut seat = Seat::new(&thread());
    seat.keys("1nwait");
    seat.app.store.connection.execute_batch("ALTER TABLE note RENAME TO elsewhere").unwrap();
    seat.keys("\n");
    assert!(seat.message().starts_with("not saved: the review database: "), "{}", seat.message());
    assert!(matches!(&seat.app.mode, Mode::Note(field) if field.text() == "wait"));
    seat.app.store.connection.execute_batch("ALTER TABLE elsewhere RENAME TO note").unwrap();
    seat.keys("\n");
    assert_eq!(seat.message(), "noted");
    seat.app.store.connection.execute_batch("ALTER TABLE log RENAME TO elsewhere").unwrap();
    seat.keys("ajku g");
    seat.press(KeyCode::Esc);
    assert!(!seat.message().is_empty());
    seat.app.store.connection.execute_batch("ALTER TABLE elsewhere RENAME TO log").unwrap();
    seat.keys("a");
    assert_eq!(seat.last("ann"), "approve; toxicity: no");
}

#[test]
fn what_fails_in_the_background_is_named_with_its_cause() {
    let mut seat = Seat::new(&thread());
    seat.app.store.connection.execute_batch("ALTER TABLE lease RENAME TO elsewhere").unwrap();
    seat.keys("z");
    let said = seat.message();
    assert!(said.contains(" failed: the review database: no such table: ") && said.contains("lease"), "{said}");
    seat.app.store.connection.execute_batch("ALTER TABLE elsewhere RENAME TO lease").unwrap();
    seat.keys("z");
    // An error of the program ends what is done in the background, and is shown with what it was.
    seat.app.worker.ask(Job::Panic);
    while !seat.message().contains("program error") {
        seat.wait_for_worker();
    }
    let message = "the search stopped because of a program error (place 7 of 3); your decisions are saved: quit with q and start again";
    assert_eq!(seat.message(), message);
    // It is shown again where it is asked for something, and deciding goes on.
    seat.keys("r");
    assert_eq!(seat.last("ann"), "reject");
    seat.keys("z");
    while seat.message() != message {
        seat.wait_for_worker();
    }
}

#[test]
fn what_was_skipped_is_back_at_the_next_start_and_said() {
    let mut seat = Seat::new(&thread());
    seat.keys("  ");
    assert!(seat.message().starts_with("skipped until the next start: the comment of "), "{}", seat.message());
    seat.keys("rrr");
    assert!(seat.message().contains("; 2 that you skipped come back at the next start; z"), "{}", seat.message());
    seat.keys("z");
    assert!(seat.screen(80, 24).contains("2 that you skipped come back at the next start"));
    let next = seat.other("ann");
    assert_eq!((next.message().as_str(), next.app.count), ("2 that you skipped before are back", Some(2)));
    assert_eq!(seat.other("bob").message(), "");
}

#[test]
fn a_batch_is_shown_confirmed_and_taken_back_at_once() {
    let mut seat = Seat::new(&thread());
    seat.keys("b\n");
    assert_eq!(seat.message(), "nothing is chosen yet: choose an action or answer a label");
    seat.keys("r\n");
    assert!(seat.screen(80, 24).contains("reject: 4 comments? Type y; any other key goes back."));
    seat.keys("\n");
    assert_eq!((seat.message().as_str(), seat.last("ann").as_str()), ("nothing was decided", ""));
    seat.keys("\ny");
    assert_eq!(seat.message(), "reject: 4 comments · u takes all of it back");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("reject", ""));
    seat.keys("u");
    assert_eq!(seat.message(), "took back one decision on 4 comments");
    assert_eq!((seat.last("ann").as_str(), seat.up().as_str(), seat.app.count), ("", "c1", Some(4)));
}

#[test]
fn a_batch_that_came_to_match_others_decides_nothing() {
    let mut seat = Seat::new(&thread());
    seat.keys("br\n");
    let more = Made { id: "c7", ..thread()[0].clone() };
    import(&mut seat.app.store, &[more], "ab12");
    seat.keys("y");
    assert_eq!(
        seat.message(),
        "nothing was decided: the filter matched 4 comments in the preview and matches 5 now; check it again"
    );
    assert!(seat.screen(80, 24).contains("5 comments that await you"));
    assert_eq!(seat.last("ann"), "");
    seat.keys("\ny");
    assert_eq!(seat.message(), "reject: 5 comments · u takes all of it back");
}

#[test]
fn filters_and_orders_change_the_list() {
    let mut seat = Seat::new(&thread());
    seat.keys("f");
    for _ in 0..4 {
        seat.press(KeyCode::Down);
    }
    seat.keys("tidewatcher\n");
    assert_eq!((seat.up().as_str(), seat.app.count), ("c1", Some(2)));
    assert!(seat.screen(80, 24).contains("by tidewatcher · severity"));
    seat.keys("j");
    assert_eq!(seat.up(), "c6");
    seat.keys("j");
    assert!(seat.message().starts_with("that was the last; one above is left") || seat.message().contains("left"));
    seat.keys("oo");
    assert_eq!(seat.message(), "order: uncertainty; f also shows comments without flags");
    assert_eq!(seat.up(), "c6");
    // What cannot be is said, and what was typed stays.
    seat.keys("f");
    for _ in 0..7 {
        seat.press(KeyCode::Down);
    }
    seat.keys("high\n");
    assert_eq!(seat.message(), "\"high\" is not a probability: give a number between 0 and 1, such as 0.8");
    assert!(matches!(&seat.app.mode, Mode::Filter(_)));
    assert!(seat.screen(80, 24).contains("high"));
    assert_eq!(seat.app.search.filter, Filter { author: Some("tidewatcher".to_owned()), ..Filter::default() });
}

#[test]
fn decided_ones_can_be_looked_at_and_decided_again() {
    let options = Options {
        filter: Filter { view: View::All, scope: Scope::Everything, ..Filter::default() },
        ..Options::new("ann")
    };
    let mut seat = Seat::with(&thread(), options, Box::new(NoRetraining));
    seat.keys("rk");
    assert_eq!(seat.up(), "c1");
    seat.keys("a");
    assert_eq!(seat.last("ann"), "approve");
    seat.keys("uu");
    assert_eq!((seat.up().as_str(), seat.last("ann").as_str()), ("c1", ""));
}

#[test]
fn words_and_keys_of_the_site_are_on_the_screen() {
    let keymap = Keymap::new([("approve", "p"), ("save", "w"), ("help", "F1")]).unwrap();
    let words = Words {
        approve: "publish".to_owned(),
        reject: "hide \x1b[31m".to_owned(),
        escalate: "ask the desk".to_owned(),
    };
    let options = Options { keymap, words, colour: false, ..Options::new("ann") };
    let mut seat = Seat::with(&thread(), options, Box::new(NoRetraining));
    let screen = seat.screen(80, 24);
    assert!(screen.contains("p publish  r hide ␛[31m  e ask the desk  w labels"), "{screen}");
    // However long the words are, the key that lists the others is there.
    assert!(screen.contains("F1 keys"), "{screen}");
    seat.keys("a\n");
    assert_eq!(seat.last("ann"), "");
    seat.keys("p");
    assert!(seat.message().starts_with("publish: the comment of tidewatcher · u takes it back"));
    seat.press(KeyCode::F(1));
    assert!(seat.screen(80, 40).contains("hide ␛[31m (reject and go on)"));
}

#[test]
fn leases_are_renewed_and_given_back() {
    let mut seat = Seat::new(&thread());
    let held = |seat: &Seat, at: i64| {
        let id = seat.app.list.id().unwrap();
        Store::open(&seat.path).unwrap().holder(id, "bob", at).unwrap()
    };
    let lease = seat.app.options.lease;
    for _ in 0..8 {
        seat.now += lease / 2;
        seat.wait_for_worker();
    }
    assert!(held(&seat, seat.now + lease / 2).is_some());
    let now = seat.now;
    seat.app.close().unwrap();
    assert!(held(&seat, now).is_none());
}

#[test]
fn marks_are_seen_without_colours_too() {
    for colour in [false, true] {
        let options = Options { colour, ..Options::new("ann") };
        let seat = Seat::with(&thread(), options, Box::new(NoRetraining));
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| seat.app.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let marked = |modifier: Modifier, rows: std::ops::Range<u16>| {
            let cells = rows.flat_map(|y| (0..80).map(move |x| (x, y))).map(|at| &buffer[at]);
            let cells = cells
                .filter(|cell| cell.modifier.contains(modifier) && (colour || cell.fg == ratatui::style::Color::Reset));
            cells.map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!(marked(Modifier::UNDERLINED, 7..12), "DeniseMarrableParasites", "{colour}");
        assert_eq!(marked(Modifier::UNDERLINED | Modifier::BOLD, 7..12).replace("DeniseMarrable", ""), "Parasites");
    }
}

#[test]
fn a_long_text_is_scrolled_through() {
    let mut comments = thread();
    comments[0].text = "many words ".repeat(10_000) + "END";
    let mut seat = Seat::new(&comments);
    assert!(seat.screen(80, 24).contains("PgDn more"));
    let mut pages = 0;
    while !seat.screen(80, 24).contains("END") {
        seat.held(KeyCode::PageDown, KeyModifiers::NONE);
        pages += 1;
        assert!(pages < 2_000);
    }
    seat.held(KeyCode::PageUp, KeyModifiers::NONE);
    assert!(!seat.screen(80, 24).contains("END"));
}

#[test]
fn what_stands_beside_is_scrolled_too() {
    let mut comments = thread();
    comments[0].text = "quarrel ".repeat(70);
    let mut seat = Seat::new(&comments);
    seat.keys("j");
    assert!(seat.screen(130, 16).contains("PgDn more") && !seat.screen(130, 16).contains("scored by"));
    for _ in 0..4 {
        seat.held(KeyCode::PageDown, KeyModifiers::NONE);
    }
    let screen = seat.screen(130, 16);
    assert!(screen.contains("scored by house (ab12)") && screen.contains("I bet the building"), "{screen}");
}

#[test]
fn keys_are_dead_where_nothing_can_be_seen() {
    for (width, height) in [(39, 24), (80, 11), (1, 1)] {
        let mut seat = Seat::new(&thread());
        let screen = seat.screen(width, height);
        assert!(width == 1 || screen.replace('\n', " ").contains("Too small: "), "{screen}");
        seat.keys("ra\n 1nb");
        assert_eq!((seat.last("ann").as_str(), seat.up().as_str()), ("", "c1"));
        assert!(matches!(seat.app.mode, Mode::List));
        assert_eq!(seat.press(KeyCode::Char('q')), Effect::Quit);
        // What is typed is kept, and what is pasted meanwhile left out.
        seat.screen(80, 24);
        seat.keys("nwh");
        seat.screen(width, height);
        seat.app.on_paste("at");
        seat.keys("q\n");
        seat.screen(80, 24);
        seat.keys("y\nr");
        assert_eq!(seat.last("ann"), "reject");
        assert!(seat.app.store.comment_view(1, "ann").unwrap().notes.iter().any(|note| note.text == "why"));
    }
}

#[test]
fn labels_beyond_nine_have_keys_and_are_not_saved_unseen() {
    let mut seat = Seat::new(&[]);
    import_flags(&mut seat.app.store, 12);
    seat.keys("z0");
    let screen = seat.screen(80, 24);
    assert!(screen.contains("· [–]   flag9") && screen.contains("3 [–]   flag12"), "{screen}");
    seat.keys("311");
    assert!(seat.screen(80, 24).contains("1 <no>  flag10"));
    seat.keys("4");
    assert_eq!(seat.message(), "there is no label 4");
    seat.keys("02");
    // Six lines of two labels each have no room here.
    let screen = seat.screen(80, 12);
    assert!(screen.contains("… more labels: enlarge the window to see them"), "{screen}");
    seat.keys("\n");
    assert_eq!(seat.message(), "not saved: this window does not show every label; make it larger");
    seat.screen(80, 24);
    seat.keys("\n");
    assert_eq!(seat.last("ann"), "flag1: yes, flag10: no, flag12: yes, flag2: yes");
    let mut few = Seat::new(&thread());
    few.keys("0");
    assert_eq!(few.message(), "all labels already have a key");
}

#[test]
fn no_class_is_offered_of_a_stance_that_is_left_to_a_person() {
    let mut seat = Seat::new(&[]);
    import_unsure(&mut seat.app.store);
    seat.keys("z");
    let screen = seat.screen(80, 24);
    let stance = screen.lines().find(|line| line.contains(" stance ")).unwrap_or_default().to_owned();
    assert!(stance.contains("[–]") && stance.ends_with("unsure"), "{screen}");
    assert!(!stance.contains("against") && !stance.contains("55 %"), "{screen}");
    seat.keys("\n");
    assert_eq!(seat.last("ann"), "toxicity: yes");
}

#[test]
fn any_size_is_drawn() {
    let mut seat = Seat::new(&thread());
    for keys in ["", "t", "\x1bf", "\x1bb", "\x1bg", "\x1b?", "\x1bnabc"] {
        for key in keys.chars() {
            seat.press(if key == '\x1b' { KeyCode::Esc } else { KeyCode::Char(key) });
        }
        for (width, height) in [(20, 5), (1, 1), (3, 40), (200, 2), (119, 24), (120, 3), (300, 90)] {
            seat.screen(width, height);
            seat.held(KeyCode::PageDown, KeyModifiers::NONE);
            seat.held(KeyCode::PageUp, KeyModifiers::NONE);
        }
    }
}

/// Steers a terminal, or turns a line around.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn text_of_strangers_is_nothing_but_text(
        text in r"(\PC|[a-z]{0,40}|[ \t\r\n\x1b\u{9b}\u{202e}\u{fe0f}\u{200d}\u{1f3fd}\u{301}❤漢👩]){0,60}",
        any: String,
        author: String,
        spans in prop::collection::vec((0..80_usize, 0..80_usize, -1.0..2.0_f32), 0..6),
        size in (36..150_u16, 10..45_u16),
    ) {
        let reasons: Vec<serde_json::Value> = spans.iter().map(|(begin, end, share)| serde_json::json!({
            "label": "toxicity", "class": any, "feature": any, "text": if begin % 2 == 0 { Some(&any) } else { None },
            "begin": begin, "end": end, "share": share,
        })).collect();
        let mut comments = thread();
        for made in &mut comments {
            made.text = format!("{any}{text}");
            made.author = Box::leak(author.clone().into_boxed_str());
            made.reasons = Box::leak(serde_json::to_string(&reasons).unwrap().into_boxed_str());
        }
        comments[2].id = Box::leak(format!("c3{any}").into_boxed_str());
        let words = Words { approve: any.clone(), ..Words::default() };
        let options = Options { words, ..Options::new(&format!("ann{any}")) };
        let mut seat = Seat::with(&comments, options, Box::new(NoRetraining));
        for keys in ["", "nx\nj", "t", "t", "ba\n", "n\x1bf"] {
            for key in keys.chars() {
                seat.press(match key { '\x1b' => KeyCode::Esc, '\n' => KeyCode::Enter, key => KeyCode::Char(key) });
            }
            seat.app.on_paste(&any);
            let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
            terminal.draw(|frame| seat.app.draw(frame)).unwrap();
            for cell in terminal.backend().buffer().content() {
                prop_assert!(!cell.symbol().contains(steers), "{:?}", cell.symbol());
            }
        }
    }
}
