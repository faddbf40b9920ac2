//! What there is to lead to: the keys, and the chapters of the spec, which have ids here.
//!
//! Links between the files of a spec are links between chapters of a document. This module
//! must never know a document.

use std::collections::HashMap;

use crate::api::{Api, Chapter};

/// The keys and chapters of an API, by what links call them.
pub(super) struct Contents<'a> {
    keys: HashMap<&'a str, &'a str>,
    chapters: &'a [Chapter<'a>],
    slugs: Vec<String>,
}

/// Where a link of the spec leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'t> {
    /// A chapter, by its place.
    Chapter(usize),
    /// A page of the web.
    Web(&'t str),
}

impl<'a> Contents<'a> {
    pub(super) fn new(api: &'a Api<'a>) -> Self {
        let keys = api.keys.iter().map(|key| (key.name, key.name));
        let mut slugs = Slugs::default();
        // No title has two hyphens for one space.
        let again = |slug: &str, before| format!("{slug}--{}", before + 1);
        let chapters = api.chapters.iter();
        let slugs = chapters.map(|chapter| slugs.next(chapter.title, again));
        Contents {
            keys: keys.collect(),
            slugs: slugs.collect(),
            chapters: &api.chapters,
        }
    }

    /// The key of this name.
    pub(super) fn key(&self, name: &str) -> Option<&'a str> {
        self.keys.get(name).copied()
    }

    /// The id of a chapter; no key has a hyphen, as all of these do.
    pub(super) fn id(&self, at: usize) -> String {
        format!("about-{}", self.slugs[at])
    }

    /// Returns where an address in the spec leads; nothing if that is not in a document.
    pub(super) fn target<'t>(&self, address: &'t str) -> Option<Target<'t>> {
        if is_web(address) {
            return Some(Target::Web(address));
        }
        let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
        let name = path.rsplit('/').next().unwrap_or(path);
        // A path without a file is one within the file that nobody names here.
        let is_in = |chapter: &Chapter<'_>| {
            name.is_empty() || chapter.file.rsplit('/').next() == Some(name)
        };
        let all = self.chapters.iter().enumerate();
        let titled = all.filter(|(_, chapter)| is_in(chapter) && !chapter.title.is_empty());
        let mut named = titled
            .clone()
            .filter(|(_, chapter)| !fragment.is_empty() && slug(chapter.title) == fragment);
        let mut first = titled.filter(|_| !name.is_empty());
        let found = named.next().or_else(|| first.next());
        found.map(|(at, _)| Target::Chapter(at))
    }
}

/// Returns whether an address of a spec leads to the web.
pub(super) fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

/// Anchors for titles, of which several may be the same.
#[derive(Default)]
pub(super) struct Slugs(HashMap<String, usize>);

impl Slugs {
    /// That of one more title; `again` makes one of what others, so many before it, had.
    pub(super) fn next(&mut self, title: &str, again: impl Fn(&str, usize) -> String) -> String {
        let slug = slug(title);
        let before = self.0.entry(slug.clone()).or_default();
        *before += 1;
        match *before {
            1 => slug,
            count => again(&slug, count - 1),
        }
    }
}

/// A title as renderers make an anchor of it.
fn slug(title: &str) -> String {
    let known = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let letters = title.trim().chars().filter(known);
    letters.collect::<String>().to_lowercase().replace(' ', "-")
}
