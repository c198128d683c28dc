#!/bin/sh
# Builds the last commit twice, in two folders and at two times, and compares every published file byte by byte.
set -eu
project=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in one two; do
    git clone -q "$project" "$work/$copy"
    (cd "$work/$copy" && mvn -q -B -ntp -Pdist package -DskipTests -Dspotless.check.skip -Dgroups=none)
    (cd "$work/$copy" && find . -path '*/target/*' \( -name '*-SNAPSHOT*.jar' -o -name '*-SNAPSHOT*.war' -o -name 'bom.json' -o -path '*/dist/*' \) -type f \
        -not -path '*/lib/*' -not -path '*/server/*' -not -path '*/WEB-INF/*' | sort | xargs sha256sum) > "$work/$copy.sums"
    sleep 2
done
if ! diff "$work/one.sums" "$work/two.sums"; then
    echo "not reproducible" >&2
    exit 1
fi
cat "$work/one.sums"
echo "$(wc -l < "$work/one.sums") files, byte for byte the same"
