#!/usr/bin/env bash
# The house rules that the compiler does not know: which folder may import which, what every file starts with, and
# words that have no place in the code.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

# A folder imports only those before it.
order=(text thread features metrics learn model report review serve cli)
status=0

complain() {
    printf '%s\n' "$1" >&2
    status=1
}

later=""
for ((i = ${#order[@]} - 1; i >= 0; i--)); do
    folder=${order[i]}
    if [[ -n $later && -d src/$folder ]]; then
        found=$(grep -rnE "\bcrate::($later)\b" --include='*.rs' "src/$folder" || true)
        # `use crate::{a, b}` hides the folders from the search.
        if [[ -n $found ]]; then complain "src/$folder imports a folder that comes after it:"$'\n'"$found"; fi
    fi
    later=${later:+$later|}$folder
done
for folder in src/*/; do
    name=$(basename "$folder")
    [[ " ${order[*]} " == *" $name "* ]] || complain "src/$name is not in the order of tests/house.sh"
done
found=$(grep -rnE 'crate::\{' --include='*.rs' src || true)
if [[ -n $found ]]; then complain $'write the folder out, as in use crate::text::…:\n'"$found"; fi

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
