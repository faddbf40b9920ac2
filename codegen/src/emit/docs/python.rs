//! `docs/api.py`: the API for those who call it from Python.
//!
//! Declarations only: dictionaries as JSON has them, and the numbers that have names as
//! enums. Nothing is imported but `enum` and `typing`, and nothing talks to a device.
//! Members stand in the functional form of `TypedDict`, so that any key can be one.

use std::collections::BTreeMap;

use super::{
    Documents, facts,
    text::{self, push},
};
use crate::{
    api::{Form, Key, Kind, List, Raw, Shape, Value, Whole},
    emit::escape,
    model::ValueList,
    type_names::StructUse,
};

/// Names that Python or this file has for something else.
const TAKEN: &[&str] = &[
    "Any", "False", "IntEnum", "Literal", "None", "NotRequired", "SetAnswer", "Settable", "Status",
    "True", "TypedDict",
];

/// Words of Python, and what an enum has already, of which none can be a member of one.
const RESERVED: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "mro", "name", "nonlocal", "not", "or", "pass", "raise", "return", "try",
    "value", "while", "with", "yield",
];

pub(in crate::emit) fn declarations(documents: &Documents<'_>) -> String {
    let mut module = Module::default();
    for key in &documents.api.keys {
        module.enums(key.name, &key.value);
    }
    let read = module.members(documents, Form::Read);
    let write = module.members(documents, Form::Write);
    format!(
        "# {header}\n\
         \"\"\"What the keys of {title} are in JSON, for type checkers.\"\"\"\n\n\
         from enum import IntEnum\n\
         from typing import Any, Literal, NotRequired, TypedDict\n\
         {definitions}\n\
         # A status: every key that can be read, but for those that a filter or the release leaves out.\n\
         {status}\n\
         # The value that each key takes.\n\
         {settable}\n\
         # What each key of a set was answered: true, or the reason why it was refused.\n\
         SetAnswer = dict[str, Literal[True] | str]\n",
        header = documents.header(),
        title = title(documents.title()),
        definitions = module.definitions,
        status = dictionary("Status", &read, ", total=False"),
        settable = dictionary("Settable", &write, ", total=False"),
    )
}

/// What a docstring can have.
fn title(text: &str) -> String {
    escape::clean(text).replace(['\\', '"'], "'")
}

/// What stands before the dictionaries of all keys.
#[derive(Default)]
struct Module {
    definitions: String,
    /// What was defined under which name: of enums the path of the first value, of
    /// dictionaries the struct of Rust.
    defined: BTreeMap<String, String>,
    /// The name of the enum of each path.
    enums: BTreeMap<String, String>,
}

impl Module {
    /// A name that nothing else has.
    fn name(&mut self, wanted: &str, of: String) -> String {
        let mut name = wanted.to_owned();
        while TAKEN.contains(&name.as_str()) || self.defined.contains_key(&name) {
            name.push('_');
        }
        self.defined.insert(name.clone(), of);
        name
    }

    /// The enums of a value and of what is in it.
    fn enums(&mut self, path: &str, value: &Value<'_>) {
        let mut forms = [Form::Read, Form::Write].into_iter();
        if let Some(named) = forms.find_map(|form| value.view(form).kind.named()) {
            // What is one enum in Rust is one here.
            let camel = crate::names::camel(path);
            let rust = named.ty.as_deref().unwrap_or(&camel);
            let of = named.ty.as_deref().unwrap_or(path);
            let mut defined = self.defined.iter();
            if let Some((name, _)) = defined.find(|(_, known)| *known == of) {
                self.enums.insert(path.to_owned(), name.clone());
                return;
            }
            let name = self.name(rust, of.to_owned());
            push!(
                self.definitions,
                "\n\nclass {name}(IntEnum):\n    # {}\n{}",
                escape::clean(value.description),
                numbers(named.list)
            );
            self.enums.insert(path.to_owned(), name);
        }
        let shape = value.shaped().map(|(shape, _)| shape);
        for field in shape.into_iter().flat_map(|shape| &shape.fields) {
            self.enums(&format!("{path}.{}", field.name), &field.value);
        }
    }

