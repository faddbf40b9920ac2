//! Changes for whoever has to judge them: a line for each, its places, and the
//! fingerprint by which it can be waived.

use std::io::{self, Write};

use super::{
    effects::effects,
    finding::{Diff, Side},
    subject::codes,
};

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
        match diff.texts(finding) {
            Some([None, Some(text)]) => writeln!(out, "  = description: {text}")?,
            Some(texts) => {
                for (sign, text) in ["-", "+"].iter().zip(texts) {
                    let text = text.unwrap_or_default();
                    writeln!(out, "{}", format!("  {sign} {text}").trim_end())?;
                }
            }
            None => {}
        }
        if let Some(whom) = effects(finding) {
            writeln!(out, "  = {whom}")?;
        }
        if let Some(reason) = &finding.waived {
            writeln!(out, "  = waived: {reason}")?;
        }
        writeln!(out, "  = fingerprint: {}\n", finding.fingerprint())?;
    }
    if !diff.partial.is_empty() {
        writeln!(
            out,
            "note: not compared in full, for not everything of them could be read: {}\n",
            codes(&diff.partial)
        )?;
    }
    writeln!(out, "{}", summary(diff))
}

/// `3 breaking, 1 editorial, 2 waived: asks for a major version`.
fn summary(diff: &Diff) -> String {
    if diff.findings.is_empty() {
        return "no changes".to_owned();
    }
    let mut counts = diff.counts();
    let waived = diff.findings.iter().filter(|f| f.waived.is_some()).count();
    counts.extend((waived > 0).then(|| format!("{waived} waived")));
    format!("{}; version bump: {}", counts.join(", "), diff.bump())
}
