//! Packs what a browser is given, so that the program is smaller by a sixth; it is unpacked when
//! somebody asks.
//!
//! This runs after goe-api's build script, which writes the documents: a package with
//! `links` comes before the build scripts of those that depend on it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Files and folders of the repository, by their paths from its root.
const GIVEN: [&str; 3] = [
    "docs/garage.schema.json",
    "firmware/boards/host/page",
    "generated/docs",
];

/// As good as the best, in half the time.
const LEVEL: u8 = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let packed = PathBuf::from(env::var("OUT_DIR")?);
    for path in GIVEN {
        let given = root.join(path);
        println!("cargo::rerun-if-changed={}", given.display());
        pack(&given, &packed.join(path))
            .map_err(|error| format!("{}: {error}", given.display()))?;
    }
    Ok(())
}

/// Packs a file, or each of a folder.
fn pack(given: &Path, packed: &Path) -> Result<(), Box<dyn Error>> {
    if given.is_dir() {
        fs::create_dir_all(packed)?;
        for entry in fs::read_dir(given)? {
            let entry = entry?;
            pack(&entry.path(), &packed.join(entry.file_name()))?;
        }
    } else {
        if let Some(folder) = packed.parent() {
            fs::create_dir_all(folder)?;
        }
        let bytes = miniz_oxide::deflate::compress_to_vec(&fs::read(given)?, LEVEL);
        fs::write(packed, bytes)?;
    }
    Ok(())
}
