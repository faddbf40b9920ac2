//! The tables by which a name finds its key: what `goe_runtime::Lookup` has.
//!
//! A perfect hash by "hash and displace". Names fall into buckets; for each
//! bucket, the fullest first, the smallest displacement is searched that brings
//! all of its names to slots that are free. How a name is hashed, and what a
//! displacement does, the runtime alone knows.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use goe_runtime::lookup::{Lookup, bucket, hash, slot};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::layout::File;
use crate::api::Api;

/// Appends the tables of all keys; gives the field of the registry.
pub(super) fn emit(file: &mut File, api: &Api<'_>) -> TokenStream {
    let names: Vec<&str> = api.keys.iter().map(|key| key.name).collect();
    let Tables {
        seed,
        displacements,
        slots,
    } = table(&names);
    let [seed, buckets, count] =
        [seed as usize, displacements.len(), slots.len()].map(Literal::usize_unsuffixed);
    let numbers = displacements.into_iter().map(|number| {
        let number = Literal::u8_unsuffixed(number);
        quote!(#number)
    });
    file.filled_table(quote!(static DISPLACEMENTS: [u8; #buckets] =), numbers);
    let numbers = slots.into_iter().map(|number| {
        let number = Literal::u16_unsuffixed(number);
        quote!(#number)
    });
    file.filled_table(quote!(static SLOTS: [u16; #count] =), numbers);
    quote! {
        lookup: Lookup {
            seed: #seed,
            displacements: &DISPLACEMENTS,
            slots: &SLOTS,
        },
    }
}

/// The tables of some names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tables {
    pub(super) seed: u32,
    pub(super) displacements: Vec<u8>,
    pub(super) slots: Vec<u16>,
}

/// The tables of these names; a slot has a name's position in the list. Of a
/// name that is there twice, which the checks refuse, the first is found.
pub(super) fn table(names: &[&str]) -> Tables {
    let mut seen = BTreeSet::new();
    let names: Vec<(u16, &str)> = (0..u16::MAX)
        .zip(names.iter().copied())
        .filter(|(_, name)| seen.insert(*name))
        .collect();
    // Nearly always the first seed will do. Each further try has a slot more, so
    // that one of them succeeds whatever the names are.
    let mut seed = 0;
    loop {
        if let Some(tables) = attempt(&names, seed) {
            return tables;
        }
        seed += 1;
    }
}

/// `None` when two names have one hash, or no displacement fits.
fn attempt(names: &[(u16, &str)], seed: u32) -> Option<Tables> {
    let mut tables = Tables {
        seed,
        displacements: vec![0; names.len().div_ceil(2)],
        slots: vec![Lookup::EMPTY; names.len() + names.len().div_ceil(8) + seed as usize],
    };
    let hashes: BTreeMap<u32, u16> = names
        .iter()
        .map(|&(position, name)| (hash(seed, name), position))
        .collect();
    if hashes.len() < names.len() {
        return None;
    }
    let mut buckets = vec![Vec::new(); tables.displacements.len()];
    for &hash in hashes.keys() {
        buckets[bucket(hash, tables.displacements.len())].push(hash);
    }
    let mut order: Vec<usize> = (0..buckets.len()).collect();
    order.sort_by_key(|&at| Reverse(buckets[at].len()));
    for at in order {
        let displacement = (0..=u8::MAX).find(|&by| tables.place(&buckets[at], by, &hashes))?;
        tables.displacements[at] = displacement;
    }
    Some(tables)
}

impl Tables {
    /// Puts the names of a bucket into their slots, if all of those are free.
    fn place(&mut self, bucket: &[u32], displacement: u8, positions: &BTreeMap<u32, u16>) -> bool {
        let count = self.slots.len();
        for (done, hash) in bucket.iter().enumerate() {
            let slot = &mut self.slots[slot(*hash, displacement, count)];
            if *slot != Lookup::EMPTY {
                for hash in &bucket[..done] {
                    self.slots[goe_runtime::lookup::slot(*hash, displacement, count)] =
                        Lookup::EMPTY;
                }
                return false;
            }
            *slot = positions[hash];
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each name is found where it stands, and what the tables cost is bounded.
    fn check(names: &[String]) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let tables = table(&names);
        let Tables {
            seed,
            displacements,
            slots,
        } = &tables;
        for (position, name) in names.iter().enumerate() {
            let hash = hash(*seed, name);
            let displacement = displacements[bucket(hash, displacements.len())];
            let slot = slot(hash, displacement, slots.len());
            assert_eq!(usize::from(slots[slot]), position, "{name}");
        }
        let bytes = displacements.len() + 2 * slots.len();
        assert!(
            bytes <= 3 * names.len() + 16 + 2 * *seed as usize,
            "{bytes} bytes for {} names",
            names.len()
        );
        // Few tries, and the same tables every time.
        assert!(*seed < 16, "{seed} of {}", names.len());
        assert_eq!(table(&names), tables);
    }

    #[test]
    fn any_number_of_names() {
        check(&[]);
        for count in (1..200).chain([1000, 4096, 65_535]) {
            check(&(0..count).map(|at| format!("k{at}")).collect::<Vec<_>>());
        }
    }

    /// Names that differ as little as names can.
    #[test]
    fn similar_names() {
        let long = "a".repeat(300);
        let letters = || ('a'..='z').chain('A'..='Z').chain('0'..='9');
        let pairs = || letters().flat_map(|a| letters().map(move |b| (a, b)));
        for names in [
            (0..300).map(|length| long[..length].to_owned()).collect(),
            letters().map(String::from).collect(),
            pairs().map(|(a, b)| format!("{a}{b}")).collect(),
            pairs().map(|(a, b)| format!("{long}{a}{b}")).collect(),
            pairs().map(|(a, b)| format!("{a}{b}{long}")).collect(),
            pairs().map(|(a, b)| format!("{a}{long}{b}")).collect(),
            // Names on which many a polynomial hash collides.
            (0..4096)
                .map(|bits| {
                    let part = |bit| if bits >> bit & 1 == 0 { "Aa" } else { "BB" };
                    (0..12).map(part).collect::<String>()
                })
                .collect(),
        ] {
            let names: Vec<String> = names;
            check(&names);
        }
    }

    /// Two names of one hash are told apart by another seed.
    #[test]
    fn a_collision_of_the_first_seed() {
        let mut seen = BTreeMap::new();
        let pair = (0u32..).find_map(|at| {
            let name = format!("{at:x}");
            seen.insert(hash(0, &name), name.clone())
                .map(|other| [other, name])
        });
        let pair = pair.expect("two of so many share 32 bits");
        check(&pair);
        assert_ne!(table(&pair.each_ref().map(String::as_str)).seed, 0);
    }

    #[test]
    fn of_a_name_that_is_there_twice_the_first_is_found() {
        assert_eq!(table(&["a", "b", "a"]), table(&["a", "b"]));
    }
}
