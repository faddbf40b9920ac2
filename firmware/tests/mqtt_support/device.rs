//! A device of a few keys, which remembers what was asked of it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Instant;

use goe_firmware::mqtt::{Device, Status};
use tokio::sync::Notify;

use super::soon;

/// One key: its value is `None` if it can only be written.
type Entry = (String, Option<String>);

#[derive(Default)]
pub struct Fake {
    names: Vec<String>,
    values: RefCell<Vec<Option<String>>>,
    changed: RefCell<BTreeSet<u16>>,
    has_changed: Notify,
    /// What was set: key and payload.
    sets: RefCell<Vec<(String, String)>>,
    statuses: RefCell<Vec<(Status, Instant)>>,
    has_news: Notify,
    longest_value: usize,
}

impl Fake {
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let (names, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let longest = values.iter().flatten().map(String::len).max();
        Self {
            names,
            values: RefCell::new(values),
            longest_value: longest.unwrap_or(0).max(64),
            ..Self::default()
        }
    }

    /// `amp`, `car`, `fna` with values, and `delw` without.
    pub fn small() -> Self {
        let entries = [
            ("amp", Some("16")),
            ("car", Some("1")),
            ("fna", Some("\"x\"")),
            ("delw", None),
        ];
        Self::new(entries.map(|(name, value)| (name.to_string(), value.map(str::to_string))))
    }

    /// Keys `k000` and on, each with a value of `len` bytes.
    pub fn many(keys: usize, len: usize) -> Self {
        Self::new((0..keys).map(|key| (format!("k{key:03}"), Some("7".repeat(len)))))
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Changes a value from within, as a meter does.
    pub fn change(&self, name: &str, value: &str) {
        let key = self.names.iter().position(|n| n == name).expect("a key");
        self.values.borrow_mut()[key] = Some(value.to_string());
        self.changed.borrow_mut().insert(key as u16);
        self.has_changed.notify_one();
    }

    pub fn current(&self, name: &str) -> Option<String> {
        let key = self.names.iter().position(|n| n == name).expect("a key");
        self.values.borrow()[key].clone()
    }

    pub fn sets(&self) -> Vec<(String, String)> {
        self.sets.borrow().clone()
    }

    pub fn statuses(&self) -> Vec<Status> {
        self.statuses
            .borrow()
            .iter()
            .map(|(status, _)| *status)
            .collect()
    }

    /// Waits until the connection has changed `count` times, and says how.
    pub async fn status(&self, count: usize) -> (Status, Instant) {
        let wait = async {
            loop {
                if let Some(&found) = self.statuses.borrow().get(count - 1) {
                    return found;
                }
                self.has_news.notified().await;
            }
        };
        soon("the connection to change", wait).await
    }

    fn apply(&self, name: &str, payload: &[u8]) -> String {
        let text = String::from_utf8_lossy(payload).into_owned();
        self.sets
            .borrow_mut()
            .push((name.to_string(), text.clone()));
        self.has_news.notify_one();
        if !self.names.iter().any(|n| n == name) {
            return "unknown api key".to_string();
        }
        if serde_json::from_str::<serde_json::Value>(&text).is_err() {
            return format!("invalid json InvalidInput: {text}");
        }
        self.change(name, &text);
        "success".to_string()
    }
}

impl Device for Fake {
    fn keys(&self) -> u16 {
        self.names.len() as u16
    }

    fn name(&self, key: u16) -> &str {
        &self.names[usize::from(key)]
    }

    fn longest_value(&self) -> usize {
        self.longest_value
    }

    fn value(&self, key: u16, take: &mut dyn FnMut(&[u8])) {
        if let Some(value) = &self.values.borrow()[usize::from(key)] {
            take(value.as_bytes());
        }
    }

    async fn changed(&self) {
        while self.changed.borrow().is_empty() {
            self.has_changed.notified().await;
        }
    }

    fn take_changed(&self) -> Option<u16> {
        self.changed.borrow_mut().pop_first()
    }

    fn set(&self, key: &str, payload: &[u8], result: &mut dyn std::fmt::Write) {
        let _ = result.write_str(&self.apply(key, payload));
    }

    fn too_long(&self, result: &mut dyn std::fmt::Write) {
        let _ = result.write_str("payload too long");
    }

    fn status(&self, status: Status) {
        self.statuses.borrow_mut().push((status, Instant::now()));
        self.has_news.notify_one();
    }
}
