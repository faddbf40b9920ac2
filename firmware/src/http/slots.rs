//! A fixed number of connections, and who gives way when all are taken.
//!
//! A client that opens a connection and sends half a request, or nothing,
//! would hold it until a timeout; a handful of them would shut out everybody.
//! So when all slots are taken and another client comes, the connection that
//! has waited longest for its client ends at once: first of those between two
//! requests, who lose nothing, else of those within one. A connection whose
//! answer is being sent is left alone; sending has its own, short timeout.

use core::cell::Cell;
use core::future::Future;

use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::signal::Signal;
use embassy_time::Instant;

/// What a connection is doing, since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Free,
    /// Between two requests, or before the first.
    Idle(Instant),
    /// Within a request.
    Reading(Instant),
    Answering,
}

/// What one connection is doing, and the wish that it end.
struct Phase {
    step: Cell<Step>,
    end: Signal<NoopRawMutex, ()>,
}

impl Phase {
    const fn new() -> Self {
        Phase {
            step: Cell::new(Step::Free),
            end: Signal::new(),
        }
    }
}

/// Where a connection tells what it is doing.
#[derive(Clone, Copy)]
pub(super) struct Progress<'s> {
    phase: &'s Phase,
    changed: &'s Signal<NoopRawMutex, ()>,
}

impl Progress<'_> {
    /// Bytes of a request came in; `true` when they are its first.
    pub(super) fn reading(&self) -> bool {
        let first = matches!(self.phase.step.get(), Step::Idle(_));
        if first {
            self.phase.step.set(Step::Reading(Instant::now()));
        }
        first
    }

    /// The request is complete.
    pub(super) fn answering(&self) {
        self.phase.step.set(Step::Answering);
    }

    /// The answer is out.
    pub(super) fn idle(&self) {
        self.phase.step.set(Step::Idle(Instant::now()));
        self.changed.signal(());
    }
}

/// The connections that can be served at the same time.
pub struct Slots<const N: usize> {
    phases: [Phase; N],
    /// A slot is free, or a connection could give way.
    changed: Signal<NoopRawMutex, ()>,
}

/// A taken slot; dropping it frees it.
pub struct Slot<'s, const N: usize> {
    slots: &'s Slots<N>,
    index: usize,
}

impl<const N: usize> Default for Slots<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Slots<N> {
    /// All free.
    pub const fn new() -> Self {
        Slots {
            phases: [const { Phase::new() }; N],
            changed: Signal::new(),
        }
    }

    /// Takes a slot, from a waiting connection if need be. One task calls
    /// this, for one client after the other.
    pub async fn claim(&self) -> Slot<'_, N> {
        loop {
            self.changed.reset();
            if let Some(index) = self.free() {
                let phase = &self.phases[index];
                phase.end.reset();
                phase.step.set(Step::Idle(Instant::now()));
                return Slot { slots: self, index };
            }
            if let Some(waiting) = self.longest_waiting() {
                waiting.end.signal(());
            }
            self.changed.wait().await;
        }
    }

    fn free(&self) -> Option<usize> {
        self.phases
            .iter()
            .position(|phase| phase.step.get() == Step::Free)
    }

    fn longest_waiting(&self) -> Option<&Phase> {
        self.phases
            .iter()
            .filter_map(|phase| match phase.step.get() {
                Step::Idle(since) => Some((0, since, phase)),
                Step::Reading(since) => Some((1, since, phase)),
                Step::Free | Step::Answering => None,
            })
            .min_by_key(|&(rank, since, _)| (rank, since))
            .map(|(_, _, phase)| phase)
    }
}

impl<'s, const N: usize> Slot<'s, N> {
    /// Its number, below `N`: which of the board's buffers are its own.
    pub fn index(&self) -> usize {
        self.index
    }

    pub(super) fn progress(&self) -> Progress<'s> {
        Progress {
            phase: &self.slots.phases[self.index],
            changed: &self.slots.changed,
        }
    }

    /// Ready when the connection shall end, and not before.
    pub(super) fn gives_way(&self) -> impl Future<Output = ()> + 's {
        let phase = self.progress().phase;
        async move {
            loop {
                phase.end.wait().await;
                // It may have got a whole request since it was chosen; whoever
                // chose it hears of it when the answer is out.
                if phase.step.get() != Step::Answering {
                    return;
                }
            }
        }
    }
}

impl<const N: usize> Drop for Slot<'_, N> {
    fn drop(&mut self) {
        self.slots.phases[self.index].step.set(Step::Free);
        self.slots.changed.signal(());
    }
}
