# Sourced by what runs steps. Each is told before it runs, and how long it took behind it.
step() {
    printf '\n== %s\n' "$*"
    running=$* began=$SECONDS
    "$@"
    took+=("$((SECONDS - began)) $running")
    running=
    echo "-- $((SECONDS - began)) s"
}
took=() running= began=0

# Tells how long each step took, the slowest first, and which one failed. For a trap on EXIT.
tell_times() {
    local each
    [ -z "$running" ] || took+=("$((SECONDS - began)) failed: $running")
    printf '\n== how long each step took\n'
    for each in "${took[@]}"; do
        printf '%5d s  %s\n' "${each%% *}" "${each#* }"
    done | sort --numeric-sort --reverse --stable | cut --characters=1-120
    printf '%5d s  in all\n' "$SECONDS"
}
