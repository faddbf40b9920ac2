//! What a value is, in words: its JSON, its type in Rust, and whether what was
//! stated of it is held when it is written.

use crate::{
    api::{Form, Kind, List, RAW_MAX, Raw, Real, Text, Value, View, Whole},
    emit,
    model::{Access, Category, Format, Length, Precision, ValueList},
    type_names::StructUse,
};

pub(super) const ENFORCED: &str = "enforced on write";
pub(super) const DOCUMENTED: &str = "documented only";

pub(super) fn access(access: Access) -> String {
    format!("{access}: {}", clause(access.meaning()))
}

pub(super) fn category(category: Category) -> String {
    format!("{category}: {}", clause(category.meaning()))
}

/// A sentence that goes on from a colon.
fn clause(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The forms of a value that say something of their own, each with its word.
pub(super) fn forms(value: &Value<'_>) -> Vec<(&'static str, Form)> {
    match (value.access, value.same_both_ways()) {
        (Access::Read, _) | (Access::ReadWrite, true) => vec![("type", Form::Read)],
        (Access::Write, _) => vec![("type", Form::Write)],
        (Access::ReadWrite, false) => vec![("read as", Form::Read), ("written as", Form::Write)],
    }
}

/// A value in a form, in JSON.
pub(crate) fn in_json(value: &Value<'_>, form: Form) -> String {
    let view = value.view(form);
    let null = if view.optional() { ", or null" } else { "" };
    format!("{}{null}", json(&view.kind))
}

/// A value in a form, in Rust; nothing where a name in it cannot be one.
pub(crate) fn in_rust(value: &Value<'_>, form: Form) -> Option<String> {
    emit::type_text(value.view(form), used(form))
}

fn used(form: Form) -> StructUse {
    match form {
        Form::Read => StructUse::Read,
        Form::Write => StructUse::Write,
    }
}

fn json(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Bool(_) => "true or false".to_owned(),
        Kind::Whole(whole) if whole.closed().is_some() => "one of the named numbers".to_owned(),
        Kind::Whole(Whole { limits, .. }) => {
            format!("a whole number, {} to {}", limits.0, limits.1)
        }
        Kind::Real(Real { precision, .. }) => match precision {
            Precision::Single => "a number of single precision".to_owned(),
            Precision::Double => "a number of double precision".to_owned(),
        },
        Kind::Colour => "a string #RRGGBB".to_owned(),
        Kind::Text(_) => "a string".to_owned(),
        Kind::Object(_) => "an object".to_owned(),
        Kind::List(list) => array(list),
        Kind::Raw(Raw::Array(_)) => format!("any array, raw, of at most {RAW_MAX} bytes"),
        Kind::Raw(Raw::Object) => format!("any object, raw, of at most {RAW_MAX} bytes"),
        Kind::Raw(Raw::Any) => format!("any value, raw, of at most {RAW_MAX} bytes"),
    }
}

fn array(list: &List<'_>) -> String {
    let bound = if list.exact { "always" } else { "at most" };
    let entry = match (&list.of, list.max) {
        (Kind::Bool(_), 1) => "truth value",
        (Kind::Bool(_), _) => "truth values",
        (Kind::Whole(_), 1) => "whole number",
        (Kind::Whole(_), _) => "whole numbers",
        (Kind::Real(_), 1) => "number",
        (Kind::Real(_), _) => "numbers",
        (Kind::Colour | Kind::Text(_), 1) => "string",
        (Kind::Colour | Kind::Text(_), _) => "strings",
        (Kind::Object(_), 1) => "object",
        (Kind::Object(_), _) => "objects",
        (Kind::List(_) | Kind::Raw(_), _) => "entries",
    };
    format!("an array of {bound} {} {entry}", list.max)
}

