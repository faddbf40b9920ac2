//! Changes of values as they are told: which they are, and to whom.
//!
//! Whatever brings values of a charger, over whichever wire, tells them to a [`Feed`]; what
//! differs from what was known is a change, for as long as nobody took it at most one for
//! each key. So a reader that is slow misses what was between, and nothing piles up.
//! This file must never know a wire.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use goe_api::Key;
use goe_api::client::JsonText;
use tokio::task::AbortHandle;

use crate::error::Error;

/// Keys that are remembered of a charger, at most: those of a table are some hundred, and
/// whoever plays one must not fill the memory.
pub(crate) const KEYS_MAX: usize = 4_096;

/// A value that is another than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key's name.
    pub name: String,
    /// What it was; nothing when it is told for the first time.
    pub before: Option<JsonText>,
    /// What it is.
    pub now: JsonText,
}

impl Change {
    /// The key, if the table has it.
    pub fn key(&self) -> Option<Key> {
        Key::from_name(&self.name)
    }
}

/// The changes of a charger, until it is dropped.
///
/// First come the values as they are, without a `before`. An error is told once for
/// each time that the charger is away; after it come the changes of meanwhile. Only one
/// that will not pass, such as a wrong password, ends it.
#[derive(Debug)]
pub struct Watch {
    inner: Arc<Mutex<Inner>>,
    source: Option<AbortHandle>,
}

