//! A value of the API: a key, a field of a shape, or what stands at the places of
//! an array; as it is read and as it is written.
//!
//! This module decides once, as a [`Kind`], what a type cell, a description, a shape
//! and positions say together: emitters match on it and look nowhere else. They must
//! match without `_`, so that a kind of value that is new stops each of them.

use std::rc::Rc;

use goe_runtime::descriptor::{LIST_CAPACITY, RAW_CAPACITY, TEXT_CAPACITY};

use crate::model::{
    self, Access, Class, Facts, Format, Length, NumberRange, Position, Precision, Scalar, Type,
    Unit, ValueList, Width,
};
use crate::type_names::StructUse;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As clients get it.
    Read,
    /// As clients send it.
    Write,
}

/// A value, both ways.
#[derive(Clone, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) access: Access,
    pub(crate) description: &'a str,
    pub(crate) facts: &'a Facts,
    /// The unit that the spec states, or else that of the type.
    pub(crate) unit: Option<Unit>,
    /// It is a text that never comes back.
    pub(crate) secret: bool,
    read: View<'a>,
    write: View<'a>,
}

/// A value in one form.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    /// The type as the table spells it.
    pub(crate) ty: Type,
    pub(crate) kind: Kind<'a>,
}

/// The kind of a value that is not `null`.
#[derive(Clone, Debug)]
pub(crate) enum Kind<'a> {
    /// A truth value, and what `false` and `true` are called.
    Bool(Option<&'a ValueList>),
    Whole(Whole<'a>),
    Real(Real),
    /// A string `#RRGGBB`.
    Colour,
    Text(Text),
    /// An object of a shape.
    Object(Rc<Shape<'a>>),
    List(Box<List<'a>>),
    /// JSON of which the spec says no more.
    Raw(Raw),
}

/// A shape, and the structs that are made of it.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    /// The first key or field that it describes: `ccw`, `week.ranges`.
    pub(crate) name: &'a str,
    /// All of them.
    pub(crate) names: Vec<&'a str>,
    /// The first is a key.
    pub(crate) is_of_key: bool,
    /// The first is an array.
    pub(crate) is_entry: bool,
    pub(crate) fields: Vec<Field<'a>>,
    /// The structs of Rust, by what they are for.
    pub(crate) structs: Vec<(StructUse, String)>,
}

/// Number of entries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) max: u32,
    /// Always that many.
    pub(crate) exact: bool,
}

/// A member of the objects.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Value<'a>,
    /// The release that introduced it.
    pub(crate) since: Option<&'a str>,
    /// The release that has it no more.
    pub(crate) removed: Option<&'a str>,
    /// The field whose type it has, as key and field.
    pub(crate) same_as: Option<(&'a str, &'a str)>,
}

impl<'a> Shape<'a> {
    /// The fields that there are in a form, in order.
    pub(crate) fn fields(&self, form: Form) -> impl Iterator<Item = &Field<'a>> {
        let fields = self.fields.iter();
        fields.filter(move |field| field.value.has(form))
    }

    /// The struct of Rust for a use.
    pub(crate) fn struct_name(&self, of: StructUse) -> &str {
        let named = |of| self.structs.iter().find(|(known, _)| *known == of);
        let found = named(of).or_else(|| match of {
            StructUse::Stored => named(StructUse::Read),
            StructUse::Read | StructUse::Write => None,
        });
        found.map_or("", |(_, name)| name)
    }
}

/// A number without a fraction.
#[derive(Clone, Debug)]
pub(crate) struct Whole<'a> {
    pub(crate) scalar: Scalar,
    pub(crate) width: Width,
    /// The least and the greatest value that the type holds.
    pub(crate) limits: (i128, i128),
    /// The range that the spec states.
    pub(crate) range: Option<NumberRange>,
    pub(crate) named: Option<Named<'a>>,
}

impl Whole<'_> {
    /// The least and the greatest.
    pub(crate) fn bounds(&self) -> (i128, i128) {
        let (min, max) = self.limits;
        let Some(range) = self.range else {
            return self.limits;
        };
        let end = |end: Option<i64>, limit| end.map_or(limit, i128::from);
        (end(range.least(), min), end(range.greatest(), max))
    }

    /// The list of names, where no other number is possible.
    pub(crate) fn closed(&self) -> Option<&Named<'_>> {
        self.named.as_ref().filter(|named| !named.list.open)
    }
}

/// Numbers with names.
#[derive(Clone, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) list: &'a ValueList,
    /// The enum of Rust; none for a list that is open.
    pub(crate) ty: Option<Rc<str>>,
}

