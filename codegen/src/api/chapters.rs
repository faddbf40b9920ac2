//! Chapters, lowered: what the spec says around its tables, in the order of the spec, and
//! which rows stand where.
//!
//! A chapter that describes the inside of a key is no chapter of its own: its text is told
//! with that key. It must never know how a document shows any of this.

use std::{collections::HashMap, mem, ops::Range};

use super::{Entry, Key};
use crate::{
    model::{self, ChapterPart, Model, Origin},
    source::Span,
};

/// A heading, and what follows it.
#[derive(Debug)]
pub(crate) struct Chapter<'a> {
    /// Empty for text before any heading.
    pub(crate) title: &'a str,
    /// It is a part of the last one that is not.
    pub(crate) is_within: bool,
    /// The file it stands in: `spec/shapes.md`.
    pub(crate) file: &'a str,
    pub(crate) parts: Vec<Part<'a>>,
}

/// A piece of a chapter; rows as places in the lists of the API.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    /// Markdown.
    Prose(&'a str),
    Routes(Range<usize>),
    Topics(Range<usize>),
    Placeholders(Range<usize>),
    Messages(Range<usize>),
    /// Entries, not always all in a row.
    Entries(Vec<usize>),
}

impl Part<'_> {
    /// The title of a chapter that begins with it and has none.
    fn title(&self) -> &'static str {
        match self {
            Part::Prose(_) => "",
            Part::Routes(_) => "HTTP",
            Part::Topics(_) | Part::Placeholders(_) => "MQTT",
            Part::Messages(_) => "WebSocket",
            Part::Entries(_) => "Keys",
        }
    }
}

/// The chapters in the order of the spec, but that the file which says how keys are read
/// and set comes first: files are ordered by name, and who begins to read wants it.
fn in_order(model: &Model) -> impl Iterator<Item = &model::Chapter> {
    let routes = model.routes.iter().map(|route| &route.origin);
    let topics = model.topics.iter().map(|topic| &topic.origin);
    let first = routes.chain(topics).next().map(|origin| &origin.file);
    let is_first = move |chapter: &&model::Chapter| Some(&chapter.file) == first;
    let chapters = model.chapters.iter();
    let others = model
        .chapters
        .iter()
        .filter(move |chapter| !is_first(chapter));
    chapters.filter(is_first).chain(others)
}

/// The markdown that stands with the shapes and positions of a key, by key.
pub(super) fn about(model: &Model) -> HashMap<&str, Vec<&str>> {
    let mut about: HashMap<&str, Vec<&str>> = HashMap::new();
    for chapter in &model.chapters {
        for key in described(model, chapter) {
            let prose = chapter.parts.iter().filter_map(|part| match part {
                ChapterPart::Prose(text) => Some(text.as_str()),
                ChapterPart::Table(_) => None,
            });
            about.entry(key).or_default().extend(prose);
        }
    }
    about
}

/// The keys whose insides a chapter describes.
fn described<'a>(model: &'a Model, chapter: &model::Chapter) -> Vec<&'a str> {
    let heads = |span: Span| {
        let title = chapter.title_span;
        span.file == title.file && title.start <= span.start && span.start < title.end
    };
    let shapes = model.shapes.iter();
    let shapes = shapes.filter(|shape| heads(shape.first.name.span));
    let shapes = shapes.flat_map(|shape| shape.names().map(|of| of.name.value.as_str()));
    let places = model.positions.iter();
    let places = places.filter(|of| heads(of.key.span));
    let places = places.map(|of| of.key.value.as_str());
    let keys = shapes.chain(places);
    // `week.ranges` is inside `week`.
    keys.map(|name| name.split('.').next().unwrap_or(name))
        .collect()
}

/// The chapters of `model`, in which each of `entries` stands once.
pub(super) fn of<'a>(
    model: &'a Model,
    keys: &[Key<'a>],
    entries: &[Entry<'a>],
) -> Vec<Chapter<'a>> {
    let mut out: Vec<Chapter<'a>> = Vec::new();
    let mut left: Vec<usize> = (0..entries.len()).collect();
    let mut has_top = false;
    for chapter in in_order(model) {
        if !described(model, chapter).is_empty() {
            continue;
        }
        let is_title = chapter.title == model.title;
        let title = if is_title { "" } else { chapter.title.as_str() };
        let is_within = chapter.level > 2 && has_top;
        has_top |= !is_within && !title.is_empty();
        let begin = |title| Chapter {
            title,
            is_within,
            file: &chapter.file,
            parts: Vec::new(),
        };
        let mut lowered = begin(title);
        for part in &chapter.parts {
            let part = match part {
                ChapterPart::Prose(text) => Some(Part::Prose(text)),
                ChapterPart::Table(span) => rows(model, *span, keys, entries, &mut left),
            };
            let Some(part) = part else { continue };
            // The title of the API is that of no table.
            let own = part.title();
            if title.is_empty() && !own.is_empty() && own != lowered.title {
                out.push(mem::replace(&mut lowered, begin(own)));
            }
            lowered.parts.push(part);
        }
        out.push(lowered);
    }
    if !left.is_empty() {
        out.push(Chapter {
            title: "Keys",
            is_within: false,
            file: "",
            parts: vec![Part::Entries(left)],
        });
    }
    // A heading with nothing below it, not even another, tells nothing.
    let with_parts = |at: usize| {
        let next: Option<&Chapter<'_>> = out.get(at + 1);
        let heads = !out[at].title.is_empty() && !out[at].is_within;
        !out[at].parts.is_empty() || heads && next.is_some_and(|next| next.is_within)
    };
    let kept: Vec<bool> = (0..out.len()).map(with_parts).collect();
    let mut kept = kept.into_iter();
    out.retain(|_| kept.next().unwrap_or(true));
    out
}

/// The rows of the table at `span`.
fn rows<'a>(
    model: &Model,
    span: Span,
    keys: &[Key<'a>],
    entries: &[Entry<'a>],
    left: &mut Vec<usize>,
) -> Option<Part<'a>> {
    let inside = |origin: &Origin| {
        let row = origin.span;
        row.file == span.file && span.start <= row.start && row.end <= span.end
    };
    let mine = left.extract_if(.., |at| inside(keys[entries[*at].keys.start].origin));
    let mine: Vec<usize> = mine.collect();
    if !mine.is_empty() {
        return Some(Part::Entries(mine));
    }
    let routes = range(model.routes.iter().map(|row| inside(&row.origin)));
    let topics = range(model.topics.iter().map(|row| inside(&row.origin)));
    let placeholders = range(model.placeholders.iter().map(|row| inside(&row.origin)));
    let messages = range(model.messages.iter().map(|row| inside(&row.origin)));
    let routes = routes.map(Part::Routes);
    routes
        .or(topics.map(Part::Topics))
        .or(placeholders.map(Part::Placeholders))
        .or(messages.map(Part::Messages))
}

/// From the first that is inside to the last.
fn range(inside: impl Iterator<Item = bool>) -> Option<Range<usize>> {
    let mut all = inside.enumerate().filter(|(_, is)| *is).map(|(at, _)| at);
    let first = all.next()?;
    Some(first..all.last().unwrap_or(first) + 1)
}
