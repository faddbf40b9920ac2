//! Changes for whoever has to judge them: a line for each, its places, and the
//! fingerprint by which it can be waived.

use std::io::{self, Write};

use super::{Diff, Finding, Severity, Side};

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    for finding in &diff.findings {
        let severity = match finding.waived {
            Some(_) => "waived".to_owned(),
            None => finding.severity.to_string(),
        };
        writeln!(out, "{severity}[{}]: {}", finding.rule.id, finding.message)?;
        let place = |side: &Option<Side>| {
            let side = side.as_ref();
            side.map_or("-".to_owned(), |side| {
                format!("{}:{}", side.file, side.line)
            })
        };
        let (old, new) = (place(&finding.old), place(&finding.new));
        writeln!(out, "  --> {old} → {new}")?;
        if let Some(whom) = effects(finding) {
            writeln!(out, "  = {whom}")?;
        }
        if let Some(reason) = &finding.waived {
            writeln!(out, "  = waived: {reason}")?;
        }
        writeln!(out, "  = fingerprint: {}\n", finding.fingerprint())?;
    }
    if !diff.partial.is_empty() {
        let names: Vec<_> = diff
            .partial
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let names = names.join(", ");
        writeln!(
            out,
            "note: not compared in full, for not everything of them could be read: {names}\n"
        )?;
    }
    writeln!(out, "{}", summary(diff))
}

/// Whom it breaks, where the R/W column decides that.
pub(super) fn effects(finding: &Finding) -> Option<String> {
    let of = |severity: Option<Severity>| severity.filter(|&severity| severity >= Severity::Risky);
    let verb = |severity| match severity {
        Severity::Breaking => "breaks",
        _ => "may break",
    };
    match (of(finding.readers), of(finding.writers)) {
        (None, None) => None,
        (Some(read), Some(write)) if read == write => {
            Some(format!("{} those who read or write it", verb(read)))
        }
        (Some(read), None) => Some(format!("{} those who read it", verb(read))),
        (None, Some(write)) => Some(format!("{} those who write it", verb(write))),
        (Some(read), Some(write)) => Some(format!(
            "{} those who read it, {} those who write it",
            verb(read),
            verb(write)
        )),
    }
}

/// `3 breaking, 1 editorial, 2 waived: asks for a major version`.
pub(super) fn summary(diff: &Diff) -> String {
    if diff.findings.is_empty() {
        return "no changes".to_owned();
    }
    let mut counts: Vec<String> = Vec::new();
    for &severity in Severity::ALL {
        let count = diff.of(severity).count();
        counts.extend((count > 0).then(|| format!("{count} {severity}")));
    }
    let waived = diff.findings.iter().filter(|f| f.waived.is_some()).count();
    counts.extend((waived > 0).then(|| format!("{waived} waived")));
    format!("{}; version bump: {}", counts.join(", "), diff.bump())
}