/// A number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Real {
    pub(crate) scalar: Scalar,
    pub(crate) precision: Precision,
    /// The range that the spec states.
    pub(crate) range: Option<NumberRange>,
}

/// A string.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    /// Bytes of UTF-8, at least.
    pub(crate) min: u32,
    /// Bytes of UTF-8, at most.
    pub(crate) max: u32,
    /// The spec says so; otherwise it is what the runtime takes.
    pub(crate) stated: bool,
}

/// An array whose entries are all of one kind.
#[derive(Clone, Debug)]
pub(crate) struct List<'a> {
    /// The kind of each entry; never `null`, and never a list.
    pub(crate) of: Kind<'a>,
    /// Entries, at most.
    pub(crate) max: u32,
    /// There are always that many.
    pub(crate) exact: bool,
    /// The meaning of its places, if the spec states it: then there are `max` of them.
    pub(crate) positions: &'a [Position],
}

/// JSON without a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    /// An array of at most so many entries, if that is stated.
    Array(Option<u32>),
    Object,
    Any,
}

/// Bytes of JSON that undescribed JSON may have.
pub(crate) const RAW_MAX: u32 = RAW_CAPACITY as u32;

/// The parts of a value, which [`Value::new`] decides from.
pub(super) struct Parts<'a> {
    pub(super) access: Access,
    pub(super) description: &'a str,
    pub(super) facts: &'a Facts,
    pub(super) types: [Type; 2],
    /// The shape, and the number of entries if it is that of an array.
    pub(super) shape: Option<(Rc<Shape<'a>>, Option<Bound>)>,
    pub(super) positions: Option<&'a model::Positions>,
    /// Fields only: it is a list of at most so many.
    pub(super) repeated: Option<u32>,
    /// The names of its numbers.
    pub(super) named: Option<Named<'a>>,
}

impl<'a> Value<'a> {
    pub(super) fn new(parts: &Parts<'a>) -> Self {
        let [read, write] = parts.types.map(|ty| parts.view(ty));
        let stated = parts.facts.unit.as_ref().map(|unit| unit.value);
        let text = |view: &View<'_>| view.ty.scalar.class() == Class::Text;
        Value {
            access: parts.access,
            description: parts.description,
            facts: parts.facts,
            unit: stated.or(read.ty.item().unit()),
            secret: text(&write)
                && match parts.access {
                    Access::Read => false,
                    Access::Write => true,
                    Access::ReadWrite => !text(&read),
                },
            read,
            write,
        }
    }

    /// Returns whether it exists in this form at all.
    pub(crate) fn has(&self, form: Form) -> bool {
        match form {
            Form::Read => self.access.readable(),
            Form::Write => self.access.writable(),
        }
    }

    /// Returns its type and kind in a form, whether it has that form or not.
    pub(crate) fn view(&self, form: Form) -> &View<'a> {
        match form {
            Form::Read => &self.read,
            Form::Write => &self.write,
        }
    }

    /// Returns whether the type it is written as is the one it is read as.
    pub(crate) fn same_both_ways(&self) -> bool {
        self.read.ty == self.write.ty
    }

    /// The shape of the object, or of the objects of a list, as it is read or else as it
    /// is written; with that list.
    pub(crate) fn shaped(&self) -> Option<(&Shape<'a>, Option<&List<'a>>)> {
        let kinds = [&self.read.kind, &self.write.kind].into_iter();
        let mut shaped = kinds.filter_map(|kind| Some((&**kind.shape()?, kind.list())));
        shaped.next()
    }

    pub(crate) fn format(&self) -> Option<Format> {
        self.facts.format.as_ref().map(|format| format.value)
    }

    /// The value of a new device, as JSON.
    pub(crate) fn default(&self) -> Option<&'a serde_json::Value> {
        self.facts.default.as_ref().map(|default| &default.value)
    }

    /// The length that the spec states.
    pub(crate) fn length(&self) -> Option<Length> {
        self.facts.length.as_ref().map(|length| length.value)
    }
}

impl View<'_> {
    /// Returns whether it may be `null`.
    pub(crate) fn optional(&self) -> bool {
        self.ty.optional
    }
}

