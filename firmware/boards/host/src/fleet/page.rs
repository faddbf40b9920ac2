//! The page at `/`: what a person sees of a fleet in a browser.
//!
//! It is text that is given as it is, and asks for `/fleet` and for single chargers as any
//! client does; so nothing here knows the fleet. The page of a charger alone is not served below
//! serial numbers: what it lives on, a course of a day and the traffic of each charger, a
//! fleet does not keep.

use std::borrow::Cow;

use goe_host::{Call, Handler, NoStream, Reply};

use crate::page::PATH;
use crate::page::files::{self, CSS, File, HTML, SCRIPT, page_files};

const FRAME: &[File] = files::files!(HTML PATH => "firmware/boards/host/page/fleet/index.html");

const FLEET: &[File] = page_files!(
    CSS "fleet/style.css",
    SCRIPT "fleet/figures.js",
    SCRIPT "fleet/main.js",
    SCRIPT "fleet/map.js",
    SCRIPT "fleet/one.js",
    SCRIPT "fleet/power.js",
);

/// All that it is.
#[derive(Clone, Copy)]
pub(crate) struct Page;

fn find(path: &str) -> Option<&'static File> {
    files::among(&[FRAME, FLEET], path)
}

impl Handler for Page {
    type Body = Cow<'static, [u8]>;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        find(path).map(|_| "GET, HEAD")
    }

    fn answer(&self, call: Call<'_>) -> Reply<Self::Body> {
        match find(call.path) {
            Some(file) => file.reply(),
            // It has said that this is no path of its own.
            None => Reply {
                status: 404,
                content_type: "text/plain; charset=utf-8",
                body: Cow::Borrowed(b""),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_given() {
        files::check_folder("page/fleet", "/page/fleet/", find);
    }
}
