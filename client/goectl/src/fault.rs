//! What went wrong, for people, and what a script is told of it.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// Whose fault it is, which decides how the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The charger refused, or something about it is not as it should be: 1.
    Charger,
    /// The command line or a file that it names: 2, as clap has it.
    Usage,
    /// There is no charger, or none that answers: 3.
    Unreachable,
    /// Whoever reads the output has seen enough, which is no fault.
    Closed,
}

/// An end that is not the one that was wanted.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    text: String,
    help: Vec<String>,
}

/// How something ended.
pub(crate) type Outcome<T = ()> = Result<T, Fault>;

impl Fault {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Fault {
            kind,
            text: text.into(),
            help: Vec::new(),
        }
    }

    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Fault::new(Kind::Usage, text)
    }

    /// With what to do about it.
    pub(crate) fn help(mut self, help: impl Display) -> Self {
        self.help.push(help.to_string());
        self
    }

    /// With all that another one says.
    pub(crate) fn also(mut self, other: &Fault) -> Self {
        let lines = std::iter::once(&other.text).chain(&other.help);
        self.help.extend(lines.map(|line| format!("  {line}")));
        self
    }

    /// Tells it, and gives what the program ends with.
    pub(crate) fn tell(&self) -> ExitCode {
        let code = match self.kind {
            Kind::Closed => return ExitCode::SUCCESS,
            Kind::Charger => 1,
            Kind::Usage => 2,
            Kind::Unreachable => 3,
        };
        if !self.text.is_empty() {
            let style = anstyle::AnsiColor::Red.on_default().bold();
            anstream::eprintln!("{style}error{style:#}: {}", self.text);
        }
        for help in &self.help {
            anstream::eprintln!("  {help}");
        }
        ExitCode::from(code)
    }

    /// What it says, without colour.
    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        std::iter::once(&self.text)
            .chain(&self.help)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Display for Fault {
    /// What it says, without what to do about it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<io::Error> for Fault {
    /// Of standard output alone: whatever else fails is told with its place.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Fault::new(Kind::Closed, ""),
            _ => Fault::usage(format!("cannot write to standard output: {error}")),
        }
    }
}
