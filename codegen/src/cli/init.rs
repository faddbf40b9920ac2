//! `goe-codegen init`: a device of one's own, to begin with.
//!
//! What is written is the example of the repository, file by file, under another
//! name; so the example is what has to build, and this knows nothing of it but its
//! name and where it looks for the crates it depends on.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use clap::Args;

/// Begin a device of your own: its table, and a program that serves it
///
/// Writes a package with the table of a small device, its logic and a test, named
/// after the folder. It depends on the crates of a checkout of goe.
#[derive(Args)]
pub(crate) struct InitArgs {
    /// Folder to write: a new one, or an empty one
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Checkout of goe to depend on [default: the one that this program was built from]
    #[arg(long, value_name = "PATH")]
    goe: Option<PathBuf>,
}

/// The files; `NAME` in a path is the package's name.
const TEMPLATE: &[(&str, &str)] = &[
    ("build.rs", include_str!("../../template/build.rs")),
    ("spec/NAME.md", include_str!("../../template/table.md")),
    ("src/main.rs", include_str!("../../template/main.rs")),
    ("tests/served.rs", include_str!("../../template/served.rs")),
    (".gitignore", "/target\n"),
    // The last to be moved: before it, this is no package.
    ("Cargo.toml", include_str!("../../template/manifest.toml")),
];

/// What the example calls itself, and from where it reaches the checkout.
const TEMPLATE_NAME: &str = "heat-pump";
const TEMPLATE_ROOT: &str = "../..";

/// The checkout that this was built from, if it still is where it was. A released program
/// is from nowhere on its user's computer.
const BUILT_FROM: Option<&str> = match option_env!("GOE_RELEASED") {
    Some(_) => None,
    None => Some(concat!(env!("CARGO_MANIFEST_DIR"), "/..")),
};

/// The crates that the example depends on, within a checkout.
const CRATES: &[&str] = &["codegen", "device/host", "runtime"];

/// The longest name: it is also the first part of topics.
const NAME_MAX: usize = 48;

/// Names that cargo or the compiler wants for itself, beside the keywords.
const TAKEN: &[&str] = &[
    "alloc", "build", "core", "deps", "examples", "incremental", "proc-macro", "proc_macro", "std",
    "test",
];

pub(crate) fn run(args: &InitArgs) -> anyhow::Result<bool> {
    let name = package_name(&args.dir)?;
    let goe = checkout(args.goe.as_deref())?;
    write(&args.dir, &name, &goe)?;
    let dir = args.dir.display();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "wrote {dir}, a device whose API is the table in {dir}/spec/{name}.md"
    )?;
    writeln!(out, "next:")?;
    writeln!(out, "  cd {dir}")?;
    writeln!(
        out,
        "  cargo run     # serves it over HTTP and MQTT, and says where"
    )?;
    writeln!(
        out,
        "  cargo test    # reads, sets, watches and restarts it"
    )?;
    writeln!(
        out,
        "Then add a row to the table: the compiler names the lines that are owed."
    )?;
    writeln!(
        out,
        "{}/docs/your-own-device.md goes on from there.",
        goe.display()
    )?;
    Ok(true)
}

/// The name of the folder, if a package can have it.
fn package_name(dir: &Path) -> anyhow::Result<String> {
    // `.` and `..` have no name of their own.
    let name = match dir.file_name() {
        Some(name) => Some(name.to_owned()),
        None => fs::canonicalize(dir)
            .with_context(|| dir.display().to_string())?
            .file_name()
            .map(OsString::from),
    };
    let name = name.unwrap_or_default().to_string_lossy().into_owned();
    let is_word = syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_ok();
    let is_name = is_word && name.is_ascii() && !name.starts_with(['-', '_']);
    ensure!(
        is_name && name.len() <= NAME_MAX && !TAKEN.contains(&name.as_str()) && !is_crate(&name),
        "a package cannot be called `{name}`; call the folder by letters, digits, `-` and `_`, \
         such as `my-pump`"
    );
    Ok(name)
}

/// Whether a crate that the package depends on is called so.
fn is_crate(name: &str) -> bool {
    name.replace('_', "-").starts_with("goe-")
}

/// The checkout to depend on, as an absolute path.
fn checkout(wanted: Option<&Path>) -> anyhow::Result<PathBuf> {
    let path = wanted.or(BUILT_FROM.map(Path::new)).context(
        "give the path of a checkout of goe with --goe: the device depends on its crates",
    )?;
    for krate in CRATES {
        let manifest = path.join(krate).join("Cargo.toml");
        ensure!(
            manifest.is_file(),
            "{} is no checkout of goe: there is no {}; give the path of one with --goe",
            path.display(),
            manifest.display()
        );
    }
    fs::canonicalize(path).with_context(|| path.display().to_string())
}

/// Writes the files: all of them or, after an error, none.
fn write(dir: &Path, name: &str, goe: &Path) -> anyhow::Result<()> {
    let is_new = !dir.exists();
    fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let written = ensure_empty(dir).and_then(|()| fill(dir, name, goe));
    if written.is_err() && is_new {
        // It is empty again; the error is the one that matters.
        let _ = fs::remove_dir(dir);
    }
    written
}

/// A repository may be there already, and nothing else.
fn ensure_empty(dir: &Path) -> anyhow::Result<()> {
    let entries = fs::read_dir(dir).with_context(|| dir.display().to_string())?;
    for entry in entries {
        let found = entry
            .with_context(|| dir.display().to_string())?
            .file_name();
        if found != ".git" {
            bail!(
                "{} is not empty, there is {}; name a new folder, or empty this one",
                dir.display(),
                found.display()
            );
        }
    }
    Ok(())
}

/// Puts everything together beside its place, and moves it there.
fn fill(dir: &Path, name: &str, goe: &Path) -> anyhow::Result<()> {
    let staged = tempfile::Builder::new()
        .prefix(".goe-codegen-")
        .tempdir_in(dir)
        .with_context(|| format!("cannot write into {}", dir.display()))?;
    let goe = goe
        .display()
        .to_string()
        .replace('\\', "/")
        .replace('"', "\\\"");
    let mut entries: Vec<&str> = Vec::new();
    for (path, text) in TEMPLATE {
        let text = text
            .replace(TEMPLATE_NAME, name)
            .replace(TEMPLATE_ROOT, &goe);
        let place = staged.path().join(path.replace("NAME", name));
        let folder = place.parent().unwrap_or(staged.path());
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&place, text));
        written.with_context(|| format!("cannot write {}", place.display()))?;
        entries.extend(path.split('/').next());
    }
    for (moved, entry) in entries.iter().enumerate() {
        if let Err(error) = fs::rename(staged.path().join(entry), dir.join(entry)) {
            for entry in &entries[..moved] {
                // Back, to go with the rest; the error is the one that matters.
                let _ = fs::rename(dir.join(entry), staged.path().join(entry));
            }
            return Err(error)
                .with_context(|| format!("cannot write {}", dir.join(entry).display()));
        }
    }
    Ok(())
}
