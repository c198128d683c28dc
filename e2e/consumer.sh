#!/usr/bin/env bash
# What somebody sees who depends on the artifacts: installs them into an empty local repository, then compiles and runs an
# application outside of the build against them, through the BOM, on the class path and on the module path. Downloads
# everything anew, so it is not part of the build.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r e2e/consumer "$work/app"
version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' pom.xml)
maven=(mvn -q -B -ntp "-Dmaven.repo.local=$work/repository" "-Dproxy.version=$version")

"${maven[@]}" -DskipTests -Dspotless.check.skip install
"${maven[@]}" -f "$work/app/pom.xml" package dependency:copy-dependencies

run() { # run LABEL ARGUMENT...: the application must say all that it does
  local label=$1 printed
  shift
  printed=$(java "$@")
  grep -q '"text":"Good day."' <<<"$printed"
  grep -q "^$label\$" <<<"$printed"
  echo "$label: fine"
}

run "on the class path" -cp "$work/app/target/classes:$work/app/target/lib/*" consumer.Consumer
run "on the module path" -p "$work/app/target/classes:$work/app/target/lib" -m consumer/consumer.Consumer
java -cp "$work/app/target/lib/*" io.github.claudecodeproxy.launcher.Launcher --version
