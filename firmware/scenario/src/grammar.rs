//! The language of scenarios as data: which members there are, what each may be, and
//! what it is for.
//!
//! Whoever reads a file and whatever tells of the language (its JSON Schema, the
//! reference of its documentation) takes it from here. It must never know how a
//! scenario is played.

/// A member of a map of the language.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is for.
    pub doc: &'static str,
}

/// What a member may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number from 0 on.
    Whole,
    /// `on` or `off`.
    Switch,
    /// A time span such as `1h30m`.
    Span,
    /// A moment such as `2026-06-21T12:00:00Z`.
    Moment,
    /// A release of the firmware.
    Release,
    /// Keys, each with the value that it is set to.
    Settings,
    /// Keys, each with a value that it must not take.
    Refused,
    /// A change of the garage.
    Garage,
    /// Quirks, each with whether it is on.
    Quirks,
    /// What holds: a map of what is looked at.
    Condition,
    /// One condition, or a list of them.
    Conditions,
    /// What happens, one after the other.
    Steps,
    /// Names of keys.
    Keys,
    /// A value.
    Value,
    /// A number.
    Number,
    /// A list of values.
    Values,
}

impl Kind {
    /// What it is, in a few words.
    pub fn told(self) -> &'static str {
        match self {
            Kind::Text => "a text",
            Kind::Whole => "a whole number",
            Kind::Switch => "`on` or `off`",
            Kind::Span => "a time span such as `1h30m`",
            Kind::Moment => "a moment such as `2026-06-21T12:00:00Z`",
            Kind::Release => "`59.4` or `60.4`",
            Kind::Settings => "a map of keys, each with a value",
            Kind::Refused => "a map of keys, each with a value",
            Kind::Garage => "a change of the garage",
            Kind::Quirks => "a map of quirks",
            Kind::Condition => "a condition",
            Kind::Conditions => "a condition, or a list of them",
            Kind::Steps => "a list of steps",
            Kind::Keys => "a list of keys",
            Kind::Value => "a value",
            Kind::Number => "a number",
            Kind::Values => "a list of values",
        }
    }
}

const fn member(name: &'static str, kind: Kind, doc: &'static str) -> Member {
    Member { name, kind, doc }
}

/// The members of a file.
pub const FILE: &[Member] = &[
    member(
        "name",
        Kind::Text,
        "What it shows, for reports; without one the name of the file counts.",
    ),
    member(
        "seed",
        Kind::Whole,
        "Seed of everything that is left to chance, 1 without. The same seed plays the same.",
    ),
    member(
        "starts",
        Kind::Moment,
        "What time it is when the charger boots, in UTC; 2026-06-21T10:00:00Z without.",
    ),
    member(
        "lasts",
        Kind::Span,
        "When it ends, counted from its beginning; every step has to be done by then. Without it ends with its last step.",
    ),
    member(
        "release",
        Kind::Release,
        "The release of the firmware; the newest without.",
    ),
    member(
        "wifi",
        Kind::Switch,
        "Whether the charger comes with the network of the house set up; `on` without.",
    ),
    member(
        "broker",
        Kind::Switch,
        "Whether there is an MQTT broker at the beginning; `off` without.",
    ),
    member(
        "quirk",
        Kind::Quirks,
        "Quirks that are on from the beginning.",
    ),
    member(
        "garage",
        Kind::Garage,
        "What surrounds the charger at the beginning: a change of the garage in which no car is plugged in.",
    ),
    member(
        "set",
        Kind::Settings,
        "What is set at the beginning, in this order.",
    ),
    member(
        "always",
        Kind::Conditions,
        "What holds at every second, from the beginning to the end.",
    ),
    member(
        "never",
        Kind::Conditions,
        "What holds at no second, from the beginning to the end.",
    ),
    member(
        "steps",
        Kind::Steps,
        "What happens and what is expected, one after the other.",
    ),
];

