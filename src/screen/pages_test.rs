//! Every page as it is seen, on a small and a large terminal.

use ratatui::crossterm::event::KeyCode;

use crate::screen::app::Mode;
use crate::screen::options::Options;
use crate::screen::retraining::Progress;
use crate::screen::sample::{Dummy, Seat, thread};

#[test]
fn the_main_page_at_80_by_24() {
    let seat = Seat::new(&thread());
    insta::assert_snapshot!(seat.screen(80, 24), @r"
     ombud review │ ann │ 4 waiting │ queue · severity
    ▲ 93 % toxicity       5 h   tidewatcher     Ninety-one years. It got through a…
    ▲ 81 % toxicity       5 h   Gadfly_Brin     I bet the building is sold already,…
    ▲ 72 % toxicity       5 h   tidewatcher     You would say that, idiot.
    ▲ 66 % off_topic      5 h   Pamela ␛[2J\u{… Has anyone tried the new cafe on th…

    ── tidewatcher · 2026-11-24 20:30 · flagged · c1 ───────────────────────────────
    Ninety-one years. It got through a bomb on the dock and not through Denise
    Marrable with a spreadsheet. Parasites, the lot of them.

    Who voted for this?

    toxicity because “Denise Marrable” +0.9, “parasites” +2.2
    off_topic because little in common with the article: 0.04 +0.7

    article Council votes to close the Harbour Road library
      The council decided on Tuesday to close the library at the end of March.

      The roof is to blame.                                                PgDn more
    1 [yes]     toxicity     93 % █████│███░ ≥50 %
    2 [–]       off_topic    20 % ██░░░│░░░░ ≥50 %
    3 [against] stance       55 % ██████░░░░ against

    a approve  r reject  e escalate  Enter labels only  Space skip  u undo  ? keys
    ");
}

#[test]
fn the_main_page_at_the_least_size() {
    let seat = Seat::new(&thread());
    insta::assert_snapshot!(seat.screen(40, 12), @r"
     ombud review │ ann │ 4 waiting │ queue
    ▲ 93 % toxicity    5 h   tidewatcher
    ▲ 81 % toxicity    5 h   Gadfly_Brin
    ── tidewatcher · 2026-11-24 20:30 · flag
    Ninety-one years. It got through a bomb
    on the dock and not through Denise
    Marrable with a spreadsheet. PaPgDn more
    1 [yes] toxicity      93 % █████│███░
    2 [–]   off_topic     20 % ██░░░│░░░░
    3 [against] stance    55 % against

    a approve  r reject  e escalate  ? keys
    ");
}

#[test]
fn the_main_page_at_140_by_40() {
    let mut seat = Seat::new(&thread());
    seat.keys("nLooks like a quarrel.\njjj");
    seat.keys("rkkk");
    insta::assert_snapshot!(seat.screen(140, 40), @r"
     ombud review │ ann │ 3 waiting │ 1 decided │ queue · severity
    ▲ 93 % toxicity    5 h   tidewatc… │ ── tidewatcher · 2026-11-24 20:30 · flagged · c1 ──│ 1 [yes]     toxicity     93 % █████│███░ ≥50 %
    ▲ 81 % toxicity    5 h   Gadfly_B… │ Ninety-one years. It got through a bomb on the dock│ 2 [–]       off_topic    20 % ██░░░│░░░░ ≥50 %
    ▲ 72 % toxicity    5 h   tidewatc… │ and not through Denise Marrable with a spreadsheet.│ 3 [against] stance       55 % ██████░░░░ against
    ✓ reject           5 h   Pamela ␛… │ Parasites, the lot of them.                        │
                                       │                                                    │ note by ann, 2026-11-25 02:00: Looks like a
                                       │ Who voted for this?                                │ quarrel.
                                       │                                                    │
                                       │ toxicity because “Denise Marrable” +0.9,           │ article Council votes to close the Harbour Road
                                       │ “parasites” +2.2                                   │ library
                                       │ off_topic because little in common with the        │   The council decided on Tuesday to close the
                                       │ article: 0.04 +0.7                                 │   library at the end of March.
                                       │                                                    │
                                       │                                                    │   The roof is to blame.
                                       │                                                    │
                                       │                                                    │ other top-level comments
                                       │                                                    │   c5: Good. The roof alone was half a million.
                                       │                                                    │
                                       │                                                    │ scored by house (ab12)
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │
                                       │                                                    │

    a approve  r reject  e escalate  Enter labels only  Space skip  u undo  j next  n note  t thread  f filter  o order  b batch  ? keys
    ");
}

#[test]
fn the_thread_page() {
    let mut seat = Seat::new(&thread());
    seat.keys("jrkt");
    insta::assert_snapshot!(seat.screen(80, 24), @r"
     ombud review │ ann │ 3 waiting │ 1 decided │ queue · severity
        tidewatcher Ninety-one years. It got through a bomb on the dock and not thr…
    ▸ │ ✓ Gadfly_Brin [reject] I bet the building is sold already, you fools.
      │ │   tidewatcher Who told you? Nobody's said a word about a sale.
      │   Pamela ␛[2J\u{202e}T Has anyone tried the new cafe on the pier?
        c5 Good. The roof alone was half a million.
      │   tidewatcher You would say that, idiot.








    ── Gadfly_Brin · 2026-11-24 20:30 · 2 of 6 ─────────────────────────────────────
    I bet the building is sold already, you fools.






    j next  k previous  Enter review this one  Esc back
    ");
    seat.keys("jj");
    insta::assert_snapshot!(seat.screen(140, 40), @r"
     ombud review │ ann │ 3 waiting │ 1 decided │ queue · severity
        tidewatcher Ninety-one years. It got through a bomb on the dock and not through Denise Marrable with a spreadsheet. Parasites, the lot…
    ▸ │ ✓ Gadfly_Brin [reject] I bet the building is sold already, you fools.
      │ │   tidewatcher Who told you? Nobody's said a word about a sale.
      │   Pamela ␛[2J\u{202e}T Has anyone tried the new cafe on the pier?
        c5 Good. The roof alone was half a million.
      │   tidewatcher You would say that, idiot.



















    ── Pamela ␛[2J\u{202e}T · 2026-11-24 20:30 · 4 of 6 ────────────────────────────────────────────────────────────────────────────────────────
    Has anyone tried the new cafe on the pier?











    j next  k previous  Enter review this one  Esc back
    ");
    seat.keys("\n");
    assert_eq!(seat.up(), "c4");
}

#[test]
fn the_filter_page() {
    let mut seat = Seat::new(&thread());
    seat.keys("f");
    seat.press(KeyCode::Char(' '));
    seat.press(KeyCode::Right);
    seat.press(KeyCode::Char(' '));
    insta::assert_snapshot!(seat.screen(80, 24), @r"
     ombud review │ ann │ 4 waiting │ queue · severity
    Show comments that meet all of these conditions.

    ▸ any of these raised ‹ [x] toxicity ›  off_topic, toxicity
      state               waiting
      which comments      flagged, and the audit sample
      thread              any
      author              any
      words in the text   any
      score of label      none
        from              any
        to                any
      what I skipped      no
      order               severity









    Enter apply  ↑ ↓ field  ← → choose  Space mark  Backspace clear  Esc cancel
    ");
    for _ in 0..4 {
        seat.press(KeyCode::Down);
    }
    seat.keys("tide");
    insta::assert_snapshot!(seat.screen(140, 40), @r"
     ombud review │ ann │ 4 waiting │ queue · severity
    Show comments that meet all of these conditions.

      any of these raised off_topic, toxicity
      state               waiting
      which comments      flagged, and the audit sample
      thread              any
    ▸ author              tide
      words in the text   any
      score of label      none
        from              any
        to                any
      what I skipped      no
      order               severity

























    Enter apply  ↑ ↓ field  ← → choose  Space mark  Backspace clear  Esc cancel
    ");
}

#[test]
fn the_batch_page() {
    let mut seat = Seat::new(&thread());
    seat.keys("br1\n");
    insta::assert_snapshot!(seat.screen(80, 24), @r"
     ombud review │ ann │ 4 waiting │ queue · severity
    One decision on: queue
    4 comments that await you
    reject; toxicity yes: 4 comments? Type y; any other key goes back.

    a [ ] approve   r [x] reject   e [ ] escalate
    1  toxicity              → yes
    2  off_topic             → –
    3  stance                → –

    all of them
    tidewatcher       Ninety-one years. It got through a bomb on the dock and not t…
    Gadfly_Brin       I bet the building is sold already, you fools.
    tidewatcher       You would say that, idiot.
    Pamela ␛[2J\u{20… Has anyone tried the new cafe on the pier?








    a approve  r reject  e escalate  1-9 labels  Enter decide  Esc back
    ");
    insta::assert_snapshot!(seat.screen(140, 40), @r"
     ombud review │ ann │ 4 waiting │ queue · severity
    One decision on: queue
    4 comments that await you
    reject; toxicity yes: 4 comments? Type y; any other key goes back.

    a [ ] approve   r [x] reject   e [ ] escalate
    1  toxicity              → yes
    2  off_topic             → –
    3  stance                → –

    all of them
    tidewatcher       Ninety-one years. It got through a bomb on the dock and not through Denise Marrable with a spreadsheet. Parasites, the lo…
    Gadfly_Brin       I bet the building is sold already, you fools.
    tidewatcher       You would say that, idiot.
    Pamela ␛[2J\u{20… Has anyone tried the new cafe on the pier?
























    a approve  r reject  e escalate  1-9 labels  Enter decide  Esc back
    ");
}

#[test]
fn the_figures_page() {
    let mut seat = Seat::new(&thread());
    seat.keys("r\na");
    seat.keys("g");
    insta::assert_snapshot!(seat.screen(80, 24), @r"
     ombud review │ ann │ 1 waiting │ 3 decided │ queue · severity
    1 open · 3 done · 0 escalated · 0 erased
    ██████████████████████████████░░░░░░░░░░

    reviewer             decisions on 2026-11-25
    ann                          3             3

    flag                 confirmed of raised          missed in the sample
    reject               50 % of 2 (9 to 91)           –
    toxicity             100 % of 1 (21 to 100)        –

    mean score by week of writing
    off_topic           ▅ 0.19 to 0.19, now 0.19, since 2026-11-23
    stance              ▅ 0.55 to 0.55, now 0.55, since 2026-11-23
    toxicity            ▄ 0.44 to 0.44, now 0.44, since 2026-11-23








    j down  k up  Esc back
    ");
    insta::assert_snapshot!(seat.screen(140, 40), @r"
     ombud review │ ann │ 1 waiting │ 3 decided │ queue · severity
    1 open · 3 done · 0 escalated · 0 erased
    ██████████████████████████████░░░░░░░░░░

    reviewer             decisions on 2026-11-25
    ann                          3             3

    flag                 confirmed of raised          missed in the sample
    reject               50 % of 2 (9 to 91)           –
    toxicity             100 % of 1 (21 to 100)        –

    mean score by week of writing
    off_topic           ▅ 0.19 to 0.19, now 0.19, since 2026-11-23
    stance              ▅ 0.55 to 0.55, now 0.55, since 2026-11-23
    toxicity            ▄ 0.44 to 0.44, now 0.44, since 2026-11-23
























    j down  k up  Esc back
    ");
}

#[test]
fn the_help_page() {
    let mut seat = Seat::new(&thread());
    seat.keys("?");
    insta::assert_snapshot!(seat.screen(80, 24), @r"
     ombud review │ ann │ 4 waiting │ queue · severity
    j ↓                next comment
    k ↑                previous comment
    a                  approve and go on
    r                  reject and go on
    e                  escalate: somebody else decides
    Enter              save only the labels, as shown; publishes and removes nothing
    1 2 3 4 5 6 7 8 9  answer the label with this number: yes, no, no answer
    0                  if there are more labels: use 1 to 9 for the next ones
    s                  the stance: each class in turn, then no answer
    Space              skip: it comes back at the next start
    u                  undo the last step; again for earlier ones
    n                  write a note
    t                  show the whole thread
    f                  filter comments
    o                  change the order
    b                  decide all comments that match the filter
    g                  figures
    l                  train the model on the decisions
    z                  refresh the queue
    PgDn               scroll down
    PgUp               scroll up                                            ↓ more

    j down  k up  Esc back
    ");
    insta::assert_snapshot!(seat.screen(140, 40), @r"
     ombud review │ ann │ 4 waiting │ queue · severity
    j ↓                next comment
    k ↑                previous comment
    a                  approve and go on
    r                  reject and go on
    e                  escalate: somebody else decides
    Enter              save only the labels, as shown; publishes and removes nothing
    1 2 3 4 5 6 7 8 9  answer the label with this number: yes, no, no answer
    0                  if there are more labels: use 1 to 9 for the next ones
    s                  the stance: each class in turn, then no answer
    Space              skip: it comes back at the next start
    u                  undo the last step; again for earlier ones
    n                  write a note
    t                  show the whole thread
    f                  filter comments
    o                  change the order
    b                  decide all comments that match the filter
    g                  figures
    l                  train the model on the decisions
    z                  refresh the queue
    PgDn               scroll down
    PgUp               scroll up
    ?                  these keys
    q                  quit

    Escape goes back. Control-C quits. Other keys with Control or Alt do nothing.
    An action saves only the labels that you answered; labels only saves all as shown.
    Decisions are saved at once: quitting loses nothing, and undo works after a restart.

    ▲                  a flag is raised
    ?                  the model leaves it to you
    ○                  in the audit sample, which shows what the model misses
    ·                  not flagged
    ✓                  decided
    !                  escalated
    words that raised a flag, by strength: strong medium weak



    j down  k up  Esc back
    ");
}

#[test]
fn two_models_side_by_side() {
    let options = Options { colour: false, learn_after: Some(2), ..Options::new("ann") };
    let mut seat = Seat::with(&thread(), options, Box::new(Dummy::default()));
    seat.keys("r");
    assert!(!seat.message().contains("learn"));
    seat.keys("r");
    assert!(seat.message().ends_with("2 decisions: the model is learning from them"), "{}", seat.message());
    seat.wait_for_worker();
    seat.wait_for_worker();
    assert_eq!(
        seat.message(),
        "a new model is ready (queue: 142 now, 131 with the new model): l compares it with the old one"
    );
    seat.keys("l");
    insta::assert_snapshot!(seat.screen(80, 24), @r"
     ombud review │ ann │ 2 waiting │ 2 decided │ new model: l │ queue · severity
    A new model has learnt from the decisions.
    Both measured on the decided comments of the audit sample; more is better.
    AUC: how often a yes is scored above a no; macro-F1: mean of the classes' F1.

    label             measure   in use (95 %)          new (95 %)                 n
    toxicity          AUC       0.810 (0.75 to 0.86)   0.860 (0.80 to 0.91)     120
    stance            macro-F1  0.550 (0.49 to 0.60)   0.510 (0.45 to 0.56)     120
    reject            AUC       –                      0.700                    120
      too few to tell: “yes” was answered once; 10 are needed

    queue: 142 now, 131 with the new model
    Use the new model? y: yes, and rescore the queue; n: discard it; Esc: later.










    y use the new model  n discard it  Esc later
    ");
    // Nothing but a y switches.
    seat.keys("x \n");
    assert!(matches!(seat.app.mode, Mode::Learn(_)));
    let (up, now) = (seat.up(), seat.now + 1000);
    seat.app.on_key(KeyCode::Char('y').into(), now);
    assert_eq!(seat.message(), "the queue is being scored with the new model; you can go on");
    assert!(seat.screen(80, 24).contains("│ rescored 3 of 6"));
    // Meanwhile a note is typed, and the comment that it is for stays.
    seat.keys("n");
    seat.wait_for_worker();
    assert_eq!(seat.message(), "the new model is in use; 6 comments are rescored: z puts them in order");
    seat.keys("so\n");
    assert_eq!((seat.up(), seat.app.progress.clone()), (up, Progress::Idle));
    assert_eq!((seat.app.unlearnt, seat.message().as_str()), (0, "noted"));
}
