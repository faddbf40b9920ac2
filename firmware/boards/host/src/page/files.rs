//! What a browser is given as it is.

/// A text, and where it is.
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// Files of the folder `page`, by their names, and the documents that the reference leads to.
macro_rules! page {
    ($($content_type:ident $name:literal),* $(,)? ; $($document_type:ident $document:literal),* $(,)?) => {
        &[
            File {
                path: super::PATH,
                content_type: HTML,
                text: include_str!("../../page/index.html"),
            },
            File {
                path: "/reference",
                content_type: HTML,
                text: include_str!("../../../../../generated/docs/index.html"),
            },
            File {
                path: "/page/garage.schema.json",
                content_type: "application/schema+json",
                text: include_str!("../../../../../docs/garage.schema.json"),
            },
            $(File {
                path: concat!("/page/", $name),
                content_type: $content_type,
                text: include_str!(concat!("../../page/", $name)),
            },)*
            $(File {
                path: concat!("/", $document),
                content_type: $document_type,
                text: include_str!(concat!("../../../../../generated/docs/", $document)),
            }),*
        ]
    };
}

pub(super) const ALL: &[File] = page!(
    CSS "style.css",
    SCRIPT "chart.js",
    SCRIPT "course.js",
    SCRIPT "day.js",
    SCRIPT "dom.js",
    SCRIPT "form.js",
    SCRIPT "format.js",
    SCRIPT "garage.js",
    SCRIPT "limits.js",
    SCRIPT "main.js",
    SCRIPT "now.js",
    SCRIPT "scenarios.js",
    SCRIPT "stream.js",
    SCRIPT "theme.js",
    SCRIPT "traffic.js",
    SCRIPT "words.js";
    JSON "openapi.json",
    JSON "asyncapi.json",
    JSON "status.schema.json",
    JSON "set.schema.json",
    TEXT "api.d.ts",
    TEXT "api-keys.md",
);

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is forgotten here is not there in a browser.
    #[test]
    fn every_file_of_the_folder_is_given() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
        for file in std::fs::read_dir(folder).expect("the folder") {
            let name = file
                .expect("readable")
                .file_name()
                .into_string()
                .expect("UTF-8");
            let path = match name.as_str() {
                "index.html" => "/".to_owned(),
                name => format!("/page/{name}"),
            };
            assert!(ALL.iter().any(|file| file.path == path), "{name}");
        }
    }
}
