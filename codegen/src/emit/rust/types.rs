//! `src/types.rs`: enums of named values, and structs and descriptions of shapes.

use std::fmt::Write as _;

use super::{
    Api, OutputFile, Uses,
    enums::{self, Enums},
    field_ident, file, filled, sentence,
    ty::{Form, Typed, forms, shape_static, struct_fields, struct_name, struct_traits},
    variant_ident,
};
use crate::model::{Field, Model, Shape, ValueList};

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut uses = Uses::default();
    let mut body = String::new();
    for (name, list, whose) in api.enums.all(api.model) {
        enumeration(&mut body, name, list, &whose);
    }
    for (shape, key) in api.shapes() {
        shape_table(&mut body, api.enums, shape, &mut uses);
        for form in forms(key, shape) {
            Structure::new(api.enums, shape, form, &mut uses).emit(&mut body);
        }
    }
    // Its own types need no import.
    uses.krate.clear();
    let imports = uses.lines();
    // Each item has an empty line before it.
    let body = match imports.is_empty() {
        true => body.trim_start(),
        false => &body,
    };
    let allow = "#![allow(clippy::enum_variant_names, reason = \"the names are the spec's\")]\n\n";
    file("types", &format!("{allow}{imports}{body}"))
}

fn enumeration(out: &mut String, name: &str, list: &ValueList, whose: &str) {
    // On a small device an enum is no wider than its numbers need.
    let narrow = |value: i64| i32::try_from(value).is_ok();
    let wide = !list.values.iter().all(|item| narrow(item.value));
    let repr = if wide { "#[repr(i64)]\n" } else { "" };
    // Into a string, which takes everything.
    let _ = write!(
        out,
        "\n/// Named values of {whose}.\n#[derive(Clone, Copy, PartialEq)]\n\
         {repr}pub enum {name} {{\n",
    );
    let mut values = String::new();
    // The number that the next one has by itself.
    let mut implied = Some(0);
    for item in &list.values {
        let (variant, value) = (variant_ident(&item.name), item.value);
        let _ = write!(out, "    /// `{}`, {value}.\n    {variant}", item.name);
        let _ = match implied == Some(value) {
            true => writeln!(out, ","),
            false => writeln!(out, " = {value},"),
        };
        implied = value.checked_add(1);
        let comma = if values.is_empty() { "" } else { ", " };
        let _ = write!(values, "{comma}{variant} = {value} {:?}", item.name);
    }
    let _ = write!(out, "}}\n\ngoe_runtime::named_values!({name}: {values});\n");
}

fn shape_table(out: &mut String, enums: &Enums<'_>, shape: &Shape, uses: &mut Uses) {
    uses.runtime("Shape");
    if !shape.fields.is_empty() {
        uses.runtime("Field");
        uses.runtime("Type");
    }
    let _ = write!(
        out,
        "\n/// Shape of key `{}`.\npub static {}: Shape = Shape {{\n    fields: &[\n",
        shape.key.value,
        shape_static(shape),
    );
    for field in &shape.fields {
        let access = super::access(field.access.value);
        uses.access.insert(access);
        let _ = write!(out, "        Field::new({:?}, {access}, ", field.name.value);
        Typed::field(enums, shape, field).descriptors(out, "");
        out.push_str(",\n");
    }
    out.push_str("    ],\n};\n");
}

/// The struct of a shape in one form, and what can be done with it.
struct Structure<'a> {
    shape: &'a Shape,
    form: Form,
    name: String,
    borrows: bool,
    copy: bool,
    /// The lines of its fields.
    fields: String,
    /// What the macros of the runtime take.
    members: Vec<String>,
}

impl<'a> Structure<'a> {
    fn new(enums: &'a Enums<'a>, shape: &'a Shape, form: Form, uses: &mut Uses) -> Self {
        let traits = struct_traits(shape, form);
        let mut structure = Structure {
            shape,
            form,
            name: struct_name(shape, form),
            borrows: traits.borrows,
            copy: traits.copy,
            fields: String::new(),
            members: Vec::new(),
        };
        for field in struct_fields(shape, form) {
            structure.add(field, Typed::field(enums, shape, field), uses);
        }
        structure
    }

    fn add(&mut self, field: &Field, typed: Typed<'_>, uses: &mut Uses) {
        let (wire, name) = (&field.name.value, field_ident(&field.name.value));
        let ty = typed.rust(self.form, uses).text;
        let list = match self.form {
            Form::Read => typed.serialize(),
            Form::Write | Form::Stored => "",
        };
        self.members.push(format!("{wire:?} {name}{list}"));
        self.fields.push_str("    /// ");
        sentence(&mut self.fields, &field.description.value);
        let _ = match self.form {
            Form::Write => write!(self.fields, "\n    pub {name}: Option<{ty}>,\n"),
            Form::Read | Form::Stored => write!(self.fields, "\n    pub {name}: {ty},\n"),
        };
    }

    fn emit(&self, out: &mut String) {
        let Structure { name, fields, .. } = self;
        let copy = if self.copy { "Copy, " } else { "" };
        let (default, what) = match self.form {
            Form::Read => ("", "object"),
            Form::Write => ("Default, ", "patch"),
            Form::Stored => ("", "stored_object"),
        };
        let (lifetime, any) = match (self.borrows, self.form) {
            (false, _) => ("", ""),
            (true, Form::Write) => ("<'a>", "<'a>"),
            (true, Form::Read | Form::Stored) => ("<'a>", "<'_>"),
        };
        let fields = match fields.as_str() {
            "" => String::new(),
            fields => format!("\n{fields}"),
        };
        let members = match self.members.as_slice() {
            [] => String::new(),
            members => format!("\n{}\n", filled("    ", members)),
        };
        let about = about(self.shape, self.form);
        let _ = write!(
            out,
            "\n/// {about}\n#[derive(Clone, {copy}Debug, {default}PartialEq)]\n\
             pub struct {name}{lifetime} {{{fields}}}\n\n\
             goe_runtime::{what}!({name}{any}:{members});\n",
        );
    }
}

fn about(shape: &Shape, form: Form) -> String {
    let key = &shape.key.value;
    let what = match shape.capacity {
        Some(_) => format!("An entry of `{key}`"),
        None => format!("The object `{key}`"),
    };
    match form {
        Form::Read => format!("{what}, as it is read."),
        Form::Write => format!("{what}, as it is written: what is `None` was not sent."),
        Form::Stored => format!("{what}, as it is stored: whole, secrets included."),
    }
}

/// Whether anything is in the file.
pub(super) fn any(model: &Model) -> bool {
    !enums::type_names(model).is_empty() || !model.shapes.is_empty()
}