/// What is taken for granted because nothing is stated; nothing where all is.
/// `bounded`: how many entries there are stands elsewhere.
pub(super) fn assumed(value: &Value<'_>, bounded: bool) -> Option<String> {
    let unstated = |form: Form| {
        let view = value.view(form);
        match &view.kind {
            Kind::Text(Text {
                max, stated: false, ..
            }) => Some(format!("at most {max} bytes, since no length is stated")),
            Kind::List(list)
                if !bounded && !list.exact && value.length().is_none() && !is_object(&list.of) =>
            {
                Some(format!(
                    "at most {} entries, since no number is stated",
                    list.max
                ))
            }
            Kind::Bool(_)
            | Kind::Whole(_)
            | Kind::Real(_)
            | Kind::Colour
            | Kind::Text(_)
            | Kind::Object(_)
            | Kind::List(_)
            | Kind::Raw(_) => None,
        }
    };
    let forms = [Form::Write, Form::Read].into_iter();
    forms.filter(|form| value.has(*form)).find_map(unstated)
}

fn is_object(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Object(_))
}

pub(super) fn length(length: Length) -> String {
    match length {
        Length::Bytes(max) => format!("at most {max} bytes"),
        Length::Characters(max) => format!("at most {max} characters"),
        Length::Entries(max) => format!("at most {max} entries"),
    }
}

pub(super) fn values(list: &ValueList) -> String {
    let items = list.values.iter().map(|item| match list.booleans {
        true => format!("{}={}", item.name, item.value != 0),
        false => format!("{}={}", item.name, item.value),
    });
    items.collect::<Vec<_>>().join(", ")
}

/// How a value that has a fact is held to it; nothing where that is not known,
/// because something else of the value could not be read.
pub(super) struct Held<'a, 'v>(pub(super) Option<&'v Value<'a>>);

impl<'a> Held<'a, '_> {
    fn written(&self) -> Option<Option<&View<'a>>> {
        let value = self.0?;
        Some(value.has(Form::Write).then(|| value.view(Form::Write)))
    }

    fn when(&self, enforced: impl FnOnce(&Kind<'a>) -> bool) -> Option<&'static str> {
        let is = self.written()?.is_some_and(|write| enforced(&write.kind));
        Some(if is { ENFORCED } else { DOCUMENTED })
    }

    pub(super) fn never(&self) -> Option<&'static str> {
        self.when(|_| false)
    }

    /// Where the named values are all there are, the range says nothing more.
    pub(super) fn range(&self) -> Option<&'static str> {
        self.when(|kind| kind.range().is_some() && kind.named().is_none_or(|named| named.list.open))
    }

    pub(super) fn length(&self, length: Length) -> Option<&'static str> {
        if let Some(Some(write)) = self.written()
            && let (Kind::Text(text), Length::Characters(_)) = (&write.kind, length)
            && text.stated
        {
            // The wire counts bytes; a character may be four of them.
            return Some("enforced on write, as bytes");
        }
        self.when(|kind| match kind {
            Kind::Text(text) => text.stated || text.min > 0,
            Kind::List(list) => !is_object(&list.of) && !list.exact,
            Kind::Raw(Raw::Array(max)) => max.is_some(),
            Kind::Bool(_)
            | Kind::Whole(_)
            | Kind::Real(_)
            | Kind::Colour
            | Kind::Object(_)
            | Kind::Raw(Raw::Object | Raw::Any) => false,
        })
    }

    pub(super) fn format(&self, format: Format) -> Option<&'static str> {
        self.when(|kind| match format {
            Format::Colour => matches!(kind, Kind::Colour),
            Format::UnixTime | Format::SecondsOfDay => false,
        })
    }

    /// The named values: held if no other number is possible.
    pub(super) fn values(&self, list: &ValueList) -> Option<&'static str> {
        self.when(|kind| {
            let named = kind.named();
            named.is_some_and(|named| !named.list.open && std::ptr::eq(named.list, list))
        })
    }

    /// The enum of Rust that a list is.
    pub(super) fn enum_of(&self, list: &ValueList) -> Option<String> {
        let value = self.0?;
        let forms = [Form::Read, Form::Write].into_iter();
        let mut named = forms.filter_map(|form| value.view(form).kind.named());
        let named = named.find(|named| std::ptr::eq(named.list, list))?;
        named.ty.as_ref().map(|name| name.to_string())
    }
}

/// `an object of`, `at most 16 objects of`: what the fields follow.
pub(super) fn members(list: Option<&List<'_>>) -> String {
    match list {
        None => "an object with the members".to_owned(),
        Some(list) => {
            let how = if list.exact { "always" } else { "at most" };
            format!("an array of {how} {} objects with the members", list.max)
        }
    }
}
