//! `src/home_assistant.rs`: which entities Home Assistant is told of.
//!
//! A key becomes the component that fits its type and access; what only prose
//! and units say (name, unit, kind of statistics) goes into a line of the
//! table, the rest stands in the key's descriptor.
//!
//! Left out: what can only be written and is no plain command, arrays whose
//! entries no description lists, lists inside objects, strings longer than a state may be,
//! and keys that are gone.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
};

use super::{
    super::value::{Form, Value, fields},
    Api, OutputFile, file, import,
};
use crate::model::{Category, Key, Length, Scalar, Shape};

/// The longest state that Home Assistant keeps.
const STATE_MAX: u32 = 255;
/// The longest name, in characters; longer ones are cut at a word.
const NAME_MAX: usize = 60;

/// Each unit, and how the runtime calls it.
const QUANTITIES: &[(&str, &str)] = &[
    ("A", "Amperes"),
    ("°C", "Celsius"),
    ("ct", "Cents"),
    ("dBm", "Decibels"),
    ("Hz", "Hertz"),
    ("h", "Hours"),
    ("kWh", "KilowattHours"),
    ("kW", "Kilowatts"),
    ("µs", "Microseconds"),
    ("mA", "Milliamperes"),
    ("ms", "Milliseconds"),
    ("mV", "Millivolts"),
    ("mWh", "MilliwattHours"),
    ("mW", "Milliwatts"),
    ("min", "Minutes"),
    ("%", "Percent"),
    ("s", "Seconds"),
    ("V", "Volts"),
    ("Wh", "WattHours"),
    ("W", "Watts"),
];

/// Words of a description which say that an energy only grows, or begins anew.
const COUNTS: &[&str] = &["total", "since", "gesamt", "seit"];

/// What the line of an entity says.
struct Entity<'a> {
    /// The key's variant.
    key: &'a str,
    name: String,
    /// What tells it from others of its name.
    suffix: Cow<'a, str>,
    component: &'static str,
    quantity: Option<&'static str>,
    /// Which member or entry of the value it shows, from one.
    part: Option<u32>,
    /// Methods that say the rest: `measured`.
    marks: Vec<&'static str>,
}

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut entities = Vec::new();
    for row in &api.rows {
        if row.key.removed.is_none() {
            let shape = api.enums.shape(row.wire());
            of_key(&mut entities, &row.variant, row.key, shape);
        }
    }
    tell_apart(&mut entities);
    let mut rows = String::new();
    for entity in &entities {
        entity.row(&mut rows);
    }
    let components: BTreeSet<&str> = entities.iter().map(|entity| entity.component).collect();
    let units: BTreeSet<&str> = entities
        .iter()
        .filter_map(|entity| entity.quantity)
        .collect();
    let (components, units): (Vec<&str>, Vec<&str>) = (
        components.into_iter().collect(),
        units.into_iter().collect(),
    );
    let mut uses = Vec::new();
    if !components.is_empty() {
        uses.push(import("Component", &components));
    }
    uses.push("Entity".to_owned());
    let uses: Vec<&str> = uses.iter().map(String::as_str).collect();
    let mut uses = vec![import("home_assistant", &uses)];
    if !units.is_empty() {
        uses.insert(0, import("Unit", &units));
    }
    let uses: Vec<&str> = uses.iter().map(String::as_str).collect();
    let krate = if entities.is_empty() {
        ""
    } else {
        "\nuse crate::Key;\n"
    };
    let body = format!(
        "//! What Home Assistant is told of.

use {};
{krate}
/// The entities, in the order of their keys.
pub static ENTITIES: [Entity; {}] = [
{rows}];
",
        import("goe_runtime", &uses),
        entities.len(),
    );
    file("home_assistant", &body)
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
            let _ = write!(entity.name, " ({})", entity.suffix);
        }
    }
}

impl Entity<'_> {
    fn row(&self, out: &mut String) {
        let Entity {
            key,
            name,
            component,
            ..
        } = self;
        let _ = write!(
            out,
            "    Entity::new(Key::{key}.index(), {component}, {name:?})"
        );
        if let Some(quantity) = self.quantity {
            let _ = write!(out, ".of({quantity})");
        }
        if let Some(part) = self.part {
            let _ = write!(out, ".part({part})");
        }
        for mark in &self.marks {
            let _ = write!(out, ".{mark}()");
        }
        out.push_str(",\n");
    }
}

