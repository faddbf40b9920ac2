//! Runs the cargo that runs us, on the workspace.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, bail};

/// The workspace's root.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// Where this program was built, and may build others.
pub(crate) fn target() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// `cargo` with these arguments, in the workspace's root.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
}

/// Runs it; gives what it printed, or that as the error.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<Output> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?}: {}\n{stdout}{stderr}", output.status);
    }
    Ok(output)
}

/// Builds with these arguments; gives the path of the program `name`.
pub(crate) fn build(arguments: &[&str], name: &str) -> anyhow::Result<PathBuf> {
    let mut command = command(&["build", "--message-format=json-render-diagnostics"]);
    let output = run(command.args(arguments))?;
    let messages = String::from_utf8(output.stdout).context("cargo's messages are not UTF-8")?;
    for line in messages.lines() {
        let message: serde_json::Value =
            serde_json::from_str(line).context("cargo's messages are not JSON")?;
        let executable = message["executable"].as_str();
        if let Some(path) = executable.filter(|_| message["target"]["name"] == name) {
            return Ok(path.into());
        }
    }
    bail!("{command:?} built no `{name}`")
}
