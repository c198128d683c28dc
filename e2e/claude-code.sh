#!/usr/bin/env bash
# Runs the real Claude Code CLI through the server over a scripted provider, and judges the outcome. See README.md.
#
#   e2e/claude-code.sh [SCENARIO]...     all scenarios when none is named
#   E2E_SERVER=tomcat e2e/claude-code.sh the WAR in Tomcat in place of the server
#   E2E_API=responses e2e/claude-code.sh  over OpenAI's Responses API
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
proxy=$here/../bin/claude-code-proxy
cache=${E2E_CACHE:-${TMPDIR:-/tmp}/claude-code-proxy-e2e}
version=${CLAUDE_CODE_VERSION:-latest}
limit=${E2E_LIMIT:-120}
# The wording of the keys is such that they can be told apart in any request.
export CLIENT_KEY=e2e-client-key-4d1f9c PROVIDER_KEY=e2e-provider-key-77ab02

fail() {
    echo "e2e: $1" >&2
    exit 2
}

for needed in node npm java curl; do
    command -v "$needed" >/dev/null || fail "$needed was not found"
done

names=$(node "$here/judge.mjs" names)
for name in "$@"; do
    grep -qxF -- "$name" <<<"$names" || fail "there is no scenario $name, only: $(tr '\n' ' ' <<<"$names")"
done
# The names hold no blanks.
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $names

mkdir -p "$cache"
folder=$(mktemp -d "$cache/run.XXXXXX")
mkdir "$folder/runs"
children=()

finish() {
    code=$?
    trap - EXIT INT TERM
    for child in "${children[@]}"; do
        kill "$child" 2>/dev/null || true
    done
    for child in "${children[@]}"; do
        wait "$child" 2>/dev/null || true
    done
    if [ "$code" -eq 0 ] && [ -z "${E2E_KEEP:-}" ]; then
        rm -rf "$folder"
    else
        echo "e2e: what was printed and sent is in $folder"
    fi
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

install_cli() {
    cli=$cache/cli-$version
    if [ ! -x "$cli/node_modules/.bin/claude" ]; then
        echo "e2e: installing @anthropic-ai/claude-code@$version ..."
        mkdir -p "$cli"
        npm install --prefix "$cli" --no-audit --no-fund --loglevel=error "@anthropic-ai/claude-code@$version" >"$folder/npm.log" 2>&1 \
            || fail "npm could not install the CLI: $(tail -n 5 "$folder/npm.log")"
    fi
    claude=$cli/node_modules/.bin/claude
    mkdir -p "$folder/home/version"
    echo "e2e: $(env -i PATH="$PATH" HOME="$folder/home/version" "$claude" --version), node $(node --version)"
}

# until_true SECONDS COMMAND...
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

start_provider() {
    node "$here/upstream.mjs" "$folder" >"$folder/upstream.log" 2>&1 &
    children+=($!)
    until_true 30 test -f "$folder/upstream.port" || fail "the scripted provider did not start: $(cat "$folder/upstream.log")"
}

server_answers() {
    kill -0 "$server" 2>/dev/null || fail "the server ended: $(tail -n 20 "$folder/server.log")"
    curl -fsS -o "$folder/health" "$base/health" 2>/dev/null
}

# The WAR in a Tomcat of the build, in place of the server.
start_tomcat() {
    port=$(free_port)
    base=http://127.0.0.1:$port/claude
    echo "e2e: starting Tomcat ..."
    mvn -q -B -ntp -f "$here/../pom.xml" -DskipTests -Dspotless.check.skip -pl proxy-servlet -am pre-integration-test \
        >"$folder/build.log" 2>&1 || fail "the WAR cannot be built: $(tail -n 20 "$folder/build.log")"
    local war home tomcat=$folder/tomcat
    war=$(echo "$here"/../proxy-servlet/target/proxy-servlet-*.war)
    war=$(CDPATH="" cd -- "$(dirname -- "$war")" && pwd -P)/$(basename -- "$war")
    home=$(echo "$here"/../proxy-servlet/target/tomcat-11/apache-tomcat-*)
    local settings=$home/conf/server.xml
    [ ! -f "$settings.original" ] || settings=$settings.original # what a test of the build has kept
    mkdir -p "$tomcat/conf/Catalina/localhost" "$tomcat/logs" "$tomcat/temp" "$tomcat/webapps" "$tomcat/work"
    sed -e "s/port=\"8080\"/port=\"$port\" address=\"127.0.0.1\"/" -e 's/port="8005"/port="-1"/' \
        "$settings" >"$tomcat/conf/server.xml"
    cp "$home/conf/web.xml" "$home/conf/logging.properties" "$tomcat/conf/"
    cat >"$tomcat/conf/Catalina/localhost/claude.xml" <<CONTEXT
<Context docBase="$war">
  <Parameter name="OPENAI_API_KEY" value="$PROVIDER_KEY" override="false"/>
  <Parameter name="OPENAI_BASE_URL" value="http://127.0.0.1:$(cat "$folder/upstream.port")/v1" override="false"/>
  <Parameter name="ANTHROPIC_API_KEY" value="$CLIENT_KEY" override="false"/>
  <Parameter name="BIG_MODEL" value="e2e-big" override="false"/>
  <Parameter name="MIDDLE_MODEL" value="e2e-middle" override="false"/>
  <Parameter name="SMALL_MODEL" value="e2e-small" override="false"/>
</Context>
CONTEXT
    env -i PATH="$PATH" HOME="$HOME" ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} CATALINA_BASE="$tomcat" \
        "$home/bin/catalina.sh" run >"$folder/server.log" 2>&1 &
    server=$!
    children+=("$server")
    until_true 60 server_answers || fail "Tomcat did not start: $(tail -n 20 "$folder/server.log")"
}

