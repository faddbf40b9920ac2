//! The input of a run: markdown files, in the order that their keys keep.
//!
//! Takes a folder, paths (`-` is standard input), or bytes in memory; gives a [`Spec`]. A file that
//! cannot be read, or is not UTF-8, is a [`ReadError`], and the others are read all
//! the same, so that one run names every fault. A file called `overlay.md` holds corrections of the
//! key tables: it stands behind all others and is never read as a part of them.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::Path,
};

use super::{
    file::{Source, Span},
    fnv::Fnv1a,
};

/// The file with corrections of the table.
const OVERLAY: &str = "overlay.md";

/// The path that stands for standard input; a file called so is `./-`.
const STDIN: &str = "-";

/// The name of what was read there.
const STDIN_NAME: &str = "<stdin>";

/// The name of the folder in generated files, wherever it really is.
const LABEL_DIR: &str = "spec";

/// The markdown files of one API, and what was wrong in reading them.
#[derive(Debug, Default)]
pub struct Spec {
    sources: Vec<Source>,
    read_errors: Vec<ReadError>,
}

/// A failure to read a file.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The file or folder is not there, or may not be read.
    Unreadable {
        /// As the caller spelled it.
        path: String,
        /// The error of the system.
        error: io::Error,
    },
    /// The bytes here are no character; they were replaced.
    NotUtf8 {
        /// The first of them.
        place: Span,
    },
    /// The folder has no markdown file.
    NoFiles {
        /// As the caller spelled it.
        path: String,
    },
}

impl ReadError {
    /// The same error: of the system's there is no copy, but its kind and words.
    fn again(&self) -> Self {
        match self {
            ReadError::Unreadable { path, error } => ReadError::Unreadable {
                path: path.clone(),
                error: io::Error::new(error.kind(), error.to_string()),
            },
            ReadError::NotUtf8 { place } => ReadError::NotUtf8 { place: *place },
            ReadError::NoFiles { path } => ReadError::NoFiles { path: path.clone() },
        }
    }
}

impl Spec {
    /// All `*.md` files of `dir`, in byte order of their names, `overlay.md`
    /// last.
    pub fn read_dir(dir: impl AsRef<Path>) -> Self {
        let dir = dir.as_ref();
        let mut spec = Spec::default();
        match markdown_files(dir) {
            Ok(names) if names.iter().all(|name| name == OVERLAY) => {
                let path = dir.display().to_string();
                spec.read_errors.push(ReadError::NoFiles { path });
            }
            Ok(names) => {
                for name in names {
                    let label = format!("{LABEL_DIR}/{name}");
                    spec.read_file(&dir.join(&name), label);
                }
            }
            Err(error) => spec.push_unreadable(dir, error),
        }
        spec
    }

    /// The files `paths`, in this order; a folder stands for its files, `-` for
    /// standard input, which is called `<stdin>`.
    pub fn read_paths<P: AsRef<Path>>(paths: &[P]) -> Self {
        let mut spec = Spec::default();
        for path in paths {
            let path = path.as_ref();
            if path.as_os_str() == STDIN {
                spec.read_stdin();
            } else if path.is_dir() {
                spec.append(Spec::read_dir(path));
            } else {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let label = format!("{LABEL_DIR}/{}", name.to_string_lossy());
                spec.read_file(path, label);
            }
        }
        spec
    }

    /// Files in memory: each its path and its bytes.
    pub fn from_files<P: Into<String>>(files: impl IntoIterator<Item = (P, Vec<u8>)>) -> Self {
        let mut spec = Spec::default();
        for (path, bytes) in files {
            let path = path.into();
            spec.push(Source::new(path.clone(), path, &bytes));
        }
        spec
    }

    /// Files that were read elsewhere.
    pub fn from_sources(sources: impl IntoIterator<Item = Source>) -> Self {
        let mut spec = Spec::default();
        sources.into_iter().for_each(|source| spec.push(source));
        spec
    }

    /// The files, in order. [`Span::file`] is an index into them.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Returns whether the file of this index holds corrections of the others.
    pub fn is_overlay(&self, file: usize) -> bool {
        let label = self.sources.get(file).map(|source| source.label.as_str());
        label.is_some_and(|label| label.rsplit('/').next() == Some(OVERLAY))
    }

    /// Returns whether the file of this index was read from standard input.
    pub fn is_stdin(&self, file: usize) -> bool {
        let source = self.sources.get(file);
        source.is_some_and(|source| source.path == STDIN_NAME)
    }

    /// Returns the title of the API: the text of the first `# heading` of the first file;
    /// empty without one.
    pub fn title(&self) -> &str {
        let text = self.sources.first().map_or("", |file| file.text.as_str());
        let mut in_code = false;
        let heading = text.lines().find_map(|line| {
            in_code ^= line.trim_start().starts_with("```");
            line.strip_prefix("# ").filter(|_| !in_code)
        });
        heading.map_or("", |title| title.trim().trim_end_matches('#').trim_end())
    }

