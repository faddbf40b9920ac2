//! For build scripts: writes what follows from a spec to where the compiler
//! looks for it, and tells cargo what it has to know.
//!
//! A caller of [`generate`] like the commands, and all that a `build.rs` needs:
//! it prints cargo's lines on standard output, findings that end the build on
//! standard error, and gives an error for `main` to end with. It must never know
//! more of a spec than whether there are errors in it.

use std::{
    env, fmt,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{Generated, Spec, generate, stale, write_changed};

/// Generates into `OUT_DIR` what follows from the markdown files of the folder
/// `spec`. The whole of a build script:
///
/// ```no_run
/// fn main() -> Result<(), goe_codegen::BuildError> {
///     goe_codegen::build("spec")
/// }
/// ```
///
/// The crate then takes it in as a module:
///
/// ```ignore
/// pub mod api {
///     include!(concat!(env!("OUT_DIR"), "/src/api.rs"));
/// }
/// ```
///
/// # Errors
/// The spec has errors, which were printed, or the files cannot be written.
pub fn build(spec: impl Into<PathBuf>) -> Result<(), BuildError> {
    Build::of(spec).run()
}

/// A build script's work, where it is not [`build`]'s.
#[derive(Debug)]
#[must_use = "nothing is done before `run`"]
pub struct Build {
    spec: PathBuf,
    committed: Option<PathBuf>,
}

impl Build {
    /// The work for the markdown files of a folder.
    pub fn of(spec: impl Into<PathBuf>) -> Self {
        Build {
            spec: spec.into(),
            committed: None,
        }
    }

    /// Keeps a folder of the package in step with the spec, instead of `OUT_DIR`:
    /// its files are committed, so that a review shows what a change of the table
    /// does. With `CI` set nothing is written, and what is stale is an error that
    /// shows how it differs.
    pub fn committed(mut self, folder: impl Into<PathBuf>) -> Self {
        self.committed = Some(folder.into());
        self
    }

    /// Does the work.
    ///
    /// # Errors
    /// The spec has errors or committed files are stale, which was printed, or
    /// files cannot be written.
    pub fn run(self) -> Result<(), BuildError> {
        let script = Script {
            out_dir: env::var_os("OUT_DIR").map(PathBuf::from),
            is_ci: env::var_os("CI").is_some(),
        };
        self.run_in(&script, &mut io::stdout(), &mut io::stderr())
    }

    fn run_in(
        &self,
        script: &Script,
        cargo: &mut dyn Write,
        shown: &mut dyn Write,
    ) -> Result<(), BuildError> {
        writeln!(cargo, "cargo::rerun-if-changed={}", self.spec.display())?;
        if let Some(folder) = &self.committed {
            // There is no `rerun-if-env-changed=CI`: it would recompile everything
            // above the package whenever the variable comes or goes, and only a
            // change in one of the folders can make files stale.
            writeln!(cargo, "cargo::rerun-if-changed={}", folder.display())?;
        }
        let spec = Spec::read_dir(&self.spec);
        let generated = generate(&spec).map_err(|report| {
            let shown = write!(shown, "{}", report.render(&spec, false));
            let faulty = BuildError::Spec(self.spec.clone());
            shown.map_or_else(BuildError::Output, |()| faulty)
        })?;
        for line in generated.report.render(&spec, false).lines() {
            writeln!(cargo, "cargo::warning={line}")?;
        }
        match (&self.committed, &script.out_dir) {
            (Some(folder), _) if script.is_ci => compare(folder, &generated, shown),
            (Some(folder), _) => {
                for change in write_changed(folder, &generated.files)? {
                    writeln!(cargo, "cargo::warning={change}")?;
                }
                Ok(())
            }
            (None, Some(folder)) => {
                write_changed(folder, &generated.files)?;
                Ok(())
            }
            (None, None) => Err(BuildError::NoScript),
        }
    }
}

/// What cargo tells a build script.
struct Script {
    out_dir: Option<PathBuf>,
    is_ci: bool,
}

fn compare(folder: &Path, generated: &Generated, shown: &mut dyn Write) -> Result<(), BuildError> {
    let stale = stale(folder, &generated.files)?;
    if stale.is_empty() {
        return Ok(());
    }
    for file in &stale {
        write!(shown, "{}", file.diff)?;
    }
    Err(BuildError::Stale {
        folder: folder.to_owned(),
        count: stale.len(),
    })
}

/// Why a build has to end. `Debug`, which is how `main` prints it, is the
/// sentence of `Display`.
#[non_exhaustive]
pub enum BuildError {
    /// The spec in this folder has errors.
    Spec(PathBuf),
    /// Committed files are not what they should be.
    Stale {
        /// Where they are.
        folder: PathBuf,
        /// The number of them.
        count: usize,
    },
    /// No build script is running.
    NoScript,
    /// Files cannot be written, or cargo cannot be told.
    Output(io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Spec(folder) => {
                write!(f, "nothing is generated before the errors above are mended in {}", folder.display())
            }
            BuildError::Stale { folder, count } => write!(
                f,
                "{count} of the generated files in {} are stale; build without `CI` set, and commit them",
                folder.display()
            ),
            BuildError::NoScript => f.write_str(
                "OUT_DIR is not set, so this is no build script; `goe-codegen generate` writes elsewhere",
            ),
            BuildError::Output(error) => write!(f, "cannot write what is generated: {error}"),
        }
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BuildError::Output(error) => Some(error),
            BuildError::Spec(_) | BuildError::Stale { .. } | BuildError::NoScript => None,
        }
    }
}

