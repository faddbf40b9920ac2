//! The tasks of a world: which of them can go on, and in which order, follows from what they
//! did before and from nothing else.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::stream::{FuturesUnordered, StreamExt as _};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// A task that is never done at one moment would let time stand still for ever.
const MOST_TURNS: usize = 100_000;

/// All tasks of a world.
pub(crate) struct Tasks {
    running: FuturesUnordered<Task>,
    /// Those that nobody has polled yet.
    begun: RefCell<Vec<Task>>,
    woken: Arc<Flag>,
    waker: Waker,
}

/// Some task can go on.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Tasks {
    pub(crate) fn new() -> Self {
        let woken = Arc::new(Flag(AtomicBool::new(false)));
        Tasks {
            running: FuturesUnordered::new(),
            begun: RefCell::default(),
            waker: Waker::from(woken.clone()),
            woken,
        }
    }

    /// Begins a task.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.begun.borrow_mut().push(Box::pin(task));
    }

    /// Lets all tasks go on until each waits for something; `false` when they do not come
    /// to an end.
    pub(crate) fn run(&mut self) -> bool {
        for _ in 0..MOST_TURNS {
            self.running.extend(self.begun.take());
            self.woken.0.store(false, Ordering::Relaxed);
            let mut context = Context::from_waker(&self.waker);
            let is_done = match self.running.poll_next_unpin(&mut context) {
                Poll::Ready(Some(())) => false,
                Poll::Ready(None) => true,
                Poll::Pending => !self.woken.0.load(Ordering::Relaxed),
            };
            if is_done && self.begun.borrow().is_empty() {
                return true;
            }
        }
        false
    }
}
