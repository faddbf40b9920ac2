//! Servers as processes of their own.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::{cargo, machine};

/// A running server; dropping it ends it.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    process: Child,
    /// Its flash and its log.
    folder: TempDir,
    /// Kept open, or what it prints later would fail.
    stdout: BufReader<ChildStdout>,
}

impl Server {
    /// The charger, with a new flash and on free ports.
    pub(crate) fn charger(program: &Path, cores: Cores) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let flash = folder.path().join("flash");
        let mut command = cores.command(program);
        command.args([
            "--http", "127.0.0.1:0", "--broker", "127.0.0.1:0", "--flash",
        ]);
        command.arg(flash);
        Server::start("goe-charger", "http://", command, folder)
    }

    /// This program again, as a peer: its name, and what it is told beside it.
    pub(crate) fn peer(arguments: &[&str], cores: Cores) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let program = std::env::current_exe().context("this program has no path")?;
        let mut command = cores.command(&program);
        command.args(arguments);
        Server::start(arguments[0], "http://", command, folder)
    }

    /// A program with these arguments and as many open files as it may have, which says
    /// its address by a URL of this scheme.
    pub(crate) fn with_many_files(
        program: &Path,
        scheme: &str,
        arguments: &[&str],
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        // It takes over the limit of this process.
        goe_host::raise_open_files();
        let mut command = Command::new(program);
        command.args(arguments);
        Server::start(arguments[0], scheme, command, folder)
    }

    fn start(
        name: &str,
        scheme: &str,
        mut command: Command,
        folder: TempDir,
    ) -> anyhow::Result<Self> {
        let log = folder.path().join("log");
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot run {command:?}"))?;
        let stdout = process.stdout.take().context("no standard output")?;
        let mut stdout = BufReader::new(stdout);
        let Some(address) = announced(&mut stdout, scheme) else {
            // It has said what matters; whether it can still be ended does not.
            let _ = process.kill();
            let _ = process.wait();
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            bail!("{command:?} did not say where it listens\n{log}");
        };
        Ok(Server {
            name: name.to_owned(),
            address,
            process,
            folder,
            stdout,
        })
    }

    /// The address in the next URL of this scheme, which it says behind its own; once.
    pub(crate) fn announced(&mut self, scheme: &str) -> Option<SocketAddr> {
        announced(&mut self.stdout, scheme)
    }

    /// What it has told its log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// CPU time that it has used.
    pub(crate) fn cpu_time_s(&self) -> Option<f64> {
        machine::cpu_time_s(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address in the next line with a URL of this scheme, which ends at a path or a blank.
fn announced(stdout: &mut impl BufRead, scheme: &str) -> Option<SocketAddr> {
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some((_, url)) = line.split_once(scheme) {
            return url.split(['/', ' ', '\n']).next()?.parse().ok();
        }
    }
}

const SERVER_CORE: &str = "0";
const LOAD_CORE: &str = "1";

/// The cores on which the processes run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cores {
    /// Servers on one core, this process on another.
    Pinned,
    /// There is one core only, or no `taskset`, or it may not.
    Free,
}

impl Cores {
    /// Keeps this process off the servers' core, for good.
    pub(crate) fn pin() -> Self {
        let process = std::process::id().to_string();
        let run = |arguments: &[&str]| {
            let mut taskset = Command::new("taskset");
            cargo::run(taskset.arg("--cpu-list").args(arguments)).is_ok()
        };
        if run(&[SERVER_CORE, "true"]) && run(&["--pid", LOAD_CORE, &process]) {
            Cores::Pinned
        } else {
            Cores::Free
        }
    }

    fn command(self, program: &Path) -> Command {
        match self {
            Cores::Free => Command::new(program),
            Cores::Pinned => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", SERVER_CORE]).arg(program);
                command
            }
        }
    }
}
