#!/usr/bin/env bash
# Compares what count_tokens answers with an independent count, for conversations of many kinds: see token-counts.mjs.
# Then lets the server learn what a provider counts whose tokens it cannot know. Needs npm, so it is not part of the build.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v npm >/dev/null 2>&1 || { echo "token-counts: npm was not found: install node 20 or newer" >&2; exit 2; }
project=$PWD
work=$(mktemp -d)
server=
provider=
cleanup() {
  kill $server $provider 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

npm install --silent --no-audit --no-fund --prefix "$work" gpt-tokenizer@3.4.0 >&2
cp e2e/token-counts.mjs "$work/"

wait_for() { # wait_for TEXT FILE PROCESS: until the file has the text, half a minute at most
  for _ in $(seq 300); do
    grep -q "$1" "$2" 2>/dev/null && return
    kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  cat "$2" >&2
  exit 2
}

"$project/bin/claude-code-proxy" --version >/dev/null # builds it, if need be
cd "$work"
node token-counts.mjs provider >provider.log &
provider=$!
wait_for listening provider.log "$provider"
upstream=$(sed -n 's/^listening //p' provider.log)

env -i PATH="$PATH" HOME="$work" ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} OPENAI_API_KEY=unused PROVIDER=openai PORT=0 \
  OPENAI_BASE_URL="$upstream/v1" BIG_MODEL=gpt-4o SMALL_MODEL=gpt-4o-mini "$project/bin/claude-code-proxy" >server.log 2>&1 &
server=$!
wait_for "Listening on" server.log "$server"
node token-counts.mjs compare "$(sed -n 's/.*Listening on \(http[^ ]*\).*/\1/p' server.log | head -n 1)"
