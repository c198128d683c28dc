#!/usr/bin/env bash
# Builds the release with one command, unpacks it where no Maven and no JDK is, and measures how long somebody waits for
# the first streamed answer of --demo. Checks itself. See README.md.
set -euo pipefail
project=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
server=
failed=0

finish() {
    code=$?
    trap - EXIT
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

check() { # check WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        echo "PASS $what"
    else
        echo "FAIL $what"
        failed=$((failed + 1))
    fi
}

# A person's environment with a Java runtime, and nothing that builds.
bare() { env -i PATH="$java/bin:$work/programs" HOME="$work/home" LC_ALL=C.UTF-8 PORT=0 "$@"; }

# first_answer COMMAND...: milliseconds from here until the first piece of a streamed answer has come; leaves the server
first_answer() {
    local begun port body line
    : >"$work/out"
    begun=$(now)
    (cd "$work/home" && exec env -i PATH="$java/bin:$work/programs" HOME="$work/home" LC_ALL=C.UTF-8 PORT=0 \
        "$@" --demo >"$work/out" 2>"$work/err") &
    server=$!
    until port=$(sed -n 's/^Listening on http:\/\/127\.0\.0\.1:\([0-9]*\).*/\1/p' "$work/out") && [ -n "$port" ]; do
        kill -0 "$server" || { cat "$work/out" "$work/err"; return 1; }
        sleep 0.01
    done
    body='{"model":"claude-sonnet-4-5","max_tokens":300,"stream":true,"messages":[{"role":"user","content":"Hello"}]}'
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s' \
        "${#body}" "$body" >&3
    while IFS= read -r -t 30 -u 3 line; do
        case $line in *content_block_delta*) break ;; esac
    done
    took=$(($(now) - begun))
    case $line in *content_block_delta*) ;; *) return 1 ;; esac
    cat <&3 >/dev/null
    exec 3<&-
}

# stop: by the signal of a service manager; what was printed must hold no warning
stop() {
    local begun code=0
    begun=$(now)
    kill -TERM "$server"
    wait "$server" || code=$?
    server=
    echo "     ended after $(($(now) - begun)) ms"
    [ "$code" -eq 0 ] && ! grep -iE 'warning|\[error\]' "$work/out" && ! grep -v CallRecord "$work/err"
}

