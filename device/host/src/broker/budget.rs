//! How many bytes are held, whoever holds them: each part that grows with what
//! clients send has a [`Charge`], which counts until it is dropped.

use std::cell::Cell;
use std::rc::Rc;

/// The count of all bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget(Rc<Cell<usize>>);

/// A part of the count.
#[derive(Debug)]
pub(super) struct Charge {
    budget: Budget,
    bytes: usize,
}

impl Budget {
    pub(super) fn bytes(&self) -> usize {
        self.0.get()
    }

    pub(super) fn charge(&self, bytes: usize) -> Charge {
        let mut charge = Charge {
            budget: self.clone(),
            bytes: 0,
        };
        charge.set(bytes);
        charge
    }
}

impl Charge {
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts so many bytes from now on.
    pub(super) fn set(&mut self, bytes: usize) {
        let others = self.budget.bytes() - self.bytes;
        self.bytes = bytes;
        self.budget.0.set(others + bytes);
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.set(0);
    }
}
