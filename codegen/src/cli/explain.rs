//! `goe-codegen explain`.

use std::io::{self, Write as _};

use clap::Args;
use goe_codegen::diagnostics::{Severity, codes, find};

use super::usage_error;

/// Print what a code means
///
/// Why it matters, what to do, and an example before and after. Without a code:
/// all of them, a line each.
#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// `S0107`, as it stands in brackets after `error` or `warning`
    code: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<bool> {
    let mut out = io::stdout().lock();
    match &args.code {
        Some(id) => {
            let code = find(id).unwrap_or_else(|error| usage_error(error));
            out.write_all(code.page.as_bytes())?;
        }
        None => {
            for code in codes::ALL {
                let severity = match code.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                };
                writeln!(out, "{}  {severity:<7}  {}", code.id, code.title)?;
            }
        }
    }
    Ok(true)
}
