# Sourced by what runs steps. Each is told before it runs, and how long it took behind it.
step() {
    printf '\n== %s\n' "$*"
    local began=$SECONDS
    "$@"
    echo "-- $((SECONDS - began)) s"
}
