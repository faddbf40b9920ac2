//! Writes for the peers what a person would write by hand: a struct for serde, and
//! the names of all keys. Both follow from the table, so that peers have what the
//! generated crate has, and a new key of the table changes no bench.

use std::path::PathBuf;
use std::{env, fs, io};

use goe_api::runtime::{Kind, Shape, Type};
use goe_api::{DESCRIPTORS, Key};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?;
    let folder = PathBuf::from(folder);
    fs::write(folder.join("names.rs"), names())?;
    let mut structs = Structs::default();
    let keys = DESCRIPTORS.iter().filter(|key| key.access.readable());
    structs.add("Equal", keys.map(|key| (key.name, key.read)));
    fs::write(folder.join("equal.rs"), structs.text)
}

/// A call of `names!`: each name beside its place in `Key::ALL`.
fn names() -> String {
    let names = Key::ALL.iter().enumerate();
    let pairs: Vec<String> = names
        .map(|(at, key)| format!("{:?} {at}", key.name()))
        .collect();
    format!("names! {{ {} }}\n", pairs.join(", "))
}

/// Structs with derived `Serialize`, as text.
#[derive(Default)]
struct Structs {
    text: String,
    shapes: usize,
}

impl Structs {
    fn add(&mut self, name: &str, fields: impl Iterator<Item = (&'static str, Type)>) {
        let mut text = format!("#[derive(Serialize, Deserialize)]\npub(super) struct {name} {{\n");
        for (at, (name, ty)) in fields.enumerate() {
            let ty = self.whole(&ty);
            text += &format!("    #[serde(rename = {name:?})]\n    f{at}: {ty},\n");
        }
        self.text += &text;
        self.text += "}\n\n";
    }

    fn whole(&mut self, ty: &Type) -> String {
        let one = self.one(ty);
        let all = match ty.list {
            Some(_) => format!("Vec<{one}>"),
            None => one,
        };
        match ty.nullable {
            true => format!("Option<{all}>"),
            false => all,
        }
    }

    fn one(&mut self, ty: &Type) -> String {
        let plain = match ty.kind {
            Kind::Bool => "bool",
            Kind::Text { .. } | Kind::Colour => "String",
            Kind::Integer { .. } | Kind::Named(_) => match ty.name {
                "uint8" => "u8",
                "uint16" => "u16",
                "uint32" => "u32",
                "uint64" => "u64",
                "int8" => "i8",
                "int16" => "i16",
                "int32" => "i32",
                // Times, too.
                _ => "i64",
            },
            Kind::Float | Kind::Double | Kind::RealWithin { .. } => match ty.name {
                "float" => "f32",
                _ => "f64",
            },
            Kind::Object(shape) => return self.object(shape),
            Kind::AnyObject { .. }
            | Kind::AnyArray { .. }
            | Kind::FewOf { .. }
            | Kind::Any { .. } => "serde_json::Value",
        };
        plain.to_owned()
    }

    fn object(&mut self, shape: &'static Shape) -> String {
        self.shapes += 1;
        let name = format!("Shape{}", self.shapes);
        let fields = shape
            .fields
            .iter()
            .filter(|field| field.access.readable())
            .map(|field| (field.name, field.read));
        self.add(&name, fields);
        name
    }
}