fn of_key<'a>(out: &mut Vec<Entity<'a>>, variant: &'a str, key: &'a Key, shape: Option<&'a Shape>) {
    let value = Value::key(key, shape);
    let wire = key.name.value.as_str();
    let name = phrase(value.description).unwrap_or_else(|| wire.to_owned());
    if let Some(component) = component(&value) {
        let clear = ["Number", "Select", "Text"].contains(&component);
        if clear && value.ty(Form::Write).optional {
            let mut entity = plain(variant, format!("Clear: {name}"), "Button");
            entity.suffix = wire.into();
            if key.stored() {
                entity.marks.push("config");
            }
            out.push(entity);
        }
        let mut entity = plain(variant, name, component);
        entity.suffix = wire.into();
        about(&mut entity, &value, key.category.value);
        out.push(entity);
    } else if let Some(shape) = value.shape(Form::Read).filter(|s| s.capacity.is_none()) {
        of_object(out, variant, key, shape);
    } else if value.has(Form::Read) && value.ty(Form::Read).scalar == Scalar::Array {
        of_array(out, variant, key, &value);
    }
}

/// An entity for each entry of an array, if its description names them all.
fn of_array<'a>(out: &mut Vec<Entity<'a>>, variant: &'a str, key: &Key, value: &Value<'_>) {
    let Some(Length::Entries(count)) = value.length() else {
        return;
    };
    let named = entries(value.description).filter(|named| named.len() == count as usize);
    for (part, (name, unit)) in (1..).zip(named.into_iter().flatten()) {
        let mut entity = plain(variant, name, "Sensor");
        entity.suffix = format!("{}[{}]", key.name.value, part - 1).into();
        entity.quantity = quantity(unit);
        entity.part = Some(part);
        entity.marks.push(match key.category.value {
            Category::Status => "measured",
            _ => "diagnostic",
        });
        out.push(entity);
    }
}

/// The entries of an array, where its description lists them with a unit and a
/// label for each: `voltage in V (L1, L2), power in W (L1, L2, total)`.
fn entries(description: &str) -> Option<Vec<(String, &str)>> {
    let text = description.split(';').next()?;
    let text = text.split_once(':').map_or(text, |(_, text)| text);
    let mut rest = text.trim();
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (what, behind) = rest.split_once('(')?;
        let (labels, behind) = behind.split_once(')')?;
        let (what, unit) = what.trim().rsplit_once(" in ")?;
        quantity(unit)?;
        let what = phrase(what)?;
        entries.extend(
            labels
                .split(',')
                .map(|label| (format!("{what} {}", label.trim()), unit)),
        );
        rest = behind.trim();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }
    Some(entries)
}

/// An entity for each field of an object that is a plain value.
fn of_object<'a>(out: &mut Vec<Entity<'a>>, variant: &'a str, key: &Key, shape: &Shape) {
    for (field, value) in fields(shape, Form::Read) {
        let at = shape.fields.iter().position(|f| f.name.value == field);
        let part = at.and_then(|at| u8::try_from(at + 1).ok());
        let (Some(component), Some(part)) = (sensor(&value), part) else {
            continue;
        };
        let called = format!("{}.{field}", key.name.value);
        let name = match phrase(value.description) {
            Some(name) => format!("{name} ({called})"),
            None => called,
        };
        let mut entity = plain(variant, name, component);
        entity.part = Some(part.into());
        about(&mut entity, &value, key.category.value);
        out.push(entity);
    }
}

fn plain<'a>(key: &'a str, name: String, component: &'static str) -> Entity<'a> {
    Entity {
        key,
        name,
        suffix: Cow::Borrowed(""),
        component,
        quantity: None,
        part: None,
        marks: Vec::new(),
    }
}

