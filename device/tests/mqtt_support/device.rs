//! A device of a few keys, which remembers what was asked of it.

use std::cell::RefCell;
use std::time::Instant;

use goe_device::mqtt::Status;
use goe_runtime::descriptor::Capacities;
use goe_runtime::device::{Device, Feed, Published, Table};
use goe_runtime::json::JsonError;
use goe_runtime::{
    Access, Category, Descriptor, DocumentView, KeyIndex, KeySet, Lookup, Profile, Reason,
    Registry, Type, ValuePath, WriteError,
};
use tokio::sync::Notify;

use super::soon;

/// One key: its value is `None` if it can only be written.
type Entry = (String, Option<String>);

pub struct Fake {
    registry: &'static Registry,
    values: RefCell<Vec<Option<String>>>,
    unpublished: Feed<KeySet<16>>,
    /// The sets received: key and payload.
    sets: RefCell<Vec<(String, String)>>,
    statuses: RefCell<Vec<(Status, Instant)>>,
    has_news: Notify,
}

impl Fake {
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let (names, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let longest = values.iter().flatten().map(String::len).max();
        let descriptors = names.into_iter().zip(&values).map(|(name, value)| {
            let profile = match value {
                Some(_) => const { &Profile::new(Access::ReadWrite, Category::Config, Type::ANY) },
                None => const { &Profile::new(Access::Write, Category::Config, Type::ANY) },
            };
            let name = name.leak();
            Descriptor { name, profile }
        });
        let registry = Registry {
            descriptors: descriptors.collect::<Vec<_>>().leak(),
            lookup: Lookup::SCAN,
            capacities: Capacities {
                document: 0,
                entry: longest.unwrap_or(0).max(64),
                stored: 0,
                name: 0,
            },
        };
        Self {
            registry: Box::leak(Box::new(registry)),
            values: RefCell::new(values),
            unpublished: Feed::default(),
            sets: RefCell::default(),
            statuses: RefCell::default(),
            has_news: Notify::new(),
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
        self.registry.descriptors.len()
    }

    /// Changes a value from within, as a meter does.
    pub fn change(&self, name: &str, value: &str) {
        let key = self.registry.find(name).expect("a key");
        self.values.borrow_mut()[usize::from(key.0)] = Some(value.to_string());
        self.unpublished.insert(key);
    }

    pub fn current(&self, name: &str) -> Option<String> {
        let key = self.registry.find(name).expect("a key");
        self.values.borrow()[usize::from(key.0)].clone()
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

    /// Remembers what becomes of the connection.
    pub fn tell(&self, status: Status) {
        self.statuses.borrow_mut().push((status, Instant::now()));
        self.has_news.notify_one();
    }
}

impl Table for Fake {
    type Keys = KeySet<16>;

    fn registry(&self) -> &'static Registry {
        self.registry
    }
}

impl Device for Fake {
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        let values = self.values.borrow();
        for (descriptor, value) in self.registry.descriptors.iter().zip(&*values) {
            if let Some(value) = value {
                bytes.push(if bytes.is_empty() { b'{' } else { b',' });
                bytes.extend_from_slice(format!("\"{}\":{value}", descriptor.name).as_bytes());
            }
            ends.push(bytes.len() as u32);
        }
        bytes.push(b'}');
        read(DocumentView::new(self.registry, &bytes, &ends))
    }

    fn set(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        let name = self.registry.descriptor(key).name;
        self.sets
            .borrow_mut()
            .push((name.to_string(), json.to_string()));
        self.has_news.notify_one();
        if serde_json::from_str::<serde_json::Value>(json).is_err() {
            return Err(WriteError::Rejected {
                reason: Reason::Json(JsonError::InvalidInput),
                path: ValuePath::TOP,
            });
        }
        self.change(name, json);
        Ok(())
    }
}

impl Published for Fake {
    fn unpublished(&self) -> &Feed<KeySet<16>> {
        &self.unpublished
    }
}
