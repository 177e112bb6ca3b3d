//! What costs most to miss comes first.

use crate::queue::filter::{Filter, Scope};
use crate::queue::fixture::{Made, Scratch, flag, made, request};
use crate::queue::order::Order;
use crate::queue::severity::{CostError, Costs};
use crate::queue::store::Store;
use crate::queue::verify::broken::Broken;

fn with(id: &str, labels: &[(&'static str, f32)]) -> Made {
    Made { labels: labels.iter().map(|(label, p)| (*label, flag(*p))).collect(), ..made(id, 0.0) }
}

fn order(scratch: &Scratch) -> Vec<String> {
    let all = Filter { scope: Scope::Everything, ..Filter::default() };
    let page = scratch.store.page(request(Order::Severity, &all, "ann")).unwrap();
    page.items.into_iter().map(|item| item.source_id).collect()
}

fn costs(own: &[(&str, f64)]) -> Result<Costs, CostError> {
    Costs::new(own.iter().map(|(label, cost)| ((*label).to_owned(), *cost)).collect())
}

#[test]
fn what_costs_most_to_miss_comes_first() {
    let mut scratch = Scratch::with(&[]);
    scratch.store.set_shares(0.0, 0.0, 1000).unwrap();
    scratch.import(&[
        with("drift", &[("off_topic", 0.98), ("threat", 0.3)]),
        with("threat", &[("off_topic", 0.1), ("threat", 0.6)]),
        with("insult", &[("insult", 0.9), ("profanity", 0.9)]),
        with("nothing", &[]),
        with("quiet", &[("off_topic", 0.4), ("threat", 0.01)]),
        with("nearly", &[("off_topic", 0.1), ("threat", 0.2)]),
    ]);
    assert_eq!(order(&scratch), ["threat", "insult", "drift", "nearly", "quiet", "nothing"]);
    // By risk a sure flag comes first, whatever it costs to miss it.
    let risk = scratch.store.page(request(Order::Risk, &Filter::default(), "ann")).unwrap();
    assert_eq!(risk.items[0].source_id, "drift");
    scratch.verified();
}

#[test]
fn a_site_sets_its_own_costs_and_verify_works_them_out_again() {
    let comments = [with("a", &[("insult", 0.9)]), with("b", &[("spam", 0.8)]), with("c", &[("threat", 0.7)])];
    let mut scratch = Scratch::with(&comments);
    assert_eq!(order(&scratch), ["c", "a", "b"]);
    let own = costs(&[("spam", 20.0), ("threat", 0.0)]).unwrap();
    scratch.store.set_costs(&own, 2000).unwrap();
    assert_eq!(order(&scratch), ["b", "a", "c"]);
    let entries = scratch.verified().entries;
    scratch.store.set_costs(&own, 2000).unwrap();
    assert_eq!(scratch.verified().entries, entries, "nothing changed");
    // What another program has set in the meantime holds for what is imported.
    let mut other = Store::open(&scratch.path).unwrap();
    other.set_costs(&costs(&[("insult", 50.0)]).unwrap(), 2000).unwrap();
    scratch.import(&[with("d", &[("insult", 0.95)])]);
    assert_eq!(order(&scratch), ["d", "a", "c", "b"]);
    scratch.verified();
    scratch.store.connection.execute("UPDATE comment SET by_severity = -99 WHERE id = 2", []).unwrap();
    let broken = scratch.store.verify().unwrap().unwrap_err();
    assert_eq!(broken, [Broken::Derived { comment: 2, column: "by_severity", from: "scores and their costs" }]);
}

#[test]
fn costs_that_cannot_be_meant_are_refused() {
    for cost in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
        let error = costs(&[("spam", cost)]).unwrap_err().to_string();
        assert!(error.starts_with("severity: spam = ") && error.ends_with("must be between 0 and 1000"), "{error}");
    }
}
