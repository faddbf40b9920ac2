# Sourced by what needs programs of Debian's packages.

# What a command is begun with to be root's.
sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)

# Installs these packages.
install_debian() {
    printf '\n-- installs %s\n' "$*"
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# Installs the packages of these programs that are not there, each as `program:package`.
need_programs() {
    local pair missing=()
    for pair in "$@"; do
        command -v "${pair%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} -eq 0 ] || install_debian "${missing[@]}"
}
