#!/usr/bin/env bash
# Compares what count_tokens answers with an independent count, for conversations of many kinds: see token-counts.mjs.
# Then lets the server learn what a provider counts whose tokens it cannot know. Needs npm, so it is not part of the build.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v npm >/dev/null 2>&1 || { echo "token-counts: npm was not found: install node 20 or newer" >&2; exit 2; }
project=$PWD
work=$(mktemp -d)
server=
cleanup() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

npm install --silent --no-audit --no-fund --prefix "$work" gpt-tokenizer@3.4.0 >&2
cp e2e/token-counts.mjs "$work/"

cd "$work"
node token-counts.mjs provider >provider.log &
provider=$!
trap 'kill $provider 2>/dev/null || true; cleanup' EXIT
until grep -q listening provider.log; do sleep 0.1; done
upstream=$(sed -n 's/^listening //p' provider.log)

env -u ANTHROPIC_API_KEY OPENAI_API_KEY=unused OPENAI_BASE_URL="$upstream/v1" PROVIDER=openai PORT=0 LOG_LEVEL=INFO \
  "$project/bin/claude-code-proxy" >server.log 2>&1 &
server=$!
until grep -q "Listening on" server.log; do
  kill -0 "$server" 2>/dev/null || { cat server.log >&2; exit 2; }
  sleep 0.2
done
node token-counts.mjs compare "$(sed -n 's/.*Listening on \(http[^ ]*\).*/\1/p' server.log | head -n 1)"
