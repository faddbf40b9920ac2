//! The networks the charger may join: ten entries of name and key.
//!
//! A write is a patch, entry by entry: one that says nothing leaves its entry,
//! a new name without a key forgets the old key, a key alone changes the key,
//! an empty key means an open network, and an empty name erases. It is taken
//! whole or, when one entry is faulty, not at all.

use goe_api::{WifisPatch, WifisStored};
use goe_runtime::{Refusal, Text, error::ValuePath};
use heapless::String;

/// Number of entries.
const ENTRIES: usize = 10;

/// Longest name of a network, as IEEE 802.11 has it.
const SSID_MAX: usize = 32;

/// Longest key: 64 hex digits.
const KEY_MAX: usize = 64;

/// Name and key of one network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) struct Entry {
    pub(in crate::charger) ssid: String<SSID_MAX>,
    /// Empty for an open network.
    pub(in crate::charger) key: String<KEY_MAX>,
}

/// All entries.
#[derive(Debug, Default)]
pub(in crate::charger) struct WifiConfig {
    entries: [Entry; ENTRIES],
}

impl WifiConfig {
    pub(in crate::charger) fn new() -> Self {
        Self::default()
    }

    /// One network, in the first entry; `None` if name or key is too long.
    pub(in crate::charger) fn of(ssid: &str, key: &str) -> Option<Self> {
        let mut config = Self::default();
        config.entries[0] = Entry {
            ssid: String::try_from(ssid).ok()?,
            key: String::try_from(key).ok()?,
        };
        Some(config)
    }

    /// Every entry, empty ones too, in order.
    pub(in crate::charger) fn entries(&self) -> &[Entry; ENTRIES] {
        &self.entries
    }

    /// Returns whether there is no network to join.
    pub(in crate::charger) fn is_empty(&self) -> bool {
        self.entries.iter().all(Entry::is_empty)
    }

    /// Returns whether exactly this is still configured.
    pub(in crate::charger) fn holds(&self, entry: &Entry) -> bool {
        self.entries.contains(entry)
    }

    /// Returns whether a network of that name is configured.
    pub(in crate::charger) fn knows(&self, ssid: &str) -> bool {
        !ssid.is_empty() && self.entries.iter().any(|entry| entry.ssid == ssid)
    }

    /// Everything with its secrets, for the store.
    pub(in crate::charger) fn stored(&self) -> [WifisStored<'_>; ENTRIES] {
        self.entries.each_ref().map(|entry| WifisStored {
            ssid: Text::of(&entry.ssid),
            key: Text::of(&entry.key),
        })
    }

    /// Takes all patches or none. Returns whether one of them named a network
    /// to join. `patches` is asked twice, first to check and then to take, which
    /// spares a second copy of all entries.
    pub(in crate::charger) fn patch<'a, I>(
        &mut self,
        patches: impl Fn() -> I,
    ) -> Result<bool, Refusal>
    where
        I: Iterator<Item = WifisPatch<'a>>,
    {
        for (index, patch) in patches().enumerate() {
            let entry = self.entries.get(index).ok_or(TOO_MANY)?;
            entry.patched(&patch).map_err(|fault| fault.at(index))?;
        }
        let mut named = false;
        for (entry, patch) in self.entries.iter_mut().zip(patches()) {
            if let Ok(Some(patched)) = entry.patched(&patch) {
                named |= !patched.is_empty();
                *entry = patched;
            }
        }
        Ok(named)
    }

    /// Erases one entry.
    pub(in crate::charger) fn erase(&mut self, index: u8) -> Result<(), Refusal> {
        let entry = self.entries.get_mut(usize::from(index)).ok_or(NO_SUCH)?;
        *entry = Entry::default();
        Ok(())
    }
}

impl Entry {
    pub(in crate::charger) fn is_empty(&self) -> bool {
        self.ssid.is_empty()
    }

    /// Returns the entry as the patch makes it; `None` when the patch says nothing.
    fn patched(&self, patch: &WifisPatch<'_>) -> Result<Option<Entry>, EntryError> {
        let mut entry = self.clone();
        match (patch.ssid, patch.key) {
            (None, None) => return Ok(None),
            (None, Some(key)) => entry.key = key.decode().ok_or(EntryError::Key)?,
            (Some(ssid), key) => {
                entry.ssid = ssid.decode().ok_or(EntryError::Ssid)?;
                match key {
                    Some(key) => entry.key = key.decode().ok_or(EntryError::Key)?,
                    None if entry.ssid == self.ssid => {}
                    None => entry.key.clear(),
                }
            }
        }
        if !is_key(&entry.key) {
            return Err(EntryError::Key);
        }
        if entry.is_empty() && !entry.key.is_empty() {
            return Err(EntryError::KeyAlone);
        }
        Ok(Some(entry))
    }
}

/// Empty, a passphrase, or a key in hex digits.
fn is_key(key: &str) -> bool {
    match key.len() {
        0 | 8..=63 => true,
        KEY_MAX => key.bytes().all(|byte| byte.is_ascii_hexdigit()),
        _ => false,
    }
}

/// The fault of an entry.
#[derive(Clone, Copy)]
enum EntryError {
    Ssid,
    Key,
    KeyAlone,
}

impl EntryError {
    fn at(self, index: usize) -> Refusal {
        Refusal {
            // Below the number of entries.
            path: ValuePath::TOP.entry(index as u16),
            reason: match self {
                EntryError::Ssid => "ssid must have at most 32 bytes",
                EntryError::Key => "key must have 8 to 63 bytes or 64 hex digits",
                EntryError::KeyAlone => "key needs an ssid",
            },
        }
    }
}

