#!/usr/bin/env bash
# Everything that must hold before a change goes in: one command, one exit status. It needs rust (1.95 or later, with
# rustfmt and clippy), python3 (3.11 or later), node (18 or later) with npm, and openssl; the only network it uses is crates.io
# and, once, PyPI and npm for the clients of tests/clients.sh. That installs python3-venv, node, npm and openssl where it may.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Nothing is compiled twice here, so what incremental compilation keeps for the next time only costs.
export CARGO_INCREMENTAL="${CARGO_INCREMENTAL:-0}"

step() {
    local begun=$SECONDS
    printf '\n== %s\n' "$*"
    "$@"
    printf -- '-- %d s\n' "$((SECONDS - begun))"
}

step bash tests/house.sh
step cargo fmt --check
# Clippy and the tests share one profile, so that the dependencies are compiled once for each.
step cargo clippy --locked --all-targets -- -D warnings
step cargo clippy --locked --no-default-features --lib --test contract -- -D warnings
step bash tests/msrv.sh
step cargo test --locked
# With the program that the tests have just run.
step bash tests/clients.sh
# What the examples say of themselves, done.
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
step cargo run --locked --quiet --example score_thread -- data/threads/harbour-library.txt
step cargo run --locked --quiet --example train_and_save -- "$out/my.model" data/labelled/{harbour-library,larkspur-phone-ban,orlsby-rent-freeze,velmark-voting-age}.csv
step cargo run --locked --quiet --example decide_and_retrain -- "$out/queue.db" data/threads/harbour-library.txt
step env RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
step bash tests/licences.sh

printf '\nall of it holds (%d s)\n' "$SECONDS"
