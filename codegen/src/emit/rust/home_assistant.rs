//! `src/home_assistant.rs`: which entities Home Assistant is told of.
//!
//! A key becomes the component that fits its type and access; what only prose
//! and units say (name, unit, kind of statistics) goes into a line of the
//! table, the rest stands in the key's descriptor.
//!
//! Left out: what can only be written and is no plain command, arrays whose places
//! no shape names, lists inside objects, strings longer than a state may be, and
//! keys that are gone.

use std::{borrow::Cow, collections::HashMap};

use goe_runtime::home_assistant::Component;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{File, OutputFile, Shared, ident};
use crate::{
    api::{Api, Form, Key, Kind, List, Raw, Shape, Text, Value, View},
    model::{Category, Unit},
};

/// The longest state that Home Assistant keeps.
const STATE_MAX: u32 = 255;
/// The longest name, in characters; longer ones are cut at a word.
const NAME_MAX: usize = 60;

/// Words of a description which say that an energy only grows, or begins anew.
const COUNTS: &[&str] = &["total", "since", "gesamt", "seit"];

/// The line of an entity.
struct Entity<'a> {
    /// The position of the key.
    key: usize,
    name: String,
    /// Text added to its name where others have the same.
    suffix: Cow<'a, str>,
    component: Component,
    unit: Option<Unit>,
    /// Which member or entry of the value it shows, from one.
    part: Option<u32>,
    /// Methods that say the rest: `measured`.
    marks: Vec<&'static str>,
}

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut entities = Vec::new();
    for (at, key) in api.keys.iter().enumerate() {
        if key.removed.is_none() {
            of_key(&mut entities, at, key);
        }
    }
    tell_apart(&mut entities);
    let component = (!entities.is_empty()).then(|| quote!(Component::*,));
    let unit = entities.iter().any(|entity| entity.unit.is_some());
    let unit = unit.then(|| {
        quote!(
            use goe_runtime::Unit::*;
        )
    });
    let mut file = File::new("home_assistant");
    file.items(quote! {
        //! What Home Assistant is told of.
        #unit
        use goe_runtime::home_assistant::{#component Entity, Look};
    });
    let count = Literal::usize_unsuffixed(entities.len());
    let mut looks = Shared::default();
    let rows = entities.iter().map(|entity| {
        let (name, key) = (&entity.name, Literal::usize_unsuffixed(entity.key));
        let look = looks.place(entity.look());
        quote!((#name, #key, #look))
    });
    file.table_call(
        &[
            "The entities, in the order of their keys: of each its name, the position of its",
            "key, and which of the looks below.",
        ],
        quote!(pub static ENTITIES: [Entity; #count] = Entity::table),
        rows,
        quote!(&LOOKS),
    );
    looks.table(
        &mut file,
        "How entities are shown, by the last number of theirs.",
        quote!(LOOKS),
        quote!(Look),
    );
    file.finish()
}

/// A name that two have gets the key behind it.
fn tell_apart(entities: &mut [Entity<'_>]) {
    let names: Vec<String> = entities.iter().map(|e| e.name.to_lowercase()).collect();
    let mut count: HashMap<&str, usize> = HashMap::with_capacity(names.len());
    for name in &names {
        *count.entry(name).or_default() += 1;
    }
    for (entity, name) in entities.iter_mut().zip(&names) {
        let shared = count.get(name.as_str()) != Some(&1);
        if shared && !entity.suffix.is_empty() {
            entity.name = format!("{} ({})", entity.name, entity.suffix);
        }
    }
}

impl Entity<'_> {
    fn look(&self) -> TokenStream {
        // Its variant, as the runtime calls it.
        let component = ident(&format!("{:?}", self.component));
        let unit = self.unit.map(|unit| {
            let unit = ident(unit.name());
            quote!(.of(#unit))
        });
        let part = self.part.map(|part| {
            let part = Literal::u32_unsuffixed(part);
            quote!(.part(#part))
        });
        let marks = self.marks.iter().map(|mark| ident(mark));
        quote!(Look::new(#component) #unit #part #(.#marks())*)
    }
}

fn of_key<'a>(out: &mut Vec<Entity<'a>>, at: usize, key: &'a Key<'a>) {
    let value = &key.value;
    let name = phrase(value.description).unwrap_or_else(|| key.name.to_owned());
    if let Some(component) = component(value) {
        let clear = matches!(
            component,
            Component::Number | Component::Select | Component::Text
        );
        if clear && value.view(Form::Write).optional() {
            let mut entity = plain(at, format!("Clear: {name}"), Component::Button);
            entity.suffix = key.name.into();
            if key.stored {
                entity.marks.push("config");
            }
            out.push(entity);
        }
        let mut entity = plain(at, name, component);
        entity.suffix = key.name.into();
        about(&mut entity, value, key.category);
        out.push(entity);
        return;
    }
    if !value.has(Form::Read) {
        return;
    }
    let kind = &value.view(Form::Read).kind;
    if let Some(list) = kind.list() {
        of_list(out, at, key, list);
    } else if let Some(shape) = kind.shape() {
        of_object(out, at, key, shape);
    }
}

/// An entity for each place of an array that the spec names.
fn of_list(out: &mut Vec<Entity<'_>>, at: usize, key: &Key<'_>, list: &List<'_>) {
    let Some(component) = sensor_of(&list.of) else {
        return;
    };
    for (part, position) in (1..).zip(list.positions) {
        let name = capitalised(&position.name.value);
        let mut entity = plain(at, name, component);
        entity.suffix = format!("{}[{}]", key.name, part - 1).into();
        entity.unit = position.unit.as_ref().map(|unit| unit.value);
        entity.part = Some(part);
        entity.marks.push(match (key.category, component) {
            (Category::Status, Component::Sensor) => "measured",
            _ => "diagnostic",
        });
        out.push(entity);
    }
}

/// An entity for each field of an object that is a plain value.
fn of_object(out: &mut Vec<Entity<'_>>, at: usize, key: &Key<'_>, shape: &Shape<'_>) {
    for (part, field) in (1..).zip(&shape.fields) {
        let value = &field.value;
        if !value.has(Form::Read) || part > u8::MAX.into() {
            continue;
        }
        let Some(component) = sensor(value) else {
            continue;
        };
        let called = format!("{}.{}", key.name, field.name);
        let name = match phrase(value.description) {
            Some(name) => format!("{name} ({called})"),
            None => called,
        };
        let mut entity = plain(at, name, component);
        entity.part = Some(part);
        about(&mut entity, value, key.category);
        out.push(entity);
    }
}

fn plain(key: usize, name: String, component: Component) -> Entity<'static> {
    Entity {
        key,
        name,
        suffix: Cow::Borrowed(""),
        component,
        unit: None,
        part: None,
        marks: Vec::new(),
    }
}

/// Returns the component of a value: one that sets it, if it can be set and is read
/// as the same kind, or else one that shows it.
fn component(value: &Value<'_>) -> Option<Component> {
    let (read, write) = (value.view(Form::Read), value.view(Form::Write));
    if !value.has(Form::Read) {
        // A plain command; what needs a value has to be thought about.
        return is_command(write).then_some(Component::Button);
    }
    if !value.has(Form::Write) {
        return sensor(value);
    }
    match (&read.kind, &write.kind) {
        (Kind::Bool(_), Kind::Bool(_)) => Some(Component::Switch),
        (Kind::Text(_) | Kind::Colour, Kind::Text(Text { max, .. })) if *max <= STATE_MAX => {
            Some(Component::Text)
        }
        (Kind::Text(_) | Kind::Colour, Kind::Colour) => Some(Component::Text),
        (Kind::Whole(one), Kind::Whole(other))
            if one.closed().is_some() && other.closed().is_some() =>
        {
            Some(Component::Select)
        }
        (Kind::Whole(_) | Kind::Real(_), Kind::Whole(_) | Kind::Real(_)) => Some(Component::Number),
        _ => sensor(value),
    }
}

fn is_command(write: &View<'_>) -> bool {
    match write.kind {
        Kind::Bool(_) | Kind::Raw(Raw::Any) => true,
        Kind::Whole(_)
        | Kind::Real(_)
        | Kind::Colour
        | Kind::Text(_)
        | Kind::Object(_)
        | Kind::List(_)
        | Kind::Raw(Raw::Array(_) | Raw::Object) => false,
    }
}

/// Returns the component that shows a value.
fn sensor(value: &Value<'_>) -> Option<Component> {
    sensor_of(&value.view(Form::Read).kind)
}

fn sensor_of(kind: &Kind<'_>) -> Option<Component> {
    match kind {
        Kind::Bool(_) => Some(Component::BinarySensor),
        Kind::Whole(_) | Kind::Real(_) | Kind::Colour => Some(Component::Sensor),
        Kind::Text(text) => (text.max <= STATE_MAX).then_some(Component::Sensor),
        Kind::Object(_) | Kind::List(_) | Kind::Raw(_) => None,
    }
}

/// A number of which not all that is possible has a name.
fn is_number(view: &View<'_>) -> bool {
    match &view.kind {
        Kind::Whole(whole) => whole.closed().is_none(),
        Kind::Real(_) => true,
        Kind::Bool(_)
        | Kind::Colour
        | Kind::Text(_)
        | Kind::Object(_)
        | Kind::List(_)
        | Kind::Raw(_) => false,
    }
}

/// Unit, statistics, and where it stands.
fn about(entity: &mut Entity<'_>, value: &Value<'_>, category: Category) {
    let read = value.view(Form::Read);
    let number = is_number(read);
    entity.unit = value.unit.filter(|_| number && value.format().is_none());
    let unit = entity.unit;
    let energy = unit.is_some_and(is_energy);
    let time = unit.is_some_and(is_time);
    let sensor = entity.component == Component::Sensor;
    let status = category == Category::Status;
    let mut mark = |mark| entity.marks.push(mark);
    if sensor && status && unit.is_some() {
        match () {
            () if time => {}
            () if !energy => mark("measured"),
            () if counts(value.description) => mark("counted"),
            // It may go down as well, and nobody can tell what that means.
            () => {}
        }
    }
    // Of an object only what is measured stands out.
    let text = matches!(read.kind, Kind::Text(_) | Kind::Colour);
    let tells = entity.part.is_none() && !number && !text;
    let measures = unit.is_some_and(|unit| !time && unit != Unit::Decibels);
    match entity.component {
        Component::Sensor | Component::BinarySensor if status && (tells || measures) => {}
        Component::Sensor | Component::BinarySensor => mark("diagnostic"),
        Component::Button
        | Component::Number
        | Component::Select
        | Component::Switch
        | Component::Text => {
            if category == Category::Config {
                mark("config");
            }
        }
    }
    // Ages change all the time.
    if sensor && status && time {
        mark("hidden");
    }
}

fn is_energy(unit: Unit) -> bool {
    unit.symbol().ends_with("Wh")
}

fn is_time(unit: Unit) -> bool {
    matches!(
        unit,
        Unit::Microseconds | Unit::Milliseconds | Unit::Seconds | Unit::Minutes | Unit::Hours
    )
}

fn counts(description: &str) -> bool {
    let mut words = description.split(|c: char| !c.is_alphanumeric());
    words.any(|word| COUNTS.iter().any(|count| word.eq_ignore_ascii_case(count)))
}

/// The first words of a description, as a name.
fn phrase(description: &str) -> Option<String> {
    // Two descriptions in one: what is shown is what is read.
    let read = description
        .strip_prefix("Written:")
        .and_then(|rest| rest.split_once("Read:"));
    let text = read.map_or(description, |(_, read)| read);
    let text: Cow<'_, str> = match text.contains('`') {
        true => text.replace('`', "").into(),
        false => text.into(),
    };
    let text = text.trim_start();
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let last = !text[at + c.len_utf8()..].starts_with(|c: char| !c.is_whitespace());
        if matches!(c, ',' | ';' | ':' | '(' | '?' | '!' | '…') || (c == '.' && last) {
            end = at;
            break;
        }
    }
    let text = without_unit(text[..end].trim());
    // Named values begin at once.
    let text = cut(if text.contains('=') { "" } else { text });
    (!text.is_empty()).then(|| capitalised(text))
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).collect()
}

/// The unit is shown behind the value anyway.
fn without_unit(text: &str) -> &str {
    match text.rsplit_once(" in ") {
        Some((rest, unit)) if Unit::from_symbol(unit).is_some() => rest,
        _ => text,
    }
}

/// At most [`NAME_MAX`] characters, whole words.
fn cut(text: &str) -> &str {
    match text.char_indices().nth(NAME_MAX) {
        None => text,
        Some((end, _)) => {
            let end = text[..end].rfind(' ').unwrap_or(end);
            text[..end].trim_end()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (description, name) in [
            ("limit, measured in Wh", "Limit"),
            (
                "How many ampere may flow (in A)? 6-32",
                "How many ampere may flow",
            ),
            ("Is 802.11b in use? Or `another`", "Is 802.11b in use"),
            (
                "When `state` last changed. By boot",
                "When state last changed",
            ),
            ("Written: a card. Read: is there one?", "Is there one"),
            (
                "one two three four five six seven eight nine ten eleven twelve thirteen",
                "One two three four five six seven eight nine ten eleven",
            ),
        ] {
            assert_eq!(phrase(description).as_deref(), Some(name));
        }
        assert_eq!(phrase("Level in %. More").as_deref(), Some("Level"));
        assert_eq!(phrase("(A=1, B=2)"), None);
        assert_eq!(phrase("A=1, B=2"), None);
        assert_eq!(phrase(""), None);
    }

    #[test]
    fn sums_are_told_by_their_words() {
        assert!(counts("Total energy") && counts("energy since the start"));
        assert!(!counts("energy limit") && !counts("totally"));
    }
}
