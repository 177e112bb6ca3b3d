//! A setting that cannot be read stops the program.

use crate::queue::fixture::scratch;
use crate::queue::store::Store;

#[test]
fn a_setting_that_is_damaged_is_no_default() {
    for (edit, named) in [
        ("UPDATE setting SET value = x'' WHERE name = 'seed'", "seed"),
        ("DELETE FROM setting WHERE name = 'seed'", "seed"),
        ("UPDATE setting SET value = x'ff' WHERE name = 'slice'", "slice"),
        ("UPDATE setting SET value = CAST('7' AS BLOB) WHERE name = 'double'", "double"),
        ("INSERT INTO setting VALUES ('severity', x'5b5d')", "severity"),
        ("INSERT INTO setting VALUES ('severity', CAST('{\"spam\": -1}' AS BLOB))", "severity"),
    ] {
        let mut scratch = scratch();
        scratch.store.set_shares(0.1, 0.2, 1000).unwrap();
        scratch.store.connection.execute(edit, []).unwrap();
        let error = Store::open(&scratch.path).unwrap_err().to_string();
        assert!(error.contains(&format!("the setting {named} is missing or damaged")), "{error}");
    }
}