    fn members(&mut self, documents: &Documents<'_>, form: Form) -> String {
        let mut out = String::new();
        for key in documents.api.having(form) {
            let ty = self.value(key.name, &key.value, form);
            member(&mut out, &about(key), key.name, &ty);
        }
        out
    }

    fn value(&mut self, path: &str, value: &Value<'_>, form: Form) -> String {
        let view = value.view(form);
        let ty = self.kind(path, &view.kind, form);
        // `Any` has it in itself.
        match view.optional() && ty != "Any" {
            true => ty + " | None",
            false => ty,
        }
    }

    fn kind(&mut self, path: &str, of: &Kind<'_>, form: Form) -> String {
        let word = match of {
            Kind::Whole(Whole {
                named: Some(named), ..
            }) => return self.named(path, named.list, form),
            Kind::Object(shape) => return self.object(path, shape, form),
            Kind::List(list) => {
                let List { of, .. } = &**list;
                return format!("list[{}]", self.kind(path, of, form));
            }
            Kind::Bool(_) => "bool",
            Kind::Whole(_) => "int",
            Kind::Real(_) => "float",
            Kind::Colour | Kind::Text(_) => "str",
            Kind::Raw(Raw::Array(_)) => "list[Any]",
            Kind::Raw(Raw::Object) => "dict[str, Any]",
            Kind::Raw(Raw::Any) => "Any",
        };
        word.to_owned()
    }

    /// A number that may have a name. A newer device may send others, and a list may say
    /// that there are more; `Name(number)` tells what it is called.
    fn named(&self, path: &str, list: &ValueList, form: Form) -> String {
        let name = self.enums.get(path).map_or("int", String::as_str);
        if list.open || form == Form::Read {
            return format!("{name} | int");
        }
        format!("{name} | Literal[{}]", text::numbers(list).join(", "))
    }

    /// The dictionary of an object. A write may leave members out: they stay as they are.
    fn object(&mut self, path: &str, shape: &Shape<'_>, form: Form) -> String {
        let structure = shape.struct_name(match form {
            Form::Read => StructUse::Read,
            Form::Write => StructUse::Write,
        });
        let mut defined = self.defined.iter();
        if let Some((name, _)) = defined.find(|(_, of)| *of == structure) {
            return name.clone();
        }
        let mut members = String::new();
        for field in shape.fields(form) {
            let ty = self.value(&format!("{path}.{}", field.name), &field.value, form);
            let ty = match form {
                Form::Read => ty,
                Form::Write => format!("NotRequired[{ty}]"),
            };
            member(&mut members, &facts_of(&field.value), field.name, &ty);
        }
        let name = self.name(structure, structure.to_owned());
        push!(self.definitions, "\n\n{}", dictionary(&name, &members, ""));
        name
    }
}

fn dictionary(name: &str, members: &str, how: &str) -> String {
    format!("{name} = TypedDict(\"{name}\", {{\n{members}}}{how})\n")
}

fn member(out: &mut String, about: &str, name: &str, ty: &str) {
    push!(out, "    # {about}\n    {}: {ty},\n", escape::json(name));
}

/// What is said of a key, in one line.
fn about(key: &Key<'_>) -> String {
    let mut out = facts_of(&key.value);
    for (what, release) in [("Since", key.since), ("Removed in", key.removed)] {
        if let Some(release) = release {
            push!(out, " {what} firmware {}.", escape::clean(release));
        }
    }
    out
}

/// Description, and in brackets what the type cannot say.
fn facts_of(value: &Value<'_>) -> String {
    let mut out = escape::clean(value.description).into_owned();
    let facts: Vec<_> = facts(value)
        .map(|(what, fact)| format!("{what}: {}", escape::clean(&fact)))
        .collect();
    if !facts.is_empty() {
        push!(out, " [{}]", facts.join("; "));
    }
    out
}

/// The members of an enum, each name once.
fn numbers(list: &ValueList) -> String {
    let (mut seen, mut out) = (Vec::new(), String::new());
    for item in &list.values {
        // It begins with a letter in any case.
        let mut name = match crate::names::is_word(&item.name) {
            true => item.name.clone(),
            false => crate::names::camel(&item.name),
        };
        while RESERVED.contains(&name.as_str()) || seen.contains(&name) {
            name.push('_');
        }
        push!(out, "    {name} = {}\n", item.value);
        seen.push(name);
    }
    out
}
