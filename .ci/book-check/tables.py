"""What commands.py has to know of the commands of the book: which of them serve, which stand for
others, and which another step of CI runs. Pages and commands are patterns of `re`."""

# Seconds that a command may take, and one that compiles.
BOUND_S = 30
CARGO_BOUND_S = 300

# Where a charger listens by itself: one that starts at the port of another takes its place.
PORT = 8080

# The network of the readers. The spec speaks of a wallbox at 192.168.4.1 and of a broker beside it.
NETWORK = [
    "link set lo up multicast on",
    "route add 224.0.0.0/4 dev lo",
    "address add 192.168.4.1/32 dev lo",
    "address add 192.168.4.2/32 dev lo",
]

# Commands that serve or watch, and what they say once they do.
SERVES = [
    (r"(^|[ /])goe-charger(?! (run|completions|man|health|--help|--version)\b)( |$)", r"^ *HTTP +http://"),
    (r"^cargo run -- --speed 60$", r"^ *HTTP +http://"),
    (r"^mosquitto_sub .*-v", r"^\S+ \S"),
    (r"^goectl watch ", r"\S"),
]

# page, pattern, what is run in its place, why
REWRITTEN = [
    (
        r"(?!docs/your-own-device)",
        r"^cargo run(?: --release)?(?: --)?(?= |$)",
        "goe-charger",
        "it builds goe-charger first, which .ci/release has done; .ci/book looks that it starts that one",
    ),
    (r"docs/first-minute", r"^packaging/archive(?= |$)", "true", ".ci/release has done it, and what it left is in target/dist"),
    (
        r"docs/your-own-device",
        r"^cargo codegen (init (\S+))$",
        r"""goe-codegen \1 --goe "$CHECKOUT" &&
            sed 's/"heat-pump"/"pool-heater"/' "$CHECKOUT/examples/heat-pump/Cargo.lock" >\2/Cargo.lock""",
        "what CI has built of this checkout is used, and the dependencies are those that were tried",
    ),
]

# page, command, why: what the reader of a page has or does before it begins.
BEFORE = [
    (
        r"spec/",
        "goe-charger --http 192.168.4.1:80 --broker 192.168.4.2:1883",
        "the spec is of a wallbox that hangs on the wall",
    ),
    (
        r"spec/access",
        """curl -d '{"card":"04a1b2c3"}' http://192.168.4.1/garage &&
            until curl 'http://192.168.4.1/api/status?filter=lrr' | grep -q '[0-9]'; do sleep 0.1; done""",
        "somebody holds a card to it, which the charger sees a second later",
    ),
    (r"docs/(with-(evcc|home-assistant|node-red)|containers)", "goe-charger", "they say that one runs"),
    (r"README", "cd target/dist", "without Rust, the files of a release are in the folder of who reads it"),
    (r"codegen/README", "cd example", "the table of its examples is in a folder of its own"),
]

# page, file, how the block begins that is put there. The page says so in words.
WRITTEN = [
    (r"docs/scenarios", "first.yaml", "name: A car comes and charges"),
    (r"docs/scenarios", "client.yaml", "name: The client lowers the current"),
    (r"codegen/README", "example/spec/api.md", "| Key | R/W | Type | Category | Description |"),
]

# page, pattern, the step of .ci/run that runs it and why it is not run here
ELSEWHERE = [
    (r"README", r"^cargo test --workspace", "a step of its own"),
    (r"CONTRIBUTING", r"^bash \.ci/run$", "it runs this"),
    (r"docs/clients", r"^\.ci/clients", ".ci/clients"),
    (r"docs/fleet", r"^\.ci/fleet ", ".ci/fleet, with another seed"),
    (r"docs/fleet", r"^NATS_NAME=", ".ci/fleet, whose cluster.py starts each node so"),
    (r"docs/fleet", r"^docker compose up|^cd packaging/fleet|^export (NATS_PASSWORD|GOE_BINARIES)|8081/fleet$", ".ci/fleet, without containers: images come from elsewhere"),
    (r"codegen/explain/", r"", "a test of goe-codegen, which brings about what each page is of"),
    (r"docs/with-python", r"", ".ci/python, with packages that are no part of the wheel"),
    (r"docs/containers", r"^docker |^export GOE_BINARIES", ".ci/containers, by the builder that is a package here"),
    (r"codegen/README", r"^goe-codegen diff old\.md", "a test of goe-codegen that compares it with the page"),
    (r"docs/spec-language", r"", "a test of goe-codegen that compares all of the page with what it prints"),
    (r"firmware/README", r"^cargo test -p goe-device", "the step that runs all tests"),
    (r"firmware/README", r"^firmware/boards/qemu-riscv32/run|^GOE_", ".ci/board"),
    (r"firmware/README", r"^rustup |^sudo apt-get|^cd firmware/boards/esp32c3|cargo-bare", ".ci/board, which installs what it needs"),
    (r"firmware/README", r"^addr2line|^espflash", "none: a panic cannot be ordered, and there is no chip"),
    (r"firmware/README", r"goe-world .*--days 365", "a month of it, a step of its own"),
    (r"bench/README", r"^cargo bench", "none: it measures for minutes; clippy compiles it"),
]