/// The members of a step, in the order in which they count.
pub const STEP: &[Member] = &[
    member(
        "at",
        Kind::Span,
        "It begins so long after the beginning of the scenario.",
    ),
    member(
        "after",
        Kind::Span,
        "It begins so long after the step before it was done.",
    ),
    member("when", Kind::Condition, "It begins as soon as this holds."),
    member(
        "within",
        Kind::Span,
        "How long it waits for `expect` or for `when`; not in a step that has both.",
    ),
    member(
        "quirk",
        Kind::Quirks,
        "Switches quirks of real firmware on or off.",
    ),
    member(
        "power",
        Kind::Switch,
        "Cuts the power of the charger, or brings it back; it boots then with what its flash holds.",
    ),
    member(
        "broker",
        Kind::Switch,
        "Takes the MQTT broker away, or brings it back.",
    ),
    member(
        "garage",
        Kind::Garage,
        "Changes what surrounds the charger.",
    ),
    member(
        "set",
        Kind::Settings,
        "Sets keys, in this order, as a client does; a set that is refused is a failure.",
    ),
    member(
        "refused",
        Kind::Refused,
        "Sets that the charger has to refuse; one that it takes is a failure.",
    ),
    member(
        "expect",
        Kind::Condition,
        "What has to hold: right after what this step does or, with `within`, some time until then.",
    ),
    member(
        "always",
        Kind::Conditions,
        "What holds at every second from here on, to the end or as long as `for` says.",
    ),
    member(
        "never",
        Kind::Conditions,
        "What holds at no second from here on, to the end or as long as `for` says.",
    ),
    member(
        "every",
        Kind::Span,
        "What this step does is done again each so long, to the end or as long as `for` says.",
    ),
    member(
        "for",
        Kind::Span,
        "How long `always`, `never` and `every` of this step count; no step waits for it.",
    ),
];

/// The members by which a step does something, in the order in which they are done.
pub const DEEDS: [&str; 6] = ["quirk", "power", "broker", "garage", "set", "refused"];

/// The comparisons of a condition.
pub const COMPARISON: &[Member] = &[
    member("above", Kind::Number, "It is more than this."),
    member("below", Kind::Number, "It is less than this."),
    member("least", Kind::Number, "It is this or more."),
    member("most", Kind::Number, "It is this or less."),
    member(
        "not",
        Kind::Value,
        "It is something else; of a list, none of these.",
    ),
    member("any", Kind::Values, "It is one of these."),
];

/// The quirks.
pub const QUIRK: &[Member] = &[
    member(
        "deaf",
        Kind::Keys,
        "A set of these keys is acknowledged and has no effect; `[]` ends it.",
    ),
    member(
        "zero-nrg",
        Kind::Switch,
        "`nrg` is all zeros, also while the car charges.",
    ),
    member(
        "jumping-age",
        Kind::Switch,
        "`inva` grows from here on whatever is told by `ids`, and jumps back when this is off again.",
    ),
    member(
        "status-400",
        Kind::Switch,
        "HTTP answers a status request by 400, with the whole status as its body.",
    ),
];

/// Something that makes a scenario wrong and that its JSON Schema cannot say.
#[derive(Clone, Copy, Debug)]
pub struct Beyond {
    /// What has to be so.
    pub rule: &'static str,
    /// A scenario in which it is not.
    pub example: &'static str,
    /// What is in the error.
    pub told: &'static str,
}

/// What only the program says.
pub const BEYOND: &[Beyond] = &[
    Beyond {
        rule: "Steps `at` a time stand in the order of their times.",
        example: "steps:\n- at: 1m\n- at: 30s\n",
        told: "and one before it at",
    },
    Beyond {
        rule: "No step is `at` a time at which the scenario is over.",
        example: "lasts: 1m\nsteps:\n- at: 2m\n",
        told: "and the scenario lasts",
    },
    Beyond {
        rule: "A moment is one that there is.",
        example: "starts: 2026-02-30T12:00:00Z\nlasts: 1m\n",
        told: "a moment is expected",
    },
    Beyond {
        rule: "A span is ten years at most.",
        example: "lasts: 9999d\n",
        told: "a time span is expected",
    },
    Beyond {
        rule: "Keys are those of the `release`.",
        example: "release: 59.4\nlasts: 1m\nset: {c0n: somebody}\n",
        told: "release 59.4 has no key",
    },
    Beyond {
        rule: "How long a text may be is counted in bytes.",
        example: "lasts: 1m\nset: {c0n: aaaaaaaaaaaaaaaaaaaaaaa\u{e4}}\n",
        told: "`c0n` cannot be set so",
    },
    Beyond {
        rule: "Several comparisons of one value leave something that it may be.",
        example: "lasts: 1m\nnever: {nrg.11: {above: 9, below: 9}}\n",
        told: "this never holds",
    },
    Beyond {
        rule: "A change of the garage fits what was changed before.",
        example: "lasts: 1m\ngarage: {car: {room_wh: 0, full: false}}\n",
        told: "room_wh",
    },
];