    /// The same files, those of `texts` with another text.
    pub(crate) fn with_texts(&self, mut texts: BTreeMap<usize, String>) -> Self {
        let mut spec = Spec::default();
        for (file, source) in self.sources.iter().enumerate() {
            let text = texts.remove(&file).unwrap_or_else(|| source.text.clone());
            let bytes = source.to_file(&text).into_bytes();
            let (path, label) = (source.path.clone(), source.label.clone());
            spec.sources.push(Source::new(path, label, &bytes));
        }
        spec.read_errors = self.read_errors.iter().map(ReadError::again).collect();
        spec
    }

    /// Returns the failures to read the files.
    pub(crate) fn read_errors(&self) -> &[ReadError] {
        &self.read_errors
    }

    /// A fingerprint of names and contents, 16 hexadecimal digits. It tells
    /// whether two runs saw the same spec; it is no protection against anybody.
    pub fn hash(&self) -> String {
        let mut hash = Fnv1a::default();
        for source in &self.sources {
            hash.write(source.label.as_bytes());
            hash.write(&[0]);
            hash.write(source.text.as_bytes());
            hash.write(&[0]);
        }
        hash.hex()
    }

    /// It can be read to its end once, so a second `-` is an error.
    fn read_stdin(&mut self) {
        let mut bytes = Vec::new();
        let again = (0..self.sources.len()).any(|file| self.is_stdin(file));
        let read = match again {
            true => Err(io::Error::other("standard input was read already")),
            false => io::stdin().lock().read_to_end(&mut bytes),
        };
        match read {
            Ok(_) => self.push(Source::new(STDIN_NAME.into(), STDIN_NAME.into(), &bytes)),
            Err(error) => self.push_unreadable(Path::new(STDIN_NAME), error),
        }
    }

    fn read_file(&mut self, path: &Path, label: String) {
        match fs::read(path) {
            Ok(bytes) => {
                let shown = path.display().to_string();
                self.push(Source::new(shown, label, &bytes));
            }
            Err(error) => self.push_unreadable(path, error),
        }
    }

    fn push(&mut self, source: Source) {
        if let Some(start) = source.first_invalid() {
            let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
            let file = self.sources.len();
            let place = Span { file, start, end };
            self.read_errors.push(ReadError::NotUtf8 { place });
        }
        self.sources.push(source);
    }

    fn push_unreadable(&mut self, path: &Path, error: io::Error) {
        let path = path.display().to_string();
        self.read_errors.push(ReadError::Unreadable { path, error });
    }

    /// Adds the files of `other` behind its own.
    fn append(&mut self, other: Spec) {
        let offset = self.sources.len();
        let moved = other.read_errors.into_iter().map(|error| match error {
            ReadError::NotUtf8 { mut place } => {
                place.file += offset;
                ReadError::NotUtf8 { place }
            }
            error @ (ReadError::Unreadable { .. } | ReadError::NoFiles { .. }) => error,
        });
        self.read_errors.extend(moved);
        self.sources.extend(other.sources);
    }
}

fn markdown_files(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // A name that is not Unicode cannot be shown or repeated in output:
        // its lossy form fails to open and is reported as unreadable.
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && !entry.path().is_dir() {
            names.push(name);
        }
    }
    names.sort_unstable_by_key(|name| (name == OVERLAY, name.clone()));
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_the_first_heading() {
        let cases = [
            ("intro\n\n# Pump, v2 #\n\n# Other\n", "Pump, v2"),
            ("```\n# code\n```\n## Keys\n# Pump\n", "Pump"),
            ("| Key |\n", ""),
        ];
        for (text, title) in cases {
            let spec = Spec::from_files([("api.md", text.as_bytes().to_vec())]);
            assert_eq!(spec.title(), title, "{text}");
        }
        assert_eq!(Spec::default().title(), "");
    }

    #[test]
    fn a_folder_is_read_in_byte_order_its_overlay_last() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.md", "B.md", "a.txt", "overlay.md", "a.md", "z.md"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        let spec = Spec::read_dir(dir.path());
        let labels: Vec<_> = spec.sources().iter().map(|s| s.label.as_str()).collect();
        let expected = [
            "spec/B.md", "spec/a.md", "spec/b.md", "spec/z.md", "spec/overlay.md",
        ];
        assert_eq!(labels, expected);
        let overlays: Vec<_> = (0..labels.len())
            .filter(|&file| spec.is_overlay(file))
            .collect();
        assert_eq!(overlays, [4]);
    }
}
