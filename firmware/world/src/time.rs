//! Virtual time: it stands still while anything can be done, and then jumps to the next
//! moment that somebody waits for. Nothing here knows the time of the computer.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::{Poll, Waker};

use goe_device::clock::Clock;

/// The time of a world, and who waits for a moment of it.
#[derive(Debug, Default)]
struct Time {
    now_ms: Cell<u64>,
    /// By moment, and in the order in which they came.
    waiting: RefCell<BTreeMap<(u64, u64), Waker>>,
    last: Cell<u64>,
}

/// The clock of everything in a world.
#[derive(Clone, Copy, Debug)]
pub struct VirtualClock(&'static Time);

impl VirtualClock {
    /// A new time, at zero.
    ///
    /// Clocks are copied into every task, so that the time stays for as long as the process
    /// does: a hundred bytes a world.
    pub(crate) fn new() -> Self {
        VirtualClock(Box::leak(Box::default()))
    }

    /// The next moment that somebody waits for.
    pub(crate) fn next(self) -> Option<u64> {
        let waiting = self.0.waiting.borrow();
        waiting.first_key_value().map(|(&(at_ms, _), _)| at_ms)
    }

    /// It is that moment now: whoever waited for it, or for one before, is woken.
    pub(crate) fn advance(self, to_ms: u64) {
        self.0.now_ms.set(self.0.now_ms.get().max(to_ms));
        loop {
            let mut waiting = self.0.waiting.borrow_mut();
            match waiting.first_entry() {
                Some(first) if first.key().0 <= to_ms => {
                    let waker = first.remove();
                    drop(waiting);
                    waker.wake();
                }
                _ => return,
            }
        }
    }

    /// Wakes at a moment; how the wish is withdrawn.
    pub(crate) fn wake_at(self, at_ms: u64, waker: &Waker) -> Wish {
        let number = self.0.last.get() + 1;
        self.0.last.set(number);
        let key = (at_ms, number);
        self.0.waiting.borrow_mut().insert(key, waker.clone());
        Wish { time: self.0, key }
    }
}

/// A wish to be woken, which ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Wish {
    time: &'static Time,
    key: (u64, u64),
}

impl Drop for Wish {
    fn drop(&mut self) {
        self.time.waiting.borrow_mut().remove(&self.key);
    }
}

impl Clock for VirtualClock {
    fn now_ms(self) -> u64 {
        self.0.now_ms.get()
    }

    async fn until(self, at_ms: u64) {
        let mut wish = None;
        poll_fn(|cx| {
            if self.now_ms() >= at_ms {
                return Poll::Ready(());
            }
            wish = Some(self.wake_at(at_ms, cx.waker()));
            Poll::Pending
        })
        .await;
        drop(wish);
    }
}
