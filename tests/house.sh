#!/usr/bin/env bash
# The house rules that the compiler does not know: who may import whom, what every file starts with, and words that have
# no place in the code.
set -euo pipefail
tests=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
cd "${1:-$tests/..}"

status=0

complain() {
    printf '%s\n' "$1" >&2
    status=1
}

# A folder imports only those before it, and files do not import each other in circles.
python3 "$tests/imports.py" . >&2 || status=1

while IFS= read -r file; do
    [[ $(head -c 3 "$file") == '//!' ]] || complain "$file does not start with a //! that says what it is for"
done < <(find src tests benches examples fuzz -name '*.rs' -not -path '*/target/*' 2>/dev/null)

# Left-overs, and paths that exist on one machine only.
found=$(grep -rnE '\b(dbg|todo|unimplemented)!|\b(FIXME|XXX)\b|/(home|root|work|Users)/[a-z]' \
    --include='*.rs' --include='*.sh' --include='*.py' --include='*.md' --include='*.toml' \
    --exclude-dir=target --exclude=house.sh \
    $(ls -d src tests benches examples fuzz docs data models ./*.md Cargo.toml 2>/dev/null) || true)
if [[ -n $found ]]; then complain $'words that have no place here:\n'"$found"; fi

if [[ $status == 0 ]]; then echo "the house is in order"; fi
exit "$status"
