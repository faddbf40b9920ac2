//! What a browser is given as it is: what every page of this program shares, and what only
//! that of a charger has.

use std::borrow::Cow;

use goe_host::Reply;

/// A text, and where it is.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    /// As the build script packed it.
    pub(crate) packed: &'static [u8],
}

pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const CSS: &str = "text/css; charset=utf-8";
pub(crate) const SCRIPT: &str = "text/javascript; charset=utf-8";

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// Files at these paths, by where they are in the repository.
macro_rules! files {
    ($($content_type:ident $path:expr => $file:expr),* $(,)?) => {
        &[$($crate::page::files::File {
            path: $path,
            content_type: $content_type,
            packed: include_bytes!(concat!(env!("OUT_DIR"), "/", $file)),
        }),*]
    };
}

/// Files of the folder `page`, by their names.
macro_rules! page_files {
    ($($content_type:ident $name:literal),* $(,)?) => {
        $crate::page::files::files!(
            $($content_type concat!("/page/", $name) => concat!("firmware/boards/host/page/", $name)),*
        )
    };
}

pub(crate) use {files, page_files};

/// What all pages need.
pub(crate) const SHARED: &[File] = page_files!(
    CSS "style.css",
    SCRIPT "chart.js",
    SCRIPT "dom.js",
    SCRIPT "format.js",
    SCRIPT "theme.js",
    SCRIPT "words.js",
);

/// What only the page of a charger needs.
const CHARGER: &[File] = page_files!(
    SCRIPT "course.js",
    SCRIPT "day.js",
    SCRIPT "form.js",
    SCRIPT "garage.js",
    SCRIPT "limits.js",
    SCRIPT "main.js",
    SCRIPT "now.js",
    SCRIPT "scenarios.js",
    SCRIPT "stream.js",
    SCRIPT "traffic.js",
);

const FRAME: &[File] = files!(
    HTML super::PATH => "firmware/boards/host/page/index.html",
    JSON_SCHEMA "/page/garage.schema.json" => "docs/garage.schema.json",
);

const JSON_SCHEMA: &str = "application/schema+json";

/// The reference, and the documents that it leads to.
const REFERENCE: &[File] = files!(
    HTML "/reference" => "generated/docs/index.html",
    JSON "/openapi.json" => "generated/docs/openapi.json",
    JSON "/asyncapi.json" => "generated/docs/asyncapi.json",
    JSON "/status.schema.json" => "generated/docs/status.schema.json",
    JSON "/set.schema.json" => "generated/docs/set.schema.json",
    TEXT "/api.d.ts" => "generated/docs/api.d.ts",
    TEXT "/api-keys.md" => "generated/docs/api-keys.md",
);

/// The file of the page of a charger at a path.
pub(super) fn find(path: &str) -> Option<&'static File> {
    among(&[FRAME, CHARGER], path)
}

/// The file at a path, of a page of its own or of what all pages have.
pub(crate) fn among(own: &[&'static [File]], path: &str) -> Option<&'static File> {
    let all = own.iter().chain(&[SHARED, REFERENCE]);
    all.copied().flatten().find(|file| file.path == path)
}

impl File {
    /// It, as it was written.
    pub(crate) fn reply(&self) -> Reply<Cow<'static, [u8]>> {
        Reply {
            status: 200,
            content_type: self.content_type,
            body: Cow::Owned(self.text()),
        }
    }

    fn text(&self) -> Vec<u8> {
        let text = miniz_oxide::inflate::decompress_to_vec(self.packed);
        text.expect("the build script packed it")
    }
}

/// One that is forgotten is not there in a browser: every file of a folder of this crate has
/// to be found below a path, and `index.html` at the root.
#[cfg(test)]
pub(crate) fn check_folder(
    folder: &str,
    below: &str,
    find: impl Fn(&str) -> Option<&'static File>,
) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("readable").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.expect("UTF-8");
        if path.is_dir() {
            continue;
        }
        let served = match name {
            "index.html" => "/".to_owned(),
            name => format!("{below}{name}"),
        };
        let text = std::fs::read_to_string(&path).expect("text");
        assert_eq!(
            find(&served).map(File::text),
            Some(text.into_bytes()),
            "{served}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_given() {
        check_folder("page", "/page/", find);
    }

    #[test]
    fn documents_are_those_that_were_generated() {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../generated/docs");
        for file in REFERENCE {
            let name = match file.path {
                "/reference" => "index.html",
                path => path.trim_start_matches('/'),
            };
            let written = std::fs::read(folder.join(name)).expect(name);
            assert!(file.text() == written, "{name} is an older one");
        }
    }
}
