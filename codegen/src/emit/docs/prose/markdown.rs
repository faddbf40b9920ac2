//! Prose as markdown, in a document or in a description of OpenAPI.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::events;
use crate::emit::{docs::contents::is_web, escape};

/// Where the links of a text lead.
pub(in crate::emit::docs) trait Links {
    /// The anchor of a key.
    fn key(&self, name: &str) -> Option<&str>;
    /// What an address of the spec is in the document.
    fn address(&self, address: &str) -> Option<String>;
}

/// Markdown of the spec as markdown that opens no tag; ends with a line.
pub(in crate::emit::docs) fn markdown(text: &str, links: &dyn Links) -> String {
    // Each level of a text takes some of the stack; nobody reads so many.
    let mut depth = 0_usize;
    let too_deep = events(text).any(|event| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    });
    if too_deep {
        return escape::markdown(text) + "\n";
    }
    let mut events = events(text);
    let mut out = blocks(&mut events, links).trim_end().to_owned();
    out.push('\n');
    out
}

/// Lists in lists and the like, at most.
const DEEPEST: usize = 32;

/// Everything up to the end that nobody here has begun, as blocks with a blank line behind
/// each.
fn blocks<'e>(events: &mut impl Iterator<Item = Event<'e>>, links: &dyn Links) -> String {
    let mut out = String::new();
    // The text of a tight list stands in no paragraph.
    let mut line = String::new();
    while let Some(event) = events.next() {
        let block = match event {
            Event::End(_) => break,
            Event::Start(Tag::Paragraph | Tag::HtmlBlock) => inline(events, links) + "\n",
            Event::Start(Tag::Heading { .. }) => format!("**{}**\n", inline(events, links)),
            Event::Start(Tag::BlockQuote(_)) => prefixed(&blocks(events, links), "> ", "> "),
            Event::Start(Tag::CodeBlock(_)) => code(events),
            Event::Start(Tag::List(first)) => list(events, first, links),
            Event::Start(Tag::Table(_)) => table(events, links),
            Event::Rule => "---\n".to_owned(),
            event => {
                line += &piece(event, events, links);
                continue;
            }
        };
        end_line(&mut line, &mut out);
        out += &block;
        out.push('\n');
    }
    end_line(&mut line, &mut out);
    out
}

fn end_line(line: &mut String, out: &mut String) {
    if !line.is_empty() {
        out.push_str(line.trim());
        out.push_str("\n\n");
        line.clear();
    }
}

/// Everything up to the end of a block of text, on one line.
fn inline<'e>(events: &mut impl Iterator<Item = Event<'e>>, links: &dyn Links) -> String {
    let mut out = String::new();
    while let Some(event) = events.next() {
        if matches!(event, Event::End(_)) {
            break;
        }
        out += &piece(event, events, links);
    }
    out.trim().to_owned()
}

fn piece<'e>(
    event: Event<'e>,
    events: &mut impl Iterator<Item = Event<'e>>,
    links: &dyn Links,
) -> String {
    // Boxed, because the parts of a text nest as deep as they like.
    let events: &mut dyn Iterator<Item = Event<'e>> = events;
    match event {
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => escape::markdown(&text),
        Event::Code(code) => {
            let span = escape::code_span(&code);
            match links.key(&code) {
                Some(anchor) => format!("[{span}](#{anchor})"),
                None => span,
            }
        }
        // A line of its own could begin with what means something there.
        Event::SoftBreak | Event::HardBreak => " ".to_owned(),
        Event::Start(tag) => {
            let inner = inner(events, links, matches!(tag, Tag::Link { .. }));
            match tag {
                Tag::Emphasis => format!("*{inner}*"),
                Tag::Strong => format!("**{inner}**"),
                Tag::Strikethrough => format!("~~{inner}~~"),
                Tag::Link { dest_url, .. } => match links.address(&dest_url) {
                    Some(address) if address.contains(['(', ')']) => {
                        format!("[{inner}](<{address}>)")
                    }
                    Some(address) => format!("[{inner}]({address})"),
                    None => inner,
                },
                _ => inner,
            }
        }
        Event::End(_)
        | Event::Rule
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::FootnoteReference(_)
        | Event::TaskListMarker(_) => String::new(),
    }
}

fn inner<'e>(
    mut events: &mut dyn Iterator<Item = Event<'e>>,
    links: &dyn Links,
    is_link: bool,
) -> String {
    let none = NoLinks;
    let links = if is_link { &none } else { links };
    inline(&mut events, links)
}

fn code<'e>(events: &mut impl Iterator<Item = Event<'e>>) -> String {
    let mut text = String::new();
    for event in events.by_ref() {
        match event {
            Event::End(TagEnd::CodeBlock) => break,
            Event::Text(piece) => text += &piece,
            _ => {}
        }
    }
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default().max(2) + 1);
    format!("{fence}\n{}\n{fence}\n", escape::clean(text.trim_end()))
}

fn list<'e>(
    events: &mut impl Iterator<Item = Event<'e>>,
    first: Option<u64>,
    links: &dyn Links,
) -> String {
    let mut out = String::new();
    let mut number = first;
    while let Some(Event::Start(Tag::Item)) = events.next() {
        let mark = match &mut number {
            Some(at) => {
                *at += 1;
                format!("{}. ", *at - 1)
            }
            None => "- ".to_owned(),
        };
        let events: &mut dyn Iterator<Item = Event<'e>> = events;
        let mut events = events;
        let item = blocks(&mut events, links);
        out += &prefixed(&item, &mark, &" ".repeat(mark.len()));
    }
    out
}

fn table<'e>(events: &mut impl Iterator<Item = Event<'e>>, links: &dyn Links) -> String {
    let mut out = String::new();
    let mut cells = 0;
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::TableCell) => {
                cells += 1;
                out += "| ";
                out += &inline(events, links);
                out.push(' ');
            }
            Event::End(TagEnd::TableHead) => {
                out += "|\n";
                out += &"| --- ".repeat(cells);
                out += "|\n";
            }
            Event::End(TagEnd::TableRow) => out += "|\n",
            Event::End(TagEnd::Table) => break,
            _ => {}
        }
    }
    out
}

/// `text` with `first` before its first line and `others` before the rest.
fn prefixed(text: &str, first: &str, others: &str) -> String {
    let mut out = String::new();
    for (at, line) in text.trim_end().lines().enumerate() {
        let prefix = if at == 0 { first } else { others };
        out += format!("{prefix}{line}").trim_end();
        out.push('\n');
    }
    out
}

/// Of a text that stands alone, or is a link itself.
pub(in crate::emit::docs) struct NoLinks;

impl Links for NoLinks {
    fn key(&self, _: &str) -> Option<&str> {
        None
    }

    fn address(&self, address: &str) -> Option<String> {
        is_web(address).then(|| web_address(address))
    }
}

/// An address of the web as a link has it: nothing in it ends the link.
pub(in crate::emit::docs) fn web_address(address: &str) -> String {
    address.replace(['<', '>', '\n', ' '], "")
}
