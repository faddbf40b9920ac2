//! What changed from one API to another, and whom it breaks.
//!
//! Takes two models, gives a [`Diff`]: a [`Finding`] for each change, with its
//! [`Rule`], severity, both places and a fingerprint, and the version bump that
//! all of them ask for. Models that were read with errors are compared as far as
//! they were read. One law stands behind every [rule](rules) about values:
//!
//! | what a key can be | those who read it | those who write it |
//! |---|---|---|
//! | grows (wider type, `null`, range, named value gained) | break: they meet what they cannot hold | notice nothing |
//! | shrinks (narrower type, no `null`, range, named value lost) | notice nothing | break: what was accepted is refused |
//!
//! Who is concerned follows from the R/W column of both sides. A key that is
//! read and written breaks somebody either way. What was never stated is no
//! promise: a limit stated for the first time, or no longer, is risky at most.
//!
//! Left out on purpose: the order of keys and of named values (JSON has none),
//! `since` (history, not contract), rows of placeholders but for their defaults
//! (a topic that uses one is reported).

mod compare;
mod facts;
mod json;
mod markdown;
pub mod rules;
mod subject;
mod text;
mod values;
mod waivers;
mod wire;

use std::{
    cmp::Reverse,
    fmt,
    io::{self, Write},
};

use serde::Serialize;

pub use rules::Rule;
pub use waivers::Waivers;

use crate::{
    model::{Key, Model, Origin},
    source::Fnv1a,
};

/// How bad a change is, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Only words changed.
    Editorial,
    /// Nobody notices who does not want to.
    Compatible,
    /// It may break somebody; a person should look.
    Risky,
    /// It breaks somebody who kept to what was stated.
    Breaking,
}

impl Severity {
    /// Worst first, the order of every output.
    pub const ALL: &[Severity] = &[
        Severity::Breaking,
        Severity::Risky,
        Severity::Compatible,
        Severity::Editorial,
    ];
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Editorial => "editorial",
            Severity::Compatible => "compatible",
            Severity::Risky => "risky",
            Severity::Breaking => "breaking",
        })
    }
}

/// The part of a semantic version that has to be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "each is the part of this name")]
pub enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        })
    }
}

/// One end of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// What the thing is called there: `scan.rssi`.
    pub name: String,
    /// What was stated there, in short: `uint8`, `3=Error`.
    pub text: String,
    /// The file, as the caller spelled it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Side {
    fn new(name: impl Into<String>, text: impl Into<String>, origin: &Origin) -> Self {
        Side {
            name: name.into(),
            text: text.into(),
            file: origin.path.clone(),
            line: origin.line,
        }
    }
}

/// One change.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of change it is.
    pub rule: &'static Rule,
    /// The worst of `readers` and `writers`.
    pub severity: Severity,
    /// What it is to those who read; nothing if they are not concerned.
    pub readers: Option<Severity>,
    /// What it is to those who write.
    pub writers: Option<Severity>,
    /// The change in a sentence, lower case, without a full stop.
    pub message: String,
    /// Before; nothing if there was none.
    pub old: Option<Side>,
    /// After; nothing if there is none.
    pub new: Option<Side>,
    /// Why it is waived, if it is.
    pub waived: Option<String>,
}

impl Finding {
    /// The key, field, route or topic: as it is called now, or else was.
    pub fn subject(&self) -> &str {
        let side = self.new.as_ref().or(self.old.as_ref());
        side.map_or("", |side| &side.name)
    }

    /// The same for the same change, wherever its rows stand: a hash of rule,
    /// subject, old and new, 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let text = |side: &Option<Side>| side.as_ref().map(|side| side.text.clone());
        let (old, new) = (text(&self.old), text(&self.new));
        let mut hash = Fnv1a::default();
        for part in [
            Some(self.rule.id),
            Some(self.subject()),
            old.as_deref(),
            new.as_deref(),
        ] {
            hash.write(part.unwrap_or("\u{1}").as_bytes());
            hash.write(&[0]);
        }
        hash.hex()
    }
}

/// All changes from one API to another, worst first.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// The changes.
    pub findings: Vec<Finding>,
    /// Keys of which not everything could be read, be it only a named value;
    /// what could not was not compared.
    pub partial: Vec<String>,
}

impl Diff {
    /// The version bump that the changes ask for, waived ones aside.
    pub fn bump(&self) -> Bump {
        match self.worst() {
            None => Bump::None,
            Some(Severity::Editorial) => Bump::Patch,
            Some(Severity::Compatible | Severity::Risky) => Bump::Minor,
            Some(Severity::Breaking) => Bump::Major,
        }
    }

    /// How bad the worst change is that is not waived.
    pub fn worst(&self) -> Option<Severity> {
        let open = self.findings.iter().filter(|f| f.waived.is_none());
        open.map(|finding| finding.severity).max()
    }

    /// The changes of this severity that are not waived.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        let all = self.findings.iter();
        all.filter(move |f| f.severity == severity && f.waived.is_none())
    }

    /// Prints the changes to `out`; `names` are those of the two sides.
    pub fn write(&self, format: Format, names: [&str; 2], out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, out),
            Format::Markdown => markdown::write(self, names, out),
            Format::Json => json::write(self, out),
        }
    }
}

/// How changes are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For whoever checks a change: places and fingerprints.
    Text,
    /// A changelog to publish.
    Markdown,
    /// For scripts.
    Json,
}

/// What changed from `old` to `new`.
pub fn diff(old: &Model, new: &Model) -> Diff {
    let mut findings = Vec::new();
    compare::models(old, new, &mut findings);
    wire::models(old, new, &mut findings);
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let rows = old.partial.iter().chain(&new.partial).map(|p| &p.key.name);
    // Of a list with an item that could not be read nobody knows what it lacks.
    let unclear = |key: &&Key| key.facts.values.iter().any(|l| !l.unreadable.is_empty());
    let keys = old.keys.iter().chain(&new.keys);
    let lists = keys.filter(unclear).map(|key| &key.name);
    let mut partial: Vec<_> = rows.chain(lists).map(|name| name.value.clone()).collect();
    partial.sort();
    partial.dedup();
    Diff { findings, partial }
}