start_server() {
    port=$(free_port)
    base=http://127.0.0.1:$port
    cat >"$folder/server.env" <<SETTINGS
OPENAI_API_KEY=$PROVIDER_KEY
OPENAI_BASE_URL=http://127.0.0.1:$(cat "$folder/upstream.port")/v1
ANTHROPIC_API_KEY=$CLIENT_KEY
BIG_MODEL=e2e-big
MIDDLE_MODEL=e2e-middle
SMALL_MODEL=e2e-small
HOST=127.0.0.1
PORT=$port
LOG_LEVEL=INFO
SETTINGS
    [ "${E2E_API:-}" != responses ] || printf 'UPSTREAM_API=responses\nPROVIDER=openai\n' >>"$folder/server.env"
    echo "e2e: starting the server ..."
    local java_home=()
    [ -z "${JAVA_HOME:-}" ] || java_home=(JAVA_HOME="$JAVA_HOME")
    "$proxy" --version >"$folder/build.log" 2>&1 || fail "the server cannot be built: $(tail -n 20 "$folder/build.log")"
    (cd "$folder" && exec env -i PATH="$PATH" HOME="$HOME" ${java_home[@]+"${java_home[@]}"} \
        "$proxy" --env "$folder/server.env" >"$folder/server.log" 2>&1) &
    server=$!
    children+=("$server")
    until_true 60 server_answers || fail "the server did not start: $(tail -n 20 "$folder/server.log")"
}

# run_cli NAME NUMBER PROMPT [OPTION]...
run_cli() {
    local out=$folder/runs/$1.$2 home=$folder/home/$1 work=$folder/work/$1 prompt=$3 code=0 cli end sandbox=()
    shift 3
    mkdir -p "$home"
    # The CLI refuses to skip permissions as root elsewhere than in a sandbox.
    [ "$(id -u)" -ne 0 ] || sandbox=(IS_SANDBOX=1)
    (cd "$work" && exec env -i PATH="$PATH" HOME="$home" ANTHROPIC_BASE_URL="$base" \
        ANTHROPIC_API_KEY="$CLIENT_KEY" CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 CLAUDE_CODE_MAX_RETRIES=2 \
        ${sandbox[@]+"${sandbox[@]}"} "$claude" -p "$prompt" --output-format stream-json --verbose \
        --include-partial-messages --dangerously-skip-permissions "$@" <"/dev/null" >"$out.out" 2>"$out.err") &
    cli=$!
    children+=("$cli")
    end=$((SECONDS + limit))
    while kill -0 "$cli" 2>/dev/null; do
        if [ "$SECONDS" -ge "$end" ]; then
            kill -9 "$cli" 2>/dev/null || true
            wait "$cli" 2>/dev/null || true
            echo timeout >"$out.code"
            return
        fi
        sleep 0.1
    done
    wait "$cli" || code=$?
    echo "$code" >"$out.code"
}

run_scenario() {
    local name=$1 number=0 prompt continued=()
    node "$here/judge.mjs" prepare "$name" "$folder"
    while IFS= read -r prompt; do
        number=$((number + 1))
        run_cli "$name" "$number" "$prompt" ${continued[@]+"${continued[@]}"}
        continued=(--continue)
    done < <(node "$here/judge.mjs" prompts "$name")
    node "$here/judge.mjs" check "$name" "$folder"
}

passed=0
failed=0
count() {
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# The server has to live through everything, and to keep both keys to itself.
judge_server() {
    kill -0 "$server" 2>/dev/null || { echo "FAIL server: it ended: $(tail -n 20 "$folder/server.log")"; return 1; }
    if grep -qE "$CLIENT_KEY|$PROVIDER_KEY" "$folder/server.log"; then
        echo "FAIL server: a key is in its log"
        return 1
    fi
    echo "PASS server: still there, no key in its log"
}

install_cli
start_provider
if [ "${E2E_SERVER:-}" = tomcat ]; then start_tomcat; else start_server; fi
for name in "$@"; do
    count run_scenario "$name"
done
count node "$here/judge.mjs" strays "$folder"
count judge_server
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
