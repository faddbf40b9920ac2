//! Changes for scripts: one object, its findings one a line.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde::Serialize;

use super::{
    finding::{Diff, Side},
    severity::Severity,
};

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'static str,
    title: &'static str,
    severity: Severity,
    readers: Option<Severity>,
    writers: Option<Severity>,
    key: &'a str,
    message: &'a str,
    old: Option<Cow<'a, Side>>,
    new: Option<Cow<'a, Side>>,
    fingerprint: String,
    waived: Option<&'a str>,
}

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"bump\":\"{}\",\"partial\":", diff.bump())?;
    serde_json::to_writer(&mut *out, &diff.partial)?;
    out.write_all(b",\"findings\":[")?;
    for (index, finding) in diff.findings.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let words = diff.without_words;
        let [old, new] = [&finding.old, &finding.new].map(|side| {
            side.as_ref().map(|side| match words {
                true => Cow::Owned(finding.without_words(side)),
                false => Cow::Borrowed(side),
            })
        });
        let json = FindingJson {
            rule: finding.rule.id,
            title: finding.rule.title,
            severity: finding.severity,
            readers: finding.readers,
            writers: finding.writers,
            key: finding.subject(),
            message: &finding.message,
            old,
            new,
            fingerprint: finding.fingerprint(),
            waived: finding.waived.as_deref(),
        };
        serde_json::to_writer(&mut *out, &json)?;
    }
    let newline = if diff.findings.is_empty() { "" } else { "\n" };
    writeln!(out, "{newline}]}}")
}
