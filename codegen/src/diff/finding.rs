//! Changes as data: one, its two ends, and all of them.

use serde::Serialize;

use super::{
    rules::Rule,
    severity::{Bump, Severity},
};
use crate::{model::Origin, source::Fnv1a};

/// One end of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The name there: `scan.rssi`.
    pub name: String,
    /// The statement there, in short: `uint8`, `3=Error`.
    pub text: String,
    /// The file, as the caller spelled it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What the row says of a key or field that is new or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Side {
    pub(super) fn new(name: impl Into<String>, text: impl Into<String>, origin: &Origin) -> Self {
        Side {
            name: name.into(),
            text: text.into(),
            file: origin.path.clone(),
            line: origin.line,
            description: None,
        }
    }

    /// The same with what the row says, if it says anything.
    pub(super) fn described(self, description: &str) -> Self {
        let description = Some(words(description)).filter(|text| !text.is_empty());
        Side {
            description,
            ..self
        }
    }
}

/// Text with one space between its words.
pub(super) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One change.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The kind of change.
    pub rule: &'static Rule,
    /// The worst of `readers` and `writers`.
    pub severity: Severity,
    /// The severity for readers; nothing if they are not concerned.
    pub readers: Option<Severity>,
    /// The severity for writers; nothing if they are not concerned.
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

/// A finding, unless it concerns nobody.
pub(super) fn finding(
    rule: &'static Rule,
    [readers, writers]: [bool; 2],
    old: Option<Side>,
    new: Option<Side>,
    message: String,
) -> Option<Finding> {
    let readers: Option<Severity> = readers.then_some(rule.readers);
    let writers: Option<Severity> = writers.then_some(rule.writers);
    Some(Finding {
        rule,
        severity: readers.max(writers)?,
        readers,
        writers,
        message,
        old,
        new,
        waived: None,
    })
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

    /// Returns the severity of the worst change that is not waived.
    pub fn worst(&self) -> Option<Severity> {
        let open = self.findings.iter().filter(|f| f.waived.is_none());
        open.map(|finding| finding.severity).max()
    }

    /// How many there are of each severity, but for waived ones: `3 breaking`.
    pub(super) fn counts(&self) -> Vec<String> {
        let counts = Severity::ALL.iter().map(|&of| (self.of(of).count(), of));
        let some = counts.filter(|(count, _)| *count > 0);
        some.map(|(count, of)| format!("{count} {of}")).collect()
    }

    /// The changes of this severity that are not waived.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        let all = self.findings.iter();
        all.filter(move |f| f.severity == severity && f.waived.is_none())
    }
}
