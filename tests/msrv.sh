#!/usr/bin/env bash
# Everything compiles with the oldest compiler that Cargo.toml promises (`rust-version`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
[[ -n $version ]] || { echo 'Cargo.toml names no rust-version' >&2; exit 1; }

# The compiler in use is that one: clippy has compiled everything with it.
if [[ $(rustc --version) == "rustc $version."* ]]; then
    echo "rust $version is in use, so clippy has checked it"
    exit 0
fi

unchecked() {
    echo "NOT CHECKED: rust $version, which Cargo.toml promises: $1" >&2
    # Elsewhere it may be missing; in CI a check that is left out is a failure.
    [[ -z ${CI:-} ]]
    exit
}
command -v rustup >/dev/null || unchecked 'there is no rustup to get it with'
toolchain=$(rustup toolchain list | sed -n "s/^\(${version//./\\.}\(\.[0-9]*\)\?\)-.*/\1/p" | head -n 1 || true)
if [[ -z $toolchain ]]; then
    rustup toolchain install --profile minimal --no-self-update "$version" || unchecked 'rustup could not install it'
    toolchain=$version
fi
cargo "+$toolchain" check --locked --all-targets
echo "everything compiles with rust $toolchain"
