//! Prose about keys, as a generated crate carries it: text, a line a key.
//!
//! It is text and no table, since it is for people: a compiler need not look at
//! it, and only who asks for it links it.

/// Prose about the keys of a table, in its order.
///
/// The first line says who wrote it. Each of the others has four cells with a tab between them: the file of the spec, the
/// line in it, the unit of the value or nothing, and the description.
#[derive(Clone, Copy, Debug)]
pub struct Docs(pub &'static str);

/// Prose about one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doc {
    /// The table's description.
    pub description: &'static str,
    /// Unit of the value, if the description tells one.
    pub unit: Option<&'static str>,
    /// The spec file the row stands in.
    pub file: &'static str,
    /// Its line, counted from 1.
    pub line: u32,
}

impl Docs {
    /// Every key's, in table order.
    pub fn iter(self) -> impl Iterator<Item = Doc> {
        self.0.lines().skip(1).map_while(Doc::read)
    }
}

impl Doc {
    fn read(row: &'static str) -> Option<Self> {
        let mut cells = row.splitn(4, '\t');
        let (file, line) = (cells.next()?, cells.next()?.parse().ok()?);
        let unit = cells.next().filter(|unit| !unit.is_empty());
        Some(Doc {
            description: cells.next()?,
            unit,
            file,
            line,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_key() {
        let docs = Docs("# Generated\nspec/a.md\t7\tW\tPower, in W\nspec/b.md\t12\t\ta\ttab\n");
        let all: std::vec::Vec<Doc> = docs.iter().collect();
        let doc = |description, unit, file, line| Doc {
            description,
            unit,
            file,
            line,
        };
        assert_eq!(
            all,
            [
                doc("Power, in W", Some("W"), "spec/a.md", 7),
                doc("a\ttab", None, "spec/b.md", 12),
            ]
        );
    }
}