impl From<io::Error> for BuildError {
    fn from(error: io::Error) -> Self {
        BuildError::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|---|---|---|---|---|\n";

    /// A package with a table of these rows.
    struct Package(tempfile::TempDir);

    impl Package {
        fn new(rows: &str) -> Self {
            let package = Package(tempfile::tempdir().unwrap());
            fs::create_dir(package.path("spec")).unwrap();
            package.rows(rows);
            package
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn rows(&self, rows: &str) {
            fs::write(self.path("spec/api.md"), format!("{HEADER}{rows}")).unwrap();
        }

        /// Runs the script; gives what cargo is told, what is shown, and the outcome.
        fn run(&self, is_committed: bool, is_ci: bool) -> (String, String, Result<(), String>) {
            let mut build = Build::of(self.path("spec"));
            if is_committed {
                build = build.committed(self.path("generated"));
            }
            let script = Script {
                out_dir: Some(self.path("out")),
                is_ci,
            };
            let (mut cargo, mut shown) = (Vec::new(), Vec::new());
            let outcome = build.run_in(&script, &mut cargo, &mut shown);
            let text = |bytes| {
                let text = String::from_utf8(bytes).unwrap();
                text.replace(&self.0.path().display().to_string(), "")
            };
            let told = |error: BuildError| text(format!("{error:?}").into_bytes());
            (text(cargo), text(shown), outcome.map_err(told))
        }
    }

    #[test]
    fn writes_to_where_cargo_says() {
        let package = Package::new("| a | R | bool | Status | is it on? |\n");
        let (cargo, shown, outcome) = package.run(false, true);
        assert_eq!(cargo, "cargo::rerun-if-changed=/spec\n");
        assert_eq!((shown.as_str(), outcome), ("", Ok(())));
        let api = fs::read_to_string(package.path("out/src/api.rs")).unwrap();
        // Whoever includes the file cannot have them there.
        assert!(!api.contains("#!["), "{api}");
    }

    #[test]
    fn warnings_are_cargos() {
        let package = Package::new("| a | R | TYPE | Status | is it on? |\n");
        let (cargo, _, outcome) = package.run(false, false);
        assert!(cargo.contains("\ncargo::warning=warning[S"), "{cargo}");
        assert_eq!(outcome, Ok(()));
    }

    #[test]
    fn errors_are_shown_with_their_place() {
        let package = Package::new("| a | R | boool | Status | is it on? |\n");
        for is_committed in [false, true] {
            let (_, shown, outcome) = package.run(is_committed, false);
            assert!(shown.contains("spec/api.md:3:11"), "{shown}");
            assert!(shown.contains("did you mean `bool`?"), "{shown}");
            let error = "nothing is generated before the errors above are mended in /spec";
            assert_eq!(outcome, Err(error.to_owned()));
        }
        assert!(!package.path("out").exists() && !package.path("generated").exists());
    }

    #[test]
    fn committed_files_follow_or_are_stale() {
        let package = Package::new("| a | R | bool | Status | is it on? |\n");
        let (cargo, _, outcome) = package.run(true, false);
        assert!(
            cargo.contains("cargo::rerun-if-changed=/generated\n"),
            "{cargo}"
        );
        assert!(
            cargo.contains("cargo::warning=wrote /generated/src/keys.rs\n"),
            "{cargo}"
        );
        assert_eq!(outcome, Ok(()));
        assert!(!package.path("out").exists());
        assert_eq!(package.run(true, true).2, Ok(()));

        package.rows("| b | R | bool | Status | is it on? |\n");
        let (_, shown, outcome) = package.run(true, true);
        assert!(shown.contains("+    pub b: bool,\n"), "{shown}");
        let error = outcome.unwrap_err();
        assert!(
            error.ends_with("stale; build without `CI` set, and commit them"),
            "{error}"
        );
        let readings = fs::read_to_string(package.path("generated/src/readings.rs")).unwrap();
        assert!(readings.contains("pub a: bool,"), "nothing was written");
    }

    #[test]
    fn outside_of_a_build_script_it_says_so() {
        let package = Package::new("| a | R | bool | Status | is it on? |\n");
        let script = Script {
            out_dir: None,
            is_ci: false,
        };
        let outcome =
            Build::of(package.path("spec")).run_in(&script, &mut Vec::new(), &mut Vec::new());
        assert!(
            outcome
                .unwrap_err()
                .to_string()
                .starts_with("OUT_DIR is not set")
        );
    }
}
