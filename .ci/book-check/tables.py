"""What commands.py has to know of the commands of the book: which of them serve, which stand for
others, and which another step of CI runs. Pages and commands are patterns of `re`."""

# Seconds that a command may take, and one that compiles.
BOUND_S = 30
CARGO_BOUND_S = 300

# Where a charger listens by itself: one that starts there takes the place of another.
ADDRESS = "127.0.0.1:8080"

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
        r"^cargo run(?: --release| --package goe-charger)*(?: --)?(?= |$)",
        "goe-charger",
        "it builds goe-charger first, which .ci/release has done; .ci/book looks that it starts that one",
    ),
]

# page, command, why: what the reader of a page has before it begins.
BEFORE = [
    (
        r"spec/",
        "goe-charger --http 192.168.4.1:80 --broker 192.168.4.2:1883",
        "the spec is of a wallbox that hangs on the wall",
    ),
]

# page, pattern, the step that runs it and why it is not run here
ELSEWHERE = [
    (r"README", r"^cargo test --workspace", ".ci/run"),
]
