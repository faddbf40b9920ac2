//! Whom a change breaks, in words.

use super::{finding::Finding, severity::Severity};

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
