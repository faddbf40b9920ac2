//! Files to disk: only what differs, each whole or not at all.
//!
//! A file is written beside its place and renamed into it, so that a reader, or
//! a run that is cut off, never leaves half of one. What an earlier run wrote
//! and this one does not is removed; files without our header are nobody's
//! business.

use std::{
    fmt, fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use similar::TextDiff;

use crate::emit::output::{MARK, OutputFile};

/// The header is looked for in so many bytes.
const HEADER_LEN: usize = 512;

/// A change to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not as it should be, and is now.
    Written(PathBuf),
    /// No output any more.
    Removed(PathBuf),
}

impl Change {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Change::Written(path) | Change::Removed(path) => path,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Written(path) => write!(f, "wrote {}", path.display()),
            Change::Removed(path) => write!(f, "removed {}", path.display()),
        }
    }
}

/// A file that is not as it should be.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The file.
    pub path: PathBuf,
    /// From what it is to what it should be, as a unified diff.
    pub diff: String,
}

/// Makes `dir` hold `files`; gives what had to change. An error names its file.
pub fn write_changed(dir: &Path, files: &[OutputFile]) -> io::Result<Vec<Change>> {
    let mut changes = Vec::new();
    for file in files {
        let path = place(dir, file);
        if read(&path)?.as_deref() != Some(file.contents.as_bytes()) {
            write(&path, &file.contents).map_err(|error| named(&path, &error))?;
            changes.push(Change::Written(path));
        }
    }
    for path in orphans(dir, files)? {
        fs::remove_file(&path).map_err(|error| named(&path, &error))?;
        changes.push(Change::Removed(path));
    }
    Ok(changes)
}

/// Returns the files that [`write_changed`] would change; changes nothing.
pub fn stale(dir: &Path, files: &[OutputFile]) -> io::Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for file in files {
        let path = place(dir, file);
        let old = read(&path)?.unwrap_or_default();
        if old != file.contents.as_bytes() {
            let diff = unified_diff(&path, &old, &file.contents, "generated");
            stale.push(Stale { path, diff });
        }
    }
    for path in orphans(dir, files)? {
        let diff = unified_diff(&path, &read(&path)?.unwrap_or_default(), "", "generated");
        stale.push(Stale { path, diff });
    }
    Ok(stale)
}

/// Replaces the file at `path`, whole or not at all; what it may be done with
/// stays, and a link goes on pointing where it did.
pub fn rewrite(path: &Path, contents: &str) -> io::Result<()> {
    rewrite_all(&[(path, contents)])
}

/// The same for several files: before the first is replaced, each is written beside its
/// place, so that what cannot be written is known while all are as they were. One
/// that is read-only stays so, which is an error. Errors name their file.
pub fn rewrite_all(files: &[(&Path, &str)]) -> io::Result<()> {
    let mut staged = Vec::new();
    for (path, contents) in files {
        staged.push(beside(path, contents).map_err(|error| named(path, &error))?);
    }
    for (file, place, permissions) in staged {
        let replaced = file.persist(&place).map_err(io::Error::from);
        let replaced = replaced.and_then(|_| fs::set_permissions(&place, permissions));
        replaced.map_err(|error| named(&place, &error))?;
    }
    Ok(())
}

type Staged = (tempfile::NamedTempFile, PathBuf, fs::Permissions);

/// `contents` in a file beside that at `path`, with the real place of that one.
fn beside(path: &Path, contents: &str) -> io::Result<Staged> {
    let place = fs::canonicalize(path)?;
    let permissions = fs::metadata(&place)?.permissions();
    if permissions.readonly() {
        let error = "the file is read-only; make it writable, or leave it out";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, error));
    }
    Ok((stage(&place, contents)?, place, permissions))
}

fn place(dir: &Path, file: &OutputFile) -> PathBuf {
    file.path
        .split('/')
        .fold(dir.to_owned(), |dir, part| dir.join(part))
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(path, &error)),
    }
}

fn write(path: &Path, contents: &str) -> io::Result<()> {
    stage(path, contents)?.persist(path)?;
    Ok(())
}

/// A file beside `path` that holds `contents`.
fn stage(path: &Path, contents: &str) -> io::Result<tempfile::NamedTempFile> {
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".goe-codegen-");
    // Temporary files are private by default; this one becomes an ordinary one.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(contents.as_bytes())?;
    Ok(file)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Files below `dir` with our header that are not among `files`, by path.
fn orphans(dir: &Path, files: &[OutputFile]) -> io::Result<Vec<PathBuf>> {
    let known: Vec<PathBuf> = files.iter().map(|file| place(dir, file)).collect();
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(named(&dir, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| named(&dir, &error))?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() {
                dirs.push(path);
            } else if kind.is_file() && !known.contains(&path) && is_ours(&path)? {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_ours(path: &Path) -> io::Result<bool> {
    let mut head = Vec::with_capacity(HEADER_LEN);
    let limit = u64::try_from(HEADER_LEN).unwrap_or(u64::MAX);
    let file = fs::File::open(path).map_err(|error| named(path, &error))?;
    io::Read::read_to_end(&mut io::Read::take(file, limit), &mut head)
        .map_err(|error| named(path, &error))?;
    Ok(head
        .windows(MARK.len())
        .any(|window| window == MARK.as_bytes()))
}

/// From what a file is to what it should be, which is called `new_name`, as a
/// unified diff.
pub fn unified_diff(path: &Path, old: &[u8], new: &str, new_name: &str) -> String {
    let old = String::from_utf8_lossy(old);
    let name = path.display().to_string();
    TextDiff::from_lines(old.as_ref(), new)
        .unified_diff()
        .context_radius(3)
        .header(&name, &format!("{name} ({new_name})"))
        .to_string()
}