archives() { find "$@" -name '*.jsa*' 2>/dev/null | wc -l; }
has() { grep -q -- "$1" "$work/said" || { cat "$work/said"; return 1; }; }
are() { [ "$1" -eq "$2" ]; }
version_of() { "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p'; }

echo "building ..."
begun=$(now)
(cd "$project" && mvn -q -B -ntp -Pdist -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip package -pl proxy-http-undertow -am)
echo "built in $(($(now) - begun)) ms:"
(cd "$project/proxy-http-undertow/target/dist" && ls -l claude-code-proxy-* | awk '{ print "     " $5, $9 }')
release=$(echo "$project"/proxy-http-undertow/target/dist/claude-code-proxy-*.tar.gz)
zip=${release%.tar.gz}.zip
jar=${release%.tar.gz}.jar

mkdir -p "$work/programs" "$work/home"
for program in env sh dirname readlink cat sed grep cksum tr mkdir mv rm find head tar gzip; do
    ln -s "$(command -v "$program")" "$work/programs/$program"
done

jdks=()
best=0
for jdk in "$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" /usr/lib/jvm/*; do
    [ -x "$jdk/bin/jlink" ] || continue
    version=$(version_of "$jdk/bin/java")
    if [ "${#jdks[@]}" -eq 0 ]; then
        jdks=("$jdk")
        best=$version
    elif [ "$version" -gt "$best" ]; then
        jdks=("${jdks[0]}" "$jdk")
        best=$version
    fi
done

for jdk in "${jdks[@]}"; do
    java=$work/jre-$(version_of "$jdk/bin/java")
    "$jdk/bin/jlink" --add-modules java.se,jdk.unsupported,jdk.crypto.ec --output "$java"
    "$java/bin/java" -Xshare:dump >/dev/null 2>&1 # as every runtime that is downloaded has it
    echo "--- $("$java/bin/java" -version 2>&1 | sed -n 2p), without JDK and Maven"
    rm -rf "$work/place" "$work/home/.cache"
    mkdir "$work/place"
    begun=$(now)
    bare tar xzf "$release" -C "$work/place"
    unpacked=$(($(now) - begun))
    home=$(echo "$work"/place/*)
    start=$home/bin/claude-code-proxy
    bare "$start" --version >"$work/said" 2>&1
    sed 's/^/     /' "$work/said"
    check "--version" has '^Java '
    check "--version leaves nothing behind" are "$(archives "$home")" 0

    check "first start" first_answer "$start"
    echo "     from the archive to the first streamed answer: $((unpacked + took)) ms, of which $unpacked ms unpacked it"
    check "ends at once, and says nothing of what it writes" stop
    check "classes are kept" are "$(archives "$home")" 1
    check "second start" first_answer "$start"
    echo "     to the first streamed answer: $took ms"
    check "ends" stop
    check "second start without them" first_answer CLAUDE_CODE_PROXY_CDS=off "$start"
    echo "     to the first streamed answer: $took ms"
    check "ends" stop
    check "one archive is kept" are "$(archives "$home")" 1

    # The superuser may write everywhere but on what is mounted without.
    rm -f "$home"/lib/*.jsa
    chmod a-w "$home/lib"
    place=$start
    if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
        cat >"$work/mounted" <<MOUNTED
#!/bin/sh
$(command -v mount) --bind '$home' '$home' && $(command -v mount) -o remount,ro,bind '$home' && exec '$start' "\$@"
MOUNTED
        chmod +x "$work/mounted"
        place="$(command -v unshare) -m $work/mounted"
    fi
    # shellcheck disable=SC2086
    check "start from a folder that cannot be written" first_answer $place
    check "ends" stop
    check "classes are kept in the user's cache" are "$(archives "$work/home/.cache")" 1
    chmod u+w "$home/lib"

    bare "$java/bin/java" -jar "$jar" --version >"$work/said" 2>&1
    check "the jar: --version" has '^Java '
    check "the jar: start" first_answer "$java/bin/java" -jar "$jar"
    echo "     to the first streamed answer: $took ms"
    kill -TERM "$server"
    check "the jar: ends" wait "$server"
    server=
done

mkdir "$work/zip"
(cd "$work/zip" && "${jdks[0]}/bin/jar" xf "$zip")
check "the zip holds what the tar.gz holds" diff -r --exclude='*.jsa' "$work/zip" "$work/place"
java=$work/none
bare "$start" --demo >"$work/said" 2>&1 && failed=$((failed + 1))
check "without Java: says what to install" has 'install a Java runtime'

claude=$(command -v claude || echo "${E2E_CACHE:-${TMPDIR:-/tmp}/claude-code-proxy-e2e}/cli-${CLAUDE_CODE_VERSION:-latest}/node_modules/.bin/claude")
if [ -x "$claude" ]; then
    java=$work/jre-$best
    for time in first second; do
        mkdir -p "$work/$time"
        begun=$(now)
        (cd "$work/$time" && env -i PATH="$java/bin:$(dirname "$claude"):$PATH" HOME="$work/$time" XDG_CACHE_HOME="$work/home" \
            "$start" --demo code -p hello </dev/null) >"$work/said" 2>&1 || { cat "$work/said"; failed=$((failed + 1)); }
        echo "     claude-code-proxy --demo code -p hello, $time time: $(($(now) - begun)) ms"
        check "Claude Code: answered" has 'demo of claude-code-proxy'
    done
else
    echo "no Claude Code is installed: not measured with it"
fi
if [ "$failed" -gt 0 ]; then
    echo "$failed failed" >&2
    exit 1
fi