/// What can be set is set with the component for it, if what is read is of the
/// same kind.
fn component(value: &Value<'_>) -> Option<&'static str> {
    let (read, write) = (value.ty(Form::Read).scalar, value.ty(Form::Write).scalar);
    if !value.has(Form::Read) {
        // A plain command; what needs a value has to be thought about.
        return matches!(write, Scalar::Bool | Scalar::Any).then_some("Button");
    }
    if !value.has(Form::Write) {
        return sensor(value);
    }
    match (read, write) {
        (Scalar::Bool, Scalar::Bool) => Some("Switch"),
        (Scalar::String, Scalar::String) if text_max(value) <= STATE_MAX => Some("Text"),
        _ if is_named(value, Form::Read) && is_named(value, Form::Write) => Some("Select"),
        _ if read.is_number() && write.is_number() => Some("Number"),
        _ => sensor(value),
    }
}

/// What it is looked at with.
fn sensor(value: &Value<'_>) -> Option<&'static str> {
    let scalar = value.ty(Form::Read).scalar;
    match scalar {
        _ if value.repeated.is_some() => None,
        Scalar::Bool => Some("BinarySensor"),
        Scalar::String if text_max(value) <= STATE_MAX => Some("Sensor"),
        _ if scalar.is_number() => Some("Sensor"),
        _ => None,
    }
}

/// Whether nothing else than the named numbers is possible.
fn is_named(value: &Value<'_>, form: Form) -> bool {
    value.named(form).is_some_and(|list| !list.open)
}

fn text_max(value: &Value<'_>) -> u32 {
    match value.length() {
        Some(Length::Bytes(max) | Length::Characters(max)) => max,
        _ => super::super::value::TEXT_MAX,
    }
}

/// Unit, statistics, and where it stands.
fn about(entity: &mut Entity<'_>, value: &Value<'_>, category: Category) {
    let number = value.ty(Form::Read).scalar.is_number() && !is_named(value, Form::Read);
    let unit = value.unit().filter(|_| number && value.format().is_none());
    entity.quantity = unit.and_then(quantity);
    let energy = unit.is_some_and(|unit| unit.ends_with("Wh"));
    let time = matches!(unit, Some("µs" | "ms" | "s" | "min" | "h"));
    let sensor = entity.component == "Sensor";
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
    let tells = entity.part.is_none() && !number && value.ty(Form::Read).scalar != Scalar::String;
    let measures = unit.is_some_and(|unit| !time && unit != "dBm");
    match entity.component {
        "Sensor" | "BinarySensor" if status && (tells || measures) => {}
        "Sensor" | "BinarySensor" => mark("diagnostic"),
        _ if category == Category::Config => mark("config"),
        _ => {}
    }
    // Ages change all the time.
    if sensor && status && time {
        mark("hidden");
    }
}

fn counts(description: &str) -> bool {
    let mut words = description.split(|c: char| !c.is_alphanumeric());
    words.any(|word| COUNTS.iter().any(|count| word.eq_ignore_ascii_case(count)))
}

fn quantity(unit: &str) -> Option<&'static str> {
    let row = QUANTITIES.iter().find(|(symbol, _)| *symbol == unit);
    row.map(|(_, name)| *name)
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
    let mut rest = text.chars();
    let first = rest.next()?;
    Some(first.to_uppercase().chain(rest).collect())
}

/// The unit is shown behind the value anyway.
fn without_unit(text: &str) -> &str {
    match text.rsplit_once(" in ") {
        Some((rest, unit)) if quantity(unit).is_some() => rest,
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

    #[test]
    fn entries_are_listed_or_not_known() {
        let found =
            entries("Four numbers: voltage in V (L1, L2), power in W (L1, total); max. 4 entries");
        let found = found.expect("a list");
        let found: Vec<(&str, &str)> = found.iter().map(|(name, unit)| (&**name, *unit)).collect();
        assert_eq!(
            found,
            [
                ("Voltage L1", "V"),
                ("Voltage L2", "V"),
                ("Power L1", "W"),
                ("Power total", "W")
            ]
        );
        for prose in [
            "Currents, in A, each from 6 to 32",
            "Truth values: which are live (L1, L2) and which not (L1, L2)",
            "voltage in V (L1, L2), and more",
            "voltage in furlongs (L1)",
        ] {
            assert_eq!(entries(prose), None, "{prose}");
        }
    }

    /// A unit without a quantity would be left out in silence.
    #[test]
    fn every_unit_is_a_quantity() {
        for unit in crate::facts::units() {
            assert!(quantity(unit).is_some(), "{unit}");
        }
    }
}
