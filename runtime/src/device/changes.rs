//! Signals by which one task hears of what another has changed, on one thread.

use core::cell::Cell;
use core::future::poll_fn;
use core::task::{Poll, Waker};

use crate::key_set::{KeyIndex, Keys};

/// A signal without a value, for one task that waits.
#[derive(Default)]
pub struct Bell(Cell<State>);

/// The state of a bell.
#[derive(Default)]
enum State {
    #[default]
    Quiet,
    Rung,
    Awaited(Waker),
}

impl Bell {
    /// A bell that was not rung.
    pub const fn new() -> Self {
        Bell(Cell::new(State::Quiet))
    }

    /// Wakes the task that waits, or lets the next wait end at once.
    pub fn ring(&self) {
        if let State::Awaited(waker) = self.0.replace(State::Rung) {
            waker.wake();
        }
    }

    /// Forgets that it was rung.
    pub fn reset(&self) {
        self.0.set(State::Quiet);
    }

    /// Waits until it is rung; at once when it was. The wait may be dropped and
    /// begun again at any time; only the last that began is woken.
    pub async fn wait(&self) {
        poll_fn(|context| {
            if let State::Rung = self.0.take() {
                return Poll::Ready(());
            }
            self.0.set(State::Awaited(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

/// The keys whose change one consumer has not dealt with. The device adds keys,
/// and the consumer takes them; what changes twice in between is given once.
#[derive(Default)]
pub struct Feed<K> {
    keys: Cell<K>,
    bell: Bell,
}

impl<K: Keys> Feed<K> {
    /// A feed of these keys.
    pub const fn new(keys: K) -> Self {
        Feed {
            keys: Cell::new(keys),
            bell: Bell::new(),
        }
    }

    fn with<R>(&self, act: impl FnOnce(&mut K) -> R) -> R {
        let mut keys = self.keys.take();
        let result = act(&mut keys);
        self.keys.set(keys);
        result
    }

    /// Adds keys.
    pub fn add(&self, keys: &K) {
        if !keys.is_empty() {
            self.with(|all| all.extend(keys));
            self.bell.ring();
        }
    }

    /// Adds one key: one that has changed, or one that was taken in vain.
    pub fn insert(&self, key: KeyIndex) {
        self.with(|all| all.insert(key));
        self.bell.ring();
    }

    /// Takes the first key, if there is one.
    pub fn take(&self) -> Option<KeyIndex> {
        self.with(|all| {
            let key = all.next(0)?;
            all.remove(key);
            Some(key)
        })
    }

    /// Returns whether there is no key to take.
    pub fn is_empty(&self) -> bool {
        self.with(|all| all.is_empty())
    }

    /// Wakes the consumer for another reason than a key.
    pub fn ring(&self) {
        self.bell.ring();
    }

    /// Waits until keys were added, or [`ring`](Self::ring) was called, since
    /// the last wait.
    pub async fn wait(&self) {
        self.bell.wait().await;
    }

    /// Waits until there is a key to take; at once when there is.
    pub async fn any(&self) {
        while self.is_empty() {
            self.bell.wait().await;
        }
    }
}

/// A feed that is one of several of a device, and only filled while somebody has it.
pub struct Watch<K: 'static> {
    feed: Feed<K>,
    is_open: Cell<bool>,
    next: Cell<Option<&'static Watch<K>>>,
}

impl<K: Keys> Default for Watch<K> {
    fn default() -> Self {
        Watch {
            feed: Feed::default(),
            is_open: Cell::new(false),
            next: Cell::new(None),
        }
    }
}

impl<K: Keys> Watch<K> {
    /// Nobody has it; `none` is no key.
    pub const fn new(none: K) -> Self {
        Watch {
            feed: Feed::new(none),
            is_open: Cell::new(false),
            next: Cell::new(None),
        }
    }

    /// Adds keys to its feed, if somebody has it.
    pub fn tell(&self, keys: &K) {
        if self.is_open.get() {
            self.feed.add(keys);
        }
    }

    /// Its feed, with nothing in it and to be filled from now on, unless somebody has it.
    pub fn open(&self) -> Option<Opened<'_, K>> {
        if self.is_open.replace(true) {
            return None;
        }
        self.feed.keys.take();
        self.feed.bell.reset();
        Some(Opened(self))
    }
}

/// A watch that somebody has; dropping it gives it back.
pub struct Opened<'w, K: 'static>(&'w Watch<K>);

impl<K> core::ops::Deref for Opened<'_, K> {
    type Target = Feed<K>;

    fn deref(&self) -> &Feed<K> {
        &self.0.feed
    }
}

impl<K> Drop for Opened<'_, K> {
    fn drop(&mut self) {
        self.0.is_open.set(false);
    }
}

/// All watches of a device, as a list that goes through them.
pub(super) struct Watches<K: 'static>(Cell<Option<&'static Watch<K>>>);

impl<K> Default for Watches<K> {
    fn default() -> Self {
        Watches(Cell::new(None))
    }
}

impl<K: Keys> Watches<K> {
    /// One more, which was never in a list.
    pub(super) fn join(&self, watch: &'static Watch<K>) {
        watch.next.set(self.0.replace(Some(watch)));
    }

    fn all(&self) -> impl Iterator<Item = &'static Watch<K>> {
        core::iter::successors(self.0.get(), |watch| watch.next.get())
    }

    pub(super) fn add(&self, keys: &K) {
        self.all().for_each(|watch| watch.tell(keys));
    }

    pub(super) fn ring(&self) {
        self.all().for_each(|watch| watch.feed.ring());
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Context;

    use super::*;
    use crate::key_set::KeySet;

    fn is_ready(future: impl Future<Output = ()>) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        pin!(future).poll(&mut context).is_ready()
    }

    #[test]
    fn a_ring_is_heard_once() {
        let bell = Bell::new();
        assert!(!is_ready(bell.wait()));
        bell.ring();
        assert!(is_ready(bell.wait()));
        assert!(!is_ready(bell.wait()));
        bell.ring();
        bell.reset();
        assert!(!is_ready(bell.wait()));
    }

    #[test]
    fn keys_are_taken_once_and_in_order() {
        let feed = Feed::new(KeySet::<1>::EMPTY);
        assert!(!is_ready(feed.any()));
        feed.add(&[KeyIndex(7), KeyIndex(3)].into_iter().collect());
        feed.insert(KeyIndex(7));
        assert!(is_ready(feed.any()) && is_ready(feed.any()));
        assert_eq!(feed.take(), Some(KeyIndex(3)));
        assert_eq!(feed.take(), Some(KeyIndex(7)));
        assert_eq!(feed.take(), None);
        feed.add(&KeySet::EMPTY);
        assert!(!is_ready(feed.any()));
    }

    #[test]
    fn a_watch_hears_what_happens_while_somebody_has_it() {
        let watch = || &*std::boxed::Box::leak(std::boxed::Box::<Watch<KeySet<1>>>::default());
        let (first, second) = (watch(), watch());
        let watches = Watches::default();
        watches.join(first);
        watches.join(second);
        let keys = |key| [KeyIndex(key)].into_iter().collect();
        watches.add(&keys(1));
        let [one, other] = [first, second].map(|watch| watch.open().expect("nobody has it"));
        assert!(first.open().is_none());
        watches.add(&keys(2));
        assert_eq!(
            (one.take(), other.take()),
            (Some(KeyIndex(2)), Some(KeyIndex(2)))
        );
        watches.add(&keys(3));
        drop(one);
        watches.add(&keys(4));
        let again = first.open().expect("it was given back");
        assert!(!is_ready(again.wait()) && again.take().is_none());
        assert_eq!(
            (other.take(), other.take()),
            (Some(KeyIndex(3)), Some(KeyIndex(4)))
        );
    }
}
