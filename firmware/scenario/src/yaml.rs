//! A YAML 1.2 document as a tree in which everything has its place.
//!
//! Scalars are resolved by the core schema: `true` and `false` are the truth values,
//! `on` and `yes` are texts. It must never know what the tree means.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use serde_json::{Number, Value};

use crate::finding::{Finding, Place};
use crate::no_yaml;

/// Aliases repeat what they stand for; more than this is no scenario.
const MOST_NODES: usize = 50_000;

/// A deeper tree is no scenario, and would be too much for who walks along it.
const MOST_DEPTH: usize = 64;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// What it is, and how it is written.
    Scalar(Value, String),
    List(Vec<Node>),
    /// In the order of the file; no name stands twice.
    Map(Vec<(Name, Node)>),
}

/// The name of a member.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) at: Place,
    pub(crate) text: String,
}

impl Node {
    /// What it is, for who expected something else.
    pub(crate) fn is_a(&self) -> String {
        match &self.content {
            Content::Scalar(Value::Null, _) => "nothing".to_owned(),
            Content::Scalar(Value::Bool(value), _) => format!("the truth value `{value}`"),
            Content::Scalar(Value::Number(_), text) => format!("the number `{text}`"),
            Content::Scalar(_, text) => format!("the text `{text}`"),
            Content::List(nodes) if nodes.is_empty() => "an empty list".to_owned(),
            Content::List(_) => "a list".to_owned(),
            Content::Map(members) if members.is_empty() => "an empty map".to_owned(),
            Content::Map(_) => "a map".to_owned(),
        }
    }

    /// The members of a map.
    pub(crate) fn members(&self) -> Option<&[(Name, Node)]> {
        match &self.content {
            Content::Map(members) => Some(members),
            _ => None,
        }
    }

    /// A scalar as it is written, unless it is none or is nothing.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Value::Null, _) => None,
            Content::Scalar(_, text) => Some(text),
            _ => None,
        }
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Value {
        match &self.content {
            Content::Scalar(value, _) => value.clone(),
            Content::List(nodes) => nodes.iter().map(Node::json).collect(),
            Content::Map(members) => {
                let members = members.iter();
                members
                    .map(|(name, node)| (name.text.clone(), node.json()))
                    .collect()
            }
        }
    }
}

/// Reads the one document of a text.
///
/// # Errors
/// It is no YAML, has more than one document, a name twice in a map, or a tag.
pub(crate) fn read(text: &str) -> Result<Node, Finding> {
    let mut tree = Tree::default();
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| no_yaml::finding(text, place(error.marker()), error.info()))?;
        tree.take(event, span)?;
    }
    tree.whole
        .ok_or_else(|| Finding::new(Place::START, "the file is empty").help(crate::EXAMPLE))
}

fn place(marker: &Marker) -> Place {
    // No file has more lines.
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Place {
        line: number(marker.line()),
        column: number(marker.col()).saturating_add(1),
    }
}

/// What is open while events come.
#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    whole: Option<Node>,
    nodes: usize,
}

struct Open {
    at: Place,
    anchor: usize,
    what: Filling,
}

enum Filling {
    List(Vec<Node>),
    Map(Vec<(Name, Node)>, Option<Name>),
}

impl Tree {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Finding> {
        let at = place(&span.start);
        let no_tag = |tagged: bool| match tagged {
            true => Err(Finding::new(at, "a tag says nothing here").help("leave the `!…` out")),
            false => Ok(()),
        };
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                no_tag(tag.is_some())?;
                let value = match style {
                    ScalarStyle::Plain => scalar(&text).ok_or_else(|| {
                        let help = format!("put it in quotes if it is a text: '{text}'");
                        Finding::new(at, format!("the number `{text}` is too large")).help(help)
                    })?,
                    _ => Value::String(text.to_string()),
                };
                let content = Content::Scalar(value, text.into_owned());
                self.node(Node { at, content }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                no_tag(tag.is_some())?;
                self.begin(at, anchor, Filling::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                no_tag(tag.is_some())?;
                self.begin(at, anchor, Filling::Map(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                let content = match open.what {
                    Filling::List(nodes) => Content::List(nodes),
                    Filling::Map(members, _) => Content::Map(members),
                };
                let at = open.at;
                self.node(Node { at, content }, open.anchor)
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                let node = node
                    .ok_or_else(|| Finding::new(at, "this alias stands in what it stands for"))?;
                self.nodes += size(&node);
                self.node(node, 0)
            }
            Event::DocumentStart(_) if self.whole.is_some() => Err(Finding::new(
                at,
                "a file has one scenario, and this is another",
            )
            .help("give it a file of its own")),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, at: Place, anchor: usize, what: Filling) -> Result<(), Finding> {
        if self.open.len() >= MOST_DEPTH {
            return Err(Finding::new(at, "this is too deep for a scenario"));
        }
        self.open.push(Open { at, anchor, what });
        Ok(())
    }

    fn node(&mut self, node: Node, anchor: usize) -> Result<(), Finding> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(Finding::new(node.at, "this is too much for a scenario"));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.what) {
            None => self.whole = Some(node),
            Some(Filling::List(nodes)) => nodes.push(node),
            Some(Filling::Map(members, name)) => match name.take() {
                Some(name) => members.push((name, node)),
                None => {
                    let Some(text) = node.text().map(str::to_owned) else {
                        let what = format!("a name is expected here, and this is {}", node.is_a());
                        return Err(Finding::new(node.at, what));
                    };
                    if let Some((first, _)) = members.iter().find(|(name, _)| name.text == text) {
                        let what =
                            format!("`{text}` stands here again, after line {}", first.at.line);
                        let help = "a name stands once in a map: leave one of them out";
                        return Err(Finding::new(node.at, what).help(help));
                    }
                    *name = Some(Name { at: node.at, text });
                }
            },
        }
        Ok(())
    }
}

fn size(node: &Node) -> usize {
    match &node.content {
        Content::Scalar(..) => 1,
        Content::List(nodes) => 1 + nodes.iter().map(size).sum::<usize>(),
        Content::Map(members) => 1 + members.iter().map(|(_, node)| size(node)).sum::<usize>(),
    }
}

/// A plain scalar by the core schema; nothing if it is a number for which JSON has no place.
fn scalar(text: &str) -> Option<Value> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => Value::Number(number(text)?),
        _ => Value::String(text.to_owned()),
    })
}

