#!/usr/bin/env bash
# Drives the real Claude Code in a pseudo-terminal, started by `claude-code-proxy code` as a person would, with an empty
# home: first prompt, a tool that asks for permission, /model, /context, /compact, Esc in mid-answer, a second session
# beside the first, the end. Checks the screens. Needs tmux, npm and what the server needs.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
proxy=$here/../bin/claude-code-proxy
cache=${E2E_CACHE:-${TMPDIR:-/tmp}/claude-code-proxy-e2e}
version=${CLAUDE_CODE_VERSION:-latest}
cli=$cache/cli-$version
folder=$(mktemp -d)
socket=$folder/tmux
passed=0
provider=
server=

for tool in tmux npm node; do
    command -v "$tool" >/dev/null 2>&1 || { echo "interactive: $tool was not found" >&2; exit 2; }
done

terminal() { env -i PATH="$PATH" HOME="$folder" TERM=xterm-256color LC_ALL=C.UTF-8 tmux -f /dev/null -S "$socket" "$@"; }

finish() {
    code=$?
    trap - EXIT
    terminal kill-server 2>/dev/null || true
    kill $provider $server 2>/dev/null || true
    if [ "$code" -eq 0 ] && [ -z "${E2E_KEEP:-}" ]; then
        rm -rf "$folder"
    else
        echo "interactive: the last screens are in $folder"
    fi
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ ! -x "$cli/node_modules/.bin/claude" ]; then
    mkdir -p "$cli"
    npm install --prefix "$cli" --no-audit --no-fund --loglevel=error "@anthropic-ai/claude-code@$version" >&2
fi
"$proxy" --version >/dev/null # builds it, if need be
echo "interactive: $(env -i PATH="$PATH" HOME="$folder" "$cli/node_modules/.bin/claude" --version)"

node "$here/interactive.mjs" >"$folder/port" &
provider=$!
until [ -s "$folder/port" ]; do kill -0 "$provider"; sleep 0.1; done
cat >"$folder/proxy.env" <<SETTINGS
OPENAI_API_KEY=unused
OPENAI_BASE_URL=http://127.0.0.1:$(cat "$folder/port")/v1
BIG_MODEL=gpt-4o
SMALL_MODEL=gpt-4o-mini
SETTINGS
[ "${E2E_API:-}" != responses ] || printf 'UPSTREAM_API=responses\nPROVIDER=openai\n' >>"$folder/proxy.env"

# A server that stays in front, as some machines do not let it go into the background.
terminal -D >/dev/null 2>&1 &
server=$!
until [ -S "$socket" ]; do kill -0 "$server"; sleep 0.1; done

# open NAME: a session in a terminal of its own, with a home and a folder of its own
open() {
    mkdir -p "$folder/$1/home" "$folder/$1/work"
    terminal new-session -d -s "$1" -x 110 -y 45 -c "$folder/$1/work" \
        "env -i PATH='$cli/node_modules/.bin:$PATH' HOME='$folder/$1/home' TERM=screen-256color LC_ALL=C.UTF-8 \
         ${JAVA_HOME:+JAVA_HOME='$JAVA_HOME'} '$proxy' --env '$folder/proxy.env' code 2>'$folder/$1/errors'; echo \"ended with \$?\"; sleep 3600"
}

screen() { terminal capture-pane -p -S -200 -t "$1" | tee "$folder/$1/screen"; }
keys() { terminal send-keys -t "$1" "${@:2}"; }

# shows NAME SECONDS TEXT: until the screen has the text
shows() {
    local end=$((SECONDS + $2))
    until screen "$1" | grep -qiE -- "$3"; do
        if [ "$SECONDS" -ge "$end" ]; then
            echo "FAIL: the screen of $1 does not show: $3" >&2
            cat "$folder/$1/screen" >&2
            exit 1
        fi
        sleep 0.3
    done
}

hides() { # hides NAME TEXT
    if screen "$1" | grep -qiE -- "$2"; then
        echo "FAIL: the screen of $1 shows: $2" >&2
        cat "$folder/$1/screen" >&2
        exit 1
    fi
}

say() { # say NAME TEXT: typed and sent
    keys "$1" -l "$2"
    sleep 1
    keys "$1" Enter
}

pass() {
    passed=$((passed + 1))
    cp "$folder/one/screen" "$folder/screen-$passed" # kept with E2E_KEEP=1
    echo "PASS $1"
}

begin() { # begin NAME: what a fresh home is asked once: a theme, notes to read, whether the folder is trusted
    local end=$((SECONDS + 90))
    until screen "$1" | grep -qi 'trust this folder'; do
        if [ "$SECONDS" -ge "$end" ] || grep -qi 'API key' "$folder/$1/screen"; then
            echo "FAIL: the session $1 does not begin" >&2
            cat "$folder/$1/screen" >&2
            exit 1
        fi
        if grep -qiE 'text style|Press Enter|recommended' "$folder/$1/screen"; then
            keys "$1" Enter
        fi
        sleep 1
    done
    keys "$1" Down
    sleep 0.5
    keys "$1" Enter
    shows "$1" 30 'manual mode'
}

open one
begin one
hides one 'API key|auto mode|gateway'
pass "start: no question about a key, no notice about automatic mode"

say one 'Good morning'
shows one 60 'You said: Good morning'
pass "first prompt: answered"

say one 'Make a file'
shows one 60 'Do you want to proceed'
[ ! -e "$folder/one/work/made.txt" ]
pass "tool: asks for permission before it runs"
sleep 2 # keys that come with the question are not for it
keys one Enter
shows one 60 'its result came back'
[ -e "$folder/one/work/made.txt" ]
pass "tool: ran, and its result went back"

say one '/context'
shows one 60 '/128k tokens'
keys one Escape
pass "/context: shows the window of the model behind the proxy"

say one '/model'
shows one 30 'Select model|Switch between'
keys one Escape
sleep 1
pass "/model: offers models"

open two
begin two
say two 'A second session'
shows two 60 'You said: A second session'
pass "second session: beside the first, with a proxy of its own"

say one 'Take your time'
shows one 30 'word5'
keys one Escape
shows one 30 'Interrupted'
pass "Esc: interrupts an answer"

say one '/compact'
shows one 90 'Compacted|compact'
pass "/compact: done"

say one 'And after that'
shows one 60 'You said: And after that'
pass "after /compact: the session goes on"

for name in one two; do
    say "$name" '/exit'
    shows "$name" 30 'ended with 0'
    port=$(sed -n 's/.*proxy at http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$folder/$name/errors")
    if curl -s -o "$folder/health" "http://127.0.0.1:$port/health"; then
        echo "FAIL: the proxy of $name is still there" >&2
        exit 1
    fi
done
pass "the end: exit status 0, and the proxies have ended"
echo "$passed passed"
