//! The signal to stop, as something that can be waited for at many places.

use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

/// A future that may be polled again after it was ready. It is held as a trait
/// object, so that what waits for it exists once in the image.
pub(super) struct Stop<'s> {
    future: RefCell<Pin<&'s mut dyn Future<Output = ()>>>,
    requested: Cell<bool>,
}

impl<'s> Stop<'s> {
    pub(super) fn new(future: Pin<&'s mut dyn Future<Output = ()>>) -> Self {
        Self {
            future: RefCell::new(future),
            requested: Cell::new(false),
        }
    }

    /// Returns whether some [`Stop::wait`] has ended.
    pub(super) fn is_requested(&self) -> bool {
        self.requested.get()
    }

    /// Waits for the signal; at once when it was given before. Only one wait
    /// at a time is woken, and there is never a second one.
    pub(super) async fn wait(&self) {
        poll_fn(|context| {
            if !self.requested.get() {
                let ready = self.future.borrow_mut().as_mut().poll(context).is_ready();
                self.requested.set(ready);
            }
            if self.requested.get() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}
