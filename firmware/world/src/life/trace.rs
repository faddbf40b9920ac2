//! The trace of a day: a line for everything that happens, and a number that two traces
//! share only if they are the same.

use std::cell::RefCell;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Arguments;
use std::hash::Hasher as _;
use std::io::Write;
use std::rc::Rc;

/// A trace, for all who write it.
#[derive(Clone)]
pub struct Trace(Rc<RefCell<Inner>>);

struct Inner {
    hasher: DefaultHasher,
    out: Option<Box<dyn Write>>,
}

impl Trace {
    /// One that is written to `out`, too.
    pub fn new(out: Option<Box<dyn Write>>) -> Self {
        // It has the same keys in every process.
        let hasher = DefaultHasher::new();
        Trace(Rc::new(RefCell::new(Inner { hasher, out })))
    }

    /// A line.
    pub(crate) fn line(&self, at_ms: u64, what: Arguments<'_>) {
        let line = format!("{:>12.3} {what}\n", at_ms as f64 / 1_000.0);
        let inner = &mut *self.0.borrow_mut();
        inner.hasher.write(line.as_bytes());
        if let Some(out) = &mut inner.out
            && let Err(error) = out.write_all(line.as_bytes())
        {
            eprintln!("the trace ends here: {error}");
            inner.out = None;
        }
    }

    /// Bytes that have no line of their own.
    pub(crate) fn bytes(&self, at_ms: u64, bytes: &[u8]) {
        let inner = &mut *self.0.borrow_mut();
        inner.hasher.write_u64(at_ms);
        inner.hasher.write(bytes);
    }

    /// The number of what was traced so far.
    pub fn number(&self) -> u64 {
        self.0.borrow().hasher.finish()
    }
}
