#!/usr/bin/env bash
# Builds everything and runs every test. On Debian as root it installs the real servers that the tests use; elsewhere it says what is
# missing, and exactly the tests that need it are skipped. Under CI=true a missing server fails.
# The last line is always: N passed, N failed, N skipped
set -uo pipefail
cd "$(dirname "$0")" || exit 1

packages=(mosquitto mosquitto-clients ejabberd chromium fonts-noto-core fonts-noto-cjk
    influxdb nginx-light victoria-metrics)
commands=(mosquitto mosquitto_pub mosquitto_sub ejabberdctl chromium influxd nginx victoria-metrics)

missing=()
for command in "${commands[@]}"; do
    command -v "$command" >/dev/null || [ -x "/usr/sbin/$command" ] || missing+=("$command")
done
if [ "${#missing[@]}" -gt 0 ]; then
    if [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
        echo "Installing ${packages[*]}"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    else
        echo "MISSING: ${missing[*]} - the tests that need them will be skipped (Debian: apt-get install ${packages[*]})"
    fi
fi

if command -v npm >/dev/null; then
    for client in tests/EndToEnd.Tests/WebSocketClient tests/Ingest.Tests/FluxCheck; do
        npm ci --prefix "$client" --silent || echo "MISSING: the packages of $client - the tests that need them will be skipped"
    done
else
    echo "MISSING: node, npm - the tests of MQTT over WebSocket and of Flux that need them will be skipped"
fi

dotnet build Plantroom.slnx -c Release --nologo -v quiet || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test Plantroom.slnx -c Release --no-build --nologo -m:1 --logger "console;verbosity=minimal" 2>&1 | tee "$log"
code=${PIPESTATUS[0]}

# One line for each test project: "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total: ..."
read -r passed failed skipped < <(awk '
    /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/ {
        match($0, /Failed: +[0-9]+/);  failed  += substr($0, RSTART + 7, RLENGTH - 7)
        match($0, /Passed: +[0-9]+/);  passed  += substr($0, RSTART + 7, RLENGTH - 7)
        match($0, /Skipped: +[0-9]+/); skipped += substr($0, RSTART + 8, RLENGTH - 8)
    }
    END { print passed + 0, failed + 0, skipped + 0 }' "$log")

# A test run that broke off counts nothing: it must still be seen as a failure.
if [ "$code" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
if [ "$passed" = 0 ]; then code=1; failed=$((failed > 0 ? failed : 1)); fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