impl Watch {
    /// The next change; nothing behind an error that ended it.
    pub async fn next(&mut self) -> Option<Result<Change, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Change, Error>>> {
        let mut inner = lock(&self.inner);
        match inner.take() {
            Some(next) => Poll::Ready(Some(next)),
            None if inner.is_over => Poll::Ready(None),
            None => {
                inner.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Stream for Watch {
    type Item = Result<Change, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.inner).is_over = true;
        if let Some(source) = &self.source {
            source.abort();
        }
    }
}

/// The other end of a [`Watch`].
#[derive(Clone, Debug)]
pub(crate) struct Feed(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    /// Only these, if any are named.
    keys: BTreeSet<String>,
    known: BTreeMap<String, JsonText>,
    /// Keys that changed, with what they were when it was last told.
    changed: VecDeque<(String, Option<JsonText>)>,
    error: Option<Error>,
    /// It is away, which was told.
    is_away: bool,
    is_over: bool,
    waker: Option<Waker>,
}

/// A panic leaves nothing half done: each change is one insertion.
fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A feed of these keys, all if there are none, and its watch.
pub(crate) fn feed(keys: impl IntoIterator<Item = String>) -> (Feed, Watch) {
    let inner = Arc::new(Mutex::new(Inner {
        keys: keys.into_iter().collect(),
        ..Inner::default()
    }));
    let watch = Watch {
        inner: inner.clone(),
        source: None,
    };
    (Feed(inner), watch)
}

impl Watch {
    /// Ends the task that feeds it when it is dropped.
    pub(crate) fn fed_by(mut self, source: AbortHandle) -> Self {
        self.source = Some(source);
        self
    }
}

impl Feed {
    /// Values as they are now: the charger is there.
    pub(crate) fn tell(&self, values: impl IntoIterator<Item = (String, JsonText)>) {
        let mut inner = lock(&self.0);
        inner.is_away = false;
        for (name, now) in values {
            inner.tell(name, now);
        }
        inner.wake();
    }

    /// The charger is away; told once until it is there again.
    pub(crate) fn away(&self, error: &Error) {
        let mut inner = lock(&self.0);
        if !inner.is_away {
            inner.is_away = true;
            inner.error = Some(error.clone());
            inner.wake();
        }
    }

    /// There will be no more.
    pub(crate) fn end(&self, error: &Error) {
        let mut inner = lock(&self.0);
        inner.error = Some(error.clone());
        inner.is_over = true;
        inner.wake();
    }

    /// Returns whether nobody listens any more.
    pub(crate) fn is_over(&self) -> bool {
        lock(&self.0).is_over
    }
}

impl Inner {
    fn tell(&mut self, name: String, now: JsonText) {
        if !self.keys.is_empty() && !self.keys.contains(&name) {
            return;
        }
        if self.known.len() >= KEYS_MAX && !self.known.contains_key(&name) {
            return;
        }
        let before = self.known.insert(name.clone(), now.clone());
        if before.as_ref() == Some(&now) {
            return;
        }
        match self.changed.iter().position(|(known, _)| *known == name) {
            None => self.changed.push_back((name, before)),
            // It is again what it was when it was last told.
            Some(at) if self.changed[at].1.as_ref() == Some(&now) => {
                self.changed.remove(at);
            }
            Some(_) => {}
        }
    }

    /// What was before an error comes before it.
    fn take(&mut self) -> Option<Result<Change, Error>> {
        if let Some((name, before)) = self.changed.pop_front() {
            let now = self.known.get(&name).cloned()?;
            return Some(Ok(Change { name, before, now }));
        }
        self.error.take().map(Err)
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> JsonText {
        JsonText::new(text).expect("JSON")
    }

    fn tell(feed: &Feed, values: &[(&str, &str)]) {
        feed.tell(
            values
                .iter()
                .map(|(name, now)| ((*name).to_owned(), json(now))),
        );
    }

    /// All that waits, as text.
    fn told(watch: &Watch) -> Vec<String> {
        let taken = std::iter::from_fn(|| lock(&watch.inner).take());
        taken
            .map(|next| match next {
                Ok(Change { name, before, now }) => match before {
                    Some(before) => format!("{name} {before}->{now}"),
                    None => format!("{name} {now}"),
                },
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn changes_are_merged_until_they_are_taken() {
        let (feed, watch) = feed([]);
        tell(&feed, &[("amp", "16"), ("car", "1")]);
        assert_eq!(told(&watch), ["amp 16", "car 1"]);
        tell(&feed, &[("amp", "16")]);
        assert!(told(&watch).is_empty());
        tell(&feed, &[("amp", "6"), ("car", "2")]);
        tell(&feed, &[("amp", "10")]);
        assert_eq!(told(&watch), ["amp 16->10", "car 1->2"]);
        tell(&feed, &[("amp", "6")]);
        tell(&feed, &[("amp", "10")]);
        assert!(told(&watch).is_empty());
    }

    #[test]
    fn only_what_was_asked_for_is_told() {
        let (feed, watch) = feed(["amp".to_owned()]);
        tell(&feed, &[("car", "1"), ("amp", "16")]);
        assert_eq!(told(&watch), ["amp 16"]);
    }

    #[test]
    fn memory_is_bounded() {
        let (feed, watch) = feed([]);
        for key in 0..2 * KEYS_MAX {
            tell(&feed, &[(&key.to_string(), "1")]);
        }
        assert_eq!(told(&watch).len(), KEYS_MAX);
        tell(&feed, &[("0", "2"), ("x", "1")]);
        assert_eq!(told(&watch), ["0 1->2"]);
    }

    #[test]
    fn an_absence_is_told_once_and_then_what_changed() {
        let (feed, watch) = feed([]);
        let error = Error::Protocol {
            address: "a".into(),
            what: "b".into(),
        };
        tell(&feed, &[("amp", "16")]);
        feed.away(&error);
        feed.away(&error);
        assert_eq!(told(&watch), ["amp 16".to_owned(), error.to_string()]);
        feed.away(&error);
        assert!(told(&watch).is_empty());
        tell(&feed, &[("amp", "6")]);
        assert_eq!(told(&watch), ["amp 16->6"]);
        feed.away(&error);
        assert_eq!(told(&watch), [error.to_string()]);
    }

    #[tokio::test]
    async fn an_end_is_told_and_then_nothing() {
        let (feed, mut watch) = feed([]);
        let error = Error::Protocol {
            address: "a".into(),
            what: "b".into(),
        };
        feed.end(&error);
        assert_eq!(watch.next().await, Some(Err(error)));
        assert_eq!(watch.next().await, None);
        assert!(feed.is_over());
    }
}