const TOO_MANY: Refusal = Refusal::new("at most 10 entries");

const NO_SUCH: Refusal = Refusal::new("entries are numbered 0 to 9");

#[cfg(test)]
pub(in crate::charger) mod tests {
    use std::string::ToString;
    use std::vec::Vec;

    use goe_api::{Key, Write};

    use super::*;

    fn write(config: &mut WifiConfig, json: &str) -> Result<bool, Refusal> {
        let Ok(Write::Wifis(patches)) = Write::parse(Key::Wifis, json) else {
            panic!("the table does not accept {json}");
        };
        config.patch(|| patches.iter())
    }

    /// Writes what must be accepted.
    pub(in super::super) fn set(config: &mut WifiConfig, json: &str) {
        write(config, json).expect(json);
    }

    /// The entries up to the last that says anything.
    fn entries(config: &WifiConfig) -> Vec<(&str, &str)> {
        let mut entries: Vec<_> = config
            .entries()
            .iter()
            .map(|entry| (&*entry.ssid, &*entry.key))
            .collect();
        while entries.pop_if(|last| last.0.is_empty()).is_some() {}
        entries
    }

    const HOME: (&str, &str) = ("home", "correct horse");

    #[test]
    fn a_patch_changes_what_it_says_and_no_more() {
        let hex = "0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdef0123";
        for (json, expected, named) in [
            ("[]", &[HOME, ("cafe", "")][..], false),
            ("[{},{}]", &[HOME, ("cafe", "")], false),
            (r#"[{"ssid":"home"}]"#, &[HOME, ("cafe", "")], true),
            (r#"[{"ssid":"hom"}]"#, &[("hom", ""), ("cafe", "")], true),
            (
                r#"[{},{"ssid":"new","key":"12345678"}]"#,
                &[HOME, ("new", "12345678")],
                true,
            ),
            (
                r#"[{"key":"other key"}]"#,
                &[("home", "other key"), ("cafe", "")],
                true,
            ),
            (r#"[{"key":""}]"#, &[("home", ""), ("cafe", "")], true),
            (
                r#"[{"ssid":"","key":""}]"#,
                &[("", ""), ("cafe", "")],
                false,
            ),
            (r#"[{"ssid":""},{"ssid":""}]"#, &[], false),
            (
                r#"[{},{},{"ssid":"","key":""}]"#,
                &[HOME, ("cafe", "")],
                false,
            ),
            (
                r#"[{"key":"caf\u00e9 \ud83d\ude00"}]"#,
                &[("home", "café 😀"), ("cafe", "")],
                true,
            ),
        ] {
            let mut config = WifiConfig::new();
            set(
                &mut config,
                r#"[{"ssid":"home","key":"correct horse"},{"ssid":"cafe"}]"#,
            );
            assert_eq!(write(&mut config, json), Ok(named), "{json}");
            assert_eq!(entries(&config), expected, "{json}");
        }
        let mut config = WifiConfig::new();
        let ten = r#"[{},{},{},{},{},{},{},{},{},{"ssid":"last","key":"HEX"}]"#;
        set(&mut config, &ten.replace("HEX", hex));
        assert_eq!(config.entries()[9].key, hex);
    }

    #[test]
    fn one_bad_entry_refuses_everything() {
        let long = "[{},{\"ssid\":\"x\",\"key\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg\"}]";
        for (json, reason) in [
            (
                r#"[{"ssid":"changed"},{"key":"1234567"}]"#,
                "entry 1: key must have 8 to 63 bytes or 64 hex digits",
            ),
            (
                long,
                "entry 1: key must have 8 to 63 bytes or 64 hex digits",
            ),
            (
                r#"[{"ssid":"changed"},{},{"key":"12345678"}]"#,
                "entry 2: key needs an ssid",
            ),
            (
                r#"[{"ssid":"","key":"12345678"}]"#,
                "entry 0: key needs an ssid",
            ),
        ] {
            let mut config = WifiConfig::new();
            set(
                &mut config,
                r#"[{"ssid":"home","key":"correct horse"},{"ssid":"cafe"}]"#,
            );
            let refusal = write(&mut config, json).expect_err(json);
            assert_eq!(refusal.to_string(), reason, "{json}");
            assert_eq!(entries(&config), [HOME, ("cafe", "")], "{json}");
        }
    }

    #[test]
    fn what_the_table_refuses_is_refused_here_too() {
        let config = WifiConfig::new();
        let eleven = core::iter::repeat_n(WifisPatch::default(), 11);
        let mut copy = WifiConfig::new();
        assert_eq!(copy.patch(|| eleven.clone()), Err(TOO_MANY));
        assert_eq!(entries(&copy), entries(&config));
    }

    #[test]
    fn erases_one_entry() {
        let mut config = WifiConfig::new();
        set(
            &mut config,
            r#"[{"ssid":"home","key":"correct horse"},{"ssid":"cafe"}]"#,
        );
        config.erase(0).expect("there are ten");
        assert_eq!(entries(&config), [("", ""), ("cafe", "")]);
        assert!(!config.is_empty() && !config.knows("home") && config.knows("cafe"));
        config.erase(1).expect("there are ten");
        assert!(config.is_empty());
        assert_eq!(config.erase(10), Err(NO_SUCH));
    }
}
