//! The checks of this repository can fail: a check that cannot is none.

use super::support::{Dir, ours};

#[test]
fn a_dependency_under_an_unknown_licence_is_found() {
    let dir = Dir::new();
    let check = |licence: &str| {
        let package = |licence: &str| serde_json::json!({"name": "some", "version": "1.0.0", "license": licence});
        dir.put("metadata.json", serde_json::json!({"packages": [package("MIT"), package(licence)]}).to_string());
        dir.bash(&format!("bash {} \"$PWD/metadata.json\"", ours("tests/licences.sh")))
    };
    for fine in [
        "MIT OR Apache-2.0",
        "MIT/Apache-2.0",
        "(GPL-3.0 OR MIT) AND BSD-3-Clause",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
    ] {
        check(fine).done();
    }
    for bad in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "MIT AND (GPL-3.0 OR AGPL-3.0)",
        "",
        "MIT OR",
        "(MIT",
        "GPL-2.0 WITH Classpath-exception-2.0",
    ] {
        let ran = check(bad).failed();
        assert!(ran.out().contains("some 1.0.0") || ran.stderr.contains("some 1.0.0"), "{bad}: {ran:?}");
    }
}

#[test]
fn imports_of_later_folders_and_circles_are_found() {
    let dir = Dir::new();
    let check = || dir.bash(&format!("bash {} \"$PWD\"", ours("tests/house.sh")));
    std::fs::create_dir_all(dir.path("src/text")).unwrap();
    std::fs::create_dir_all(dir.path("src/learn")).unwrap();
    dir.put("src/text/mod.rs", "//! Text.\n");
    dir.put("src/learn/mod.rs", "//! Learning.\nuse crate::text::Token;\n");
    check().done();
    dir.put("src/text/mod.rs", "//! Text.\nuse crate::learn::Solver;\n");
    check().failed().warns("src/text imports");
    dir.put("src/text/mod.rs", "//! Text.\npub(crate) use crate::text::a::A;\n");
    dir.put("src/text/a.rs", "//! A.\nuse super::b::B;\n\npub(crate) struct A(B);\n");
    dir.put("src/text/b.rs", "//! B.\n\npub(crate) struct B;\n");
    check().done();
    dir.put("src/text/b.rs", "//! B.\n\npub(crate) struct B(Option<Box<crate::text::A>>);\n");
    check().failed().warns("2 files import each other in a circle");
    dir.put("src/text/b.rs", "//! B.\n");
    dir.put("src/text/mod.rs", "no head\n");
    check().failed().warns("//!");
    dir.put("src/text/mod.rs", concat!("//! Text.\nfn a() { to", "do!() }\n"));
    check().failed().warns("no place here");
}

#[test]
#[cfg(unix)]
fn an_oldest_compiler_that_cannot_be_had_fails_in_ci_and_is_said_elsewhere() {
    let dir = Dir::new();
    ["tests", "bin"].iter().for_each(|folder| std::fs::create_dir(dir.path(folder)).unwrap());
    dir.put("tests/msrv.sh", std::fs::read(ours("tests/msrv.sh")).unwrap());
    dir.put("Cargo.toml", "[package]\nrust-version = \"1.7\"\n");
    let compiler = |version: &str| {
        dir.put("bin/rustc", format!("#!/bin/sh\necho 'rustc {version} (of a test)'\n"));
        dir.put("bin/rustup", "#!/bin/sh\nexit 1\n");
        dir.bash("chmod +x bin/*").done();
        |ci: &str| dir.bash("PATH=$PWD/bin:$PATH bash tests/msrv.sh").env("CI", ci)
    };
    compiler("1.7.3")("true").done().says("rust 1.7 is in use");
    let run = compiler("1.70.0");
    run("").done().warns("NOT CHECKED: rust 1.7,");
    run("true").failed().warns("rustup could not install it");
}
