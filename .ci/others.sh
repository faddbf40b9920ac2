# Sourced by the scripts that put programs of others before the charger, in the
# project's root. Their packages are installed outside the tree, at pinned
# versions, and a charger is started for them.

# shellcheck source=programs.sh
source .ci/programs.sh

step() { printf '\n-- %s\n' "$1"; shift; "$@"; }

# Installs the lists of packages in a folder of .ci into `cache`, which it sets:
# those of Python, with options of pip's, and those of npm, as there are. What
# was installed for the same list is not installed again.
install_packages() {
    local here=$1
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/goe-ci/$2
    mkdir -p "$cache"
    if [ -e "$here/requirements.txt" ] && ! is_installed "$here/requirements.txt"; then
        rm -rf "$cache/venv"
        step 'packages of Python' python3 -m venv "$cache/venv"
        "$cache/venv/bin/pip" install --quiet --disable-pip-version-check "${@:3}" --requirement "$here/requirements.txt"
        mark_installed "$here/requirements.txt"
    fi
    if [ -e "$here/package-lock.json" ] && ! is_installed "$here/package-lock.json"; then
        cp "$here/package.json" "$here/package-lock.json" "$cache"
        step 'packages of npm' npm ci --prefix "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error
        mark_installed "$here/package-lock.json"
    fi
}
is_installed() { cmp -s "$1" "$cache/$(basename "$1").installed"; }
mark_installed() { cp "$1" "$cache/$(basename "$1").installed"; }

# Sets `chromium` to the browser, which is installed if there is none.
find_chromium() {
    chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
    if [ -z "$chromium" ]; then
        install_debian chromium
        chromium=$(command -v chromium)
    fi
}

scratch=$(mktemp -d)
stop() {
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}
# Programs that run beside this script end with it.
finish() {
    local pid
    for pid in $(jobs -p); do
        stop "$pid"
    done
    rm -rf "$scratch"
}
trap finish EXIT

# Builds and starts the virtual charger with those flags, or a fleet if `fleet` is the first, where HTTP is free or at
# `charger_at`; sets `http`, `broker` and `modbus` to where they listen, and `charger` to its process. Each has a folder of its own; they
# and `scratch`, which holds the folders, are gone when the script ends.
start_charger() {
    cargo build --quiet --locked --package goe-charger
    local own first second said _ command=()
    if [ "${1:-}" = fleet ]; then
        command=(fleet)
        shift
    fi
    own=$(mktemp -d --tmpdir="$scratch")
    # It says where it listens once it does; a pipe waits for that, and stays open for
    # what it says later.
    mkfifo "$own/said"
    "${CARGO_TARGET_DIR:-target}/debug/goe-charger" "${command[@]}" --http "${charger_at:-127.0.0.1:0}" --flash "$own/flash" "$@" \
        >"$own/said" 2>"$own/log" &
    charger=$!
    http= broker= modbus=
    exec {said}<"$own/said"
    while read -r first second _ <&"$said"; do
        case $first in
        HTTP) http=${second#http://} http=${http%%/*} ;;
        MQTT) broker=${second#mqtt://} broker=${broker%,} ;;
        Modbus) modbus=$second ;;
        try:) break ;;
        esac
    done
    if [ -z "$http" ]; then
        cat "$own/log" >&2
        echo 'the charger did not come up' >&2
        exit 1
    fi
}