impl<'a> Kind<'a> {
    /// It, if it is a list.
    pub(crate) fn list(&self) -> Option<&List<'a>> {
        let Kind::List(list) = self else { return None };
        Some(list)
    }

    /// It, or the kind of its entries if it is a list.
    fn item(&self) -> &Kind<'a> {
        self.list().map_or(self, |list| &list.of)
    }

    /// The shape of the object, or of the objects of a list.
    pub(crate) fn shape(&self) -> Option<&Rc<Shape<'a>>> {
        let Kind::Object(shape) = self.item() else {
            return None;
        };
        Some(shape)
    }

    /// The names of its numbers, or of those of its entries.
    pub(crate) fn named(&self) -> Option<&Named<'a>> {
        let Kind::Whole(whole) = self.item() else {
            return None;
        };
        whole.named.as_ref()
    }

    /// The numbers that the spec allows.
    pub(crate) fn range(&self) -> Option<NumberRange> {
        match self {
            Kind::Whole(whole) => whole.range,
            Kind::Real(real) => real.range,
            Kind::List(list) => list.of.range(),
            Kind::Bool(_) | Kind::Colour | Kind::Text(_) | Kind::Object(_) | Kind::Raw(_) => None,
        }
    }
}

impl<'a> Parts<'a> {
    fn view(&self, ty: Type) -> View<'a> {
        let one = self.kind(ty);
        let kind = match self.repeated {
            Some(max) => Kind::List(Box::new(List {
                of: one,
                max,
                exact: false,
                positions: &[],
            })),
            None => one,
        };
        View { ty, kind }
    }

    fn kind(&self, ty: Type) -> Kind<'a> {
        match ty.scalar.class() {
            Class::Array => self.array(ty),
            Class::Object => match &self.shape {
                Some((shape, None)) => Kind::Object(shape.clone()),
                Some((_, Some(_))) | None => Kind::Raw(Raw::Object),
            },
            Class::Any => Kind::Raw(Raw::Any),
            Class::Bool => Kind::Bool(self.booleans()),
            Class::Whole(width) => Kind::Whole(self.whole(ty.scalar, width)),
            Class::Real(precision) => Kind::Real(Real {
                scalar: ty.scalar,
                precision,
                range: self.range(),
            }),
            Class::Text if self.is_colour() => Kind::Colour,
            Class::Text => Kind::Text(self.text()),
        }
    }

    /// Objects of a shape, entries of a type, or raw JSON.
    fn array(&self, ty: Type) -> Kind<'a> {
        let shaped = self.shape.as_ref().and_then(|(shape, bound)| {
            let bound = (*bound)?;
            Some((Kind::Object(shape.clone()), bound.max, bound.exact))
        });
        let places = self.positions.map(|places| places.count.value);
        let stated = match self.facts.length.as_ref().map(|length| length.value) {
            Some(Length::Entries(max)) => Some(max),
            Some(Length::Bytes(_) | Length::Characters(_)) | None => None,
        };
        let typed = || {
            let of = self.kind(Type::of(ty.element?));
            let max = places.or(stated).unwrap_or(LIST_CAPACITY.into());
            Some((of, max, places.is_some()))
        };
        let Some((of, max, exact)) = shaped.or_else(typed) else {
            return Kind::Raw(Raw::Array(stated));
        };
        Kind::List(Box::new(List {
            of,
            max,
            exact,
            positions: self.positions.map_or(&[], |places| &places.positions),
        }))
    }

    fn whole(&self, scalar: Scalar, width: Width) -> Whole<'a> {
        Whole {
            scalar,
            width,
            // Every whole number has limits; what has none would hold nothing.
            limits: scalar.limits().unwrap_or_default(),
            range: self.range(),
            named: self.named.clone(),
        }
    }

    fn range(&self) -> Option<NumberRange> {
        self.facts.range.as_ref().map(|range| range.value)
    }

    fn text(&self) -> Text {
        let min = self.facts.least.as_ref().map_or(0, |least| least.value);
        match self.facts.length.as_ref().map(|length| length.value) {
            Some(Length::Bytes(max) | Length::Characters(max)) => Text {
                min,
                max,
                stated: true,
            },
            Some(Length::Entries(_)) | None => Text {
                min,
                max: TEXT_CAPACITY.into(),
                stated: false,
            },
        }
    }

    fn is_colour(&self) -> bool {
        match self.facts.format.as_ref().map(|format| format.value) {
            Some(Format::Colour) => true,
            Some(Format::UnixTime | Format::SecondsOfDay) | None => false,
        }
    }

    fn booleans(&self) -> Option<&'a ValueList> {
        let mut lists = self.facts.values.iter();
        lists.find(|list| list.booleans && list.label.is_none())
    }
}
