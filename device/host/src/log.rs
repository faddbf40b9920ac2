//! What of a program's log is shown: levels, and levels of targets. It must never know what is
//! logged.

use std::{env, io};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Shows on the standard error what RUST_LOG picks, or else these directives. A mistake in
/// RUST_LOG is told, and stops nothing: it may have been set for other programs.
pub(crate) fn begin(directives: &str) {
    let chosen = env::var("RUST_LOG")
        .ok()
        .filter(|chosen| !chosen.is_empty());
    let (filter, mistake) = match targets(chosen.as_deref().unwrap_or(directives)) {
        Ok(filter) => (filter, None),
        Err(mistake) => (targets(directives).unwrap_or_default(), Some(mistake)),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_target(false)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .with_writer(io::stderr)
        // Who closes the log's other end does not want to hear of it.
        .log_internal_errors(false);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
    if let Some(mistake) = mistake {
        tracing::warn!("RUST_LOG is left aside: {mistake}");
    }
}

/// What directives such as `warn,goe_host=debug` pick. [`Targets`] itself would take a misspelt
/// level for a target, and show nothing else.
fn targets(directives: &str) -> Result<Targets, String> {
    for directive in directives.split(',') {
        let (target, level) = match directive.split_once('=') {
            Some((target, level)) => (Some(target), level),
            None => (None, directive),
        };
        if directive.contains(['[', '{']) {
            return Err(format!(
                "`{directive}` picks spans or fields, which it cannot"
            ));
        }
        if target == Some("") {
            return Err(format!("`{directive}` has no target before `=`"));
        }
        if level.is_empty() || level.parse::<LevelFilter>().is_err() {
            return Err(format!(
                "`{level}` is no level; write one of off, error, warn, info, debug, trace, alone or as in `warn,goe_host=debug`"
            ));
        }
    }
    directives.parse().map_err(|error| format!("{error}"))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_and_levels_of_targets_are_picked() {
        let picked = targets("warn,goe_host=debug").expect("levels");
        assert!(picked.would_enable("goe_host::mqtt", &Level::DEBUG));
        assert!(picked.would_enable("others", &Level::WARN));
        assert!(!picked.would_enable("others", &Level::INFO));
    }

    #[test]
    fn what_is_no_level_is_told() {
        for (directives, told) in [
            ("debg", "`debg` is no level"),
            ("goe_host", "`goe_host` is no level"),
            ("info,goe_host=loud", "`loud` is no level"),
            ("=debug", "has no target"),
            ("goe_host[step]=debug", "picks spans"),
            ("warn,", "`` is no level"),
        ] {
            let mistake = targets(directives).expect_err(directives);
            assert!(mistake.contains(told), "{mistake}");
        }
    }
}
