//! `src/modbus.rs`: the table of registers, and the accessors that find their values in
//! the readings.
//!
//! Rows of one array or family share an accessor, which is told the place. There is no
//! file without registers.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use serde_json::Value as Json;

use super::{File, Lifetime, OutputFile, Rust, field_ident, ident};
use crate::{
    api::{Form, Register, RegisterValue},
    model::{Function, NullValue, RegisterAccess, RegisterType, Scale},
};

/// The file; the lifetime is that of the readings.
pub(super) fn emit(rust: &Rust<'_>, lifetime: &Lifetime) -> Option<OutputFile> {
    if rust.api.registers.is_empty() {
        return None;
    }
    let mut rows: Vec<&Register<'_>> = rust.api.registers.iter().collect();
    rows.sort_by_key(|row| (row.row.function.value, row.row.first.value));
    let mut accessors: Vec<Accessor<'_>> = Vec::new();
    let table: Vec<TokenStream> = rows
        .iter()
        .map(|row| register(rust, row, &mut accessors))
        .collect();
    let count = Literal::usize_unsuffixed(table.len());
    let arms = accessors.iter().enumerate().map(|(at, of)| {
        let (at, datum) = (Literal::usize_unsuffixed(at), of.datum(rust));
        quote!(#at => #datum)
    });
    let arms: Vec<TokenStream> = arms.collect();
    let lifetime = lifetime.is_some().then(|| quote!(<'_>));
    let mut file = File::new("modbus");
    file.items(quote! {
        //! The registers of the spec.
        use goe_runtime::{Datum, modbus::{Coding::*, Register, Table::*}};
        #[allow(unused_imports, reason = "a table may need less")]
        use goe_runtime::{ToDatum as _, modbus::{Access, Null}};
        use super::{Key, Readings};

        /// The value that an accessor finds at a place.
        #[allow(unused_variables, reason = "a table may have no arrays")]
        pub fn datum<'a>(readings: &'a Readings #lifetime, accessor: u16, place: u16) -> Option<Datum<'a>> {
            let place = usize::from(place);
            Some(match accessor {
                #(#arms,)*
                _ => return None,
            })
        }
    });
    file.table(
        &["The registers by function and number."],
        quote!(pub static REGISTERS: [Register; #count] =),
        table,
    );
    Some(file.finish())
}

fn register<'a>(
    rust: &Rust<'a>,
    register: &Register<'a>,
    accessors: &mut Vec<Accessor<'a>>,
) -> TokenStream {
    let row = register.row;
    let table = ident(match row.function.value {
        Function::Holding => "Holding",
        Function::Input => "Input",
    });
    let first = Literal::u16_unsuffixed(row.first.value);
    let count = Literal::u32_unsuffixed(row.count.value);
    let coding = coding(row.ty.value);
    let value = register.value.as_ref().map(|value| {
        let of = Accessor::of(value);
        let at = accessors.iter().position(|known| known.is(&of));
        let at = at.unwrap_or_else(|| {
            accessors.push(of);
            accessors.len() - 1
        });
        let at = Literal::usize_unsuffixed(at);
        let entry = &rust.api.entries[value.entry];
        let place = match entry.is_family {
            true => value.key - entry.keys.start,
            false => value.place.unwrap_or_default() as usize,
        };
        let place = Literal::usize_unsuffixed(place);
        let key = &rust.variants[value.key];
        quote!(.of(#at, #place, Key::#key.index()))
    });
    let scale = row.scale.as_ref().map(|scale| match scale.value {
        Scale::By(by, divided_by) => {
            let [by, divided_by] = [by, divided_by].map(Literal::u16_unsuffixed);
            quote!(.scaled(#by, #divided_by))
        }
        Scale::Not => quote!(.inverted()),
    });
    let null = row.null.as_ref().and_then(|null| match null.value {
        NullValue::Number(0) => None,
        NullValue::Number(number) => {
            let number = Literal::u16_unsuffixed(number);
            Some(quote!(.null(Null::Number(#number))))
        }
        NullValue::Infinity => Some(quote!(.null(Null::Infinity))),
    });
    let access = match row.access.value {
        RegisterAccess::Read => None,
        RegisterAccess::Write => Some(quote!(.writable(Access::Write))),
        RegisterAccess::Volatile => Some(quote!(.writable(Access::Volatile))),
    };
    quote!(Register::new(#table, #first, #count, #coding) #value #scale #null #access)
}

fn coding(ty: RegisterType) -> Ident {
    ident(match ty {
        RegisterType::Uint16 | RegisterType::Uint32 | RegisterType::Uint64 => "Unsigned",
        RegisterType::Int16 | RegisterType::Int32 | RegisterType::Int64 => "Signed",
        RegisterType::Float | RegisterType::Double => "Real",
        RegisterType::Ascii => "Ascii",
        RegisterType::Binary => "Binary",
        RegisterType::Ipv4 => "Ipv4",
        RegisterType::Bits => "Bits",
    })
}

/// What several rows have in common: all but the place.
struct Accessor<'a> {
    entry: usize,
    has_place: bool,
    field: Option<&'a str>,
}

impl<'a> Accessor<'a> {
    fn of(value: &RegisterValue<'a>) -> Self {
        Accessor {
            entry: value.entry,
            has_place: value.place.is_some(),
            field: value.field,
        }
    }

    fn is(&self, other: &Self) -> bool {
        self.entry == other.entry && self.has_place == other.has_place && self.field == other.field
    }

    fn datum(&self, rust: &Rust<'_>) -> TokenStream {
        let row = &rust.rows[self.entry];
        let view = row.value().view(Form::Read);
        if row.constant().is_some() {
            return self.constant(row.value().default().unwrap_or(&Json::Null));
        }
        let field = &row.field;
        let mut of = match row.is_kept() {
            true => quote!(readings.kept.#field),
            false => quote!(readings.#field),
        };
        if row.entry.is_family {
            of = quote!(#of.get(place)?);
        } else if self.has_place {
            of = match (row.is_kept(), view.optional()) {
                (true, _) => quote!(#of.as_slice().get(place)?),
                (false, true) => quote!(#of.as_ref()?.get(place)?),
                (false, false) => quote!(#of.get(place)?),
            };
        }
        match self.field.map(field_ident) {
            None => quote!(#of.datum()),
            Some(field) if view.optional() && !self.has_place => {
                quote!(#of.as_ref().map_or(Datum::Null, |of| of.#field.datum()))
            }
            Some(field) => quote!(#of.#field.datum()),
        }
    }

    /// The value of a key that never changes.
    fn constant(&self, json: &Json) -> TokenStream {
        let of = |json: &Json| match self.field {
            Some(field) => constant(json.get(field).unwrap_or(&Json::Null)),
            None => constant(json),
        };
        match json.as_array().filter(|_| self.has_place) {
            Some(places) => {
                let places = places.iter().map(of);
                quote!(*[#(#places),*].get(place)?)
            }
            None => of(json),
        }
    }
}

fn constant(json: &Json) -> TokenStream {
    let number = |number| quote!(Datum::Number(goe_runtime::Number::#number));
    match json {
        Json::Null | Json::Object(_) => quote!(Datum::Null),
        Json::Bool(is_true) => quote!(Datum::Bool(#is_true)),
        Json::String(text) => quote!(Datum::Text(#text)),
        Json::Number(of) => match (of.as_u64(), of.as_i64()) {
            (Some(natural), _) => {
                let natural = Literal::u64_unsuffixed(natural);
                number(quote!(Natural(#natural)))
            }
            (None, Some(negative)) => {
                let magnitude = Literal::u64_unsuffixed(negative.unsigned_abs());
                number(quote!(Negative(#magnitude)))
            }
            (None, None) => {
                let real = Literal::f64_unsuffixed(of.as_f64().unwrap_or_default());
                number(quote!(Real(#real)))
            }
        },
        Json::Array(bits) => {
            let bits = bits.iter().map(|bit| bit.as_bool().unwrap_or_default());
            let bits = bits
                .enumerate()
                .fold(0, |all, (at, bit)| all | u32::from(bit) << at.min(31));
            let bits = Literal::u32_unsuffixed(bits);
            quote!(Datum::Bits(#bits))
        }
    }
}