fn is_number(text: &str) -> bool {
    let all = |digits: &str, is: fn(&char) -> bool| {
        !digits.is_empty() && digits.chars().all(|digit| is(&digit))
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, char::is_ascii_hexdigit);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |digit| digit.is_digit(8));
    }
    let without_sign = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(without_sign, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
    {
        return true;
    }
    // Rust's numbers know words, which are texts here.
    all(text, |any| any.is_ascii_digit() || "+-.eE".contains(*any)) && text.parse::<f64>().is_ok()
}

fn number(text: &str) -> Option<Number> {
    let in_base = |digits: &str, base| u64::from_str_radix(digits, base).ok().map(Number::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return in_base(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return in_base(digits, 8);
    }
    let whole = text.parse::<i64>().ok().map(Number::from);
    let whole = whole.or_else(|| text.parse::<u64>().ok().map(Number::from));
    whole.or_else(|| text.parse().ok().and_then(Number::from_f64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_those_of_yaml_1_2() {
        for (text, is) in [
            ("on", json!("on")),
            ("no", json!("no")),
            ("true", json!(true)),
            ("~", json!(null)),
            ("010", json!(10)),
            ("0x10", json!(16)),
            ("-1.5e3", json!(-1500.0)),
            ("1:30", json!("1:30")),
            ("inf", json!("inf")),
            ("e5", json!("e5")),
            ("1_000", json!("1_000")),
            ("0xfg", json!("0xfg")),
            ("0x-1", json!("0x-1")),
            ("+.nan", json!("+.nan")),
            ("-", json!("-")),
            ("18446744073709551615", json!(u64::MAX)),
            ("60s", json!("60s")),
        ] {
            assert_eq!(scalar(text), Some(is), "{text}");
        }
        for text in [
            "04e12345", "-1e999", "0x10000000000000000", ".inf", "-.INF", ".nan",
        ] {
            assert_eq!(scalar(text), None, "{text}");
        }
        assert_eq!(
            read("a: 'true'").expect("YAML").json(),
            json!({"a": "true"})
        );
    }

    #[test]
    fn everything_has_its_place() {
        let tree = read("a: 1\nb:\n  - {c: x}\n").expect("YAML");
        let b = &tree.members().expect("a map")[1];
        assert_eq!((b.0.at.line, b.0.at.column), (2, 1));
        let Content::List(list) = &b.1.content else {
            panic!("{b:?}");
        };
        let (name, value) = &list[0].members().expect("a map")[0];
        assert_eq!((name.at.line, name.at.column), (3, 6));
        assert_eq!((value.at.line, value.at.column), (3, 9));
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, line, column, what) in [
            ("a: 1\na: 2\n", 2, 1, "again, after line 1"),
            ("a: [1\nb: 2\n", 1, 4, "has no `]`"),
            ("a: !x 1\n", 1, 4, "tag"),
            ("a: 1\n---\nb: 2\n", 2, 1, "another"),
            ("", 1, 1, "empty"),
            ("a: &x [*x]\n", 1, 8, "alias"),
            ("[1]: 2\n", 1, 1, "a list"),
        ] {
            let finding = read(text).expect_err(text);
            let found = (finding.at.line, finding.at.column);
            assert_eq!(found, (line, column), "{text}: {finding:?}");
            assert!(finding.what.contains(what), "{text}: {finding:?}");
        }
    }

    #[test]
    fn aliases_cannot_grow_without_end() {
        let mut text = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for i in 1..8 {
            let before = [format!("*a{}", i - 1).as_str(); 10].join(",");
            text += &format!("a{i}: &a{i} [{before}]\n");
        }
        assert!(read(&text).expect_err("a bomb").what.contains("too much"));
        assert!(
            read(&"[".repeat(100))
                .expect_err("deep")
                .what
                .contains("too deep")
        );
    }
}
