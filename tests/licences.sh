#!/usr/bin/env bash
# Fails if a dependency, on any platform, cannot be used under one of the licences below.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

metadata=$(mktemp)
trap 'rm -f "$metadata"' EXIT
# A file of one's own instead of cargo's answer shows that the check can fail: see tests/it/scripts.rs.
if [[ $# -gt 0 ]]; then cat -- "$1" >"$metadata"; else cargo metadata --locked --format-version 1 >"$metadata"; fi
python3 - "$metadata" <<'PYTHON'
import json
import re
import sys

# All of them permissive, or (MPL-2.0) copyleft for their own files only, which we do not change.
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}


def allowed(expression):
    """Whether an SPDX expression leaves a choice that is allowed; raises ValueError if it is none."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    at = 0

    def peek():
        return tokens[at] if at < len(tokens) else None

    def take():
        nonlocal at
        at += 1
        return tokens[at - 1]

    def either():
        value = both()
        while peek() == "OR":
            take()
            value |= both()
        return value

    def both():
        value = one()
        while peek() == "AND":
            take()
            value &= one()
        return value

    def one():
        if peek() == "(":
            take()
            value = either()
            if peek() != ")":
                raise ValueError(expression)
            take()
            return value
        if peek() in (None, ")", "OR", "AND", "WITH"):
            raise ValueError(expression)
        name = take()
        if peek() == "WITH":
            take()
            name += " WITH " + (take() if peek() else "")
        return name in ALLOWED

    value = either()
    if peek() is not None:
        raise ValueError(expression)
    return value


with open(sys.argv[1], encoding="utf-8") as file:
    packages = json.load(file)["packages"]
if not packages:
    sys.exit("no packages: nothing was checked")
bad = 0
for package in packages:
    licence = package.get("license") or ""
    try:
        fine = bool(licence) and allowed(licence)
    except ValueError:
        fine = False
    if not fine:
        bad += 1
        print(f"{package['name']} {package['version']}: licence {licence!r} is not on the list in tests/licences.sh")
if bad:
    sys.exit(1)
print(f"{len(packages)} packages, each under a licence that is allowed")
PYTHON
