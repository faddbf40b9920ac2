//! A fixed number of connections, and who gives way when all are taken.
//!
//! A client that opens a connection and sends half a request, or nothing,
//! would hold it until a timeout; a handful of them would shut out everybody.
//! So when all slots are taken and another client comes, the connection that
//! has waited longest for its client ends at once: first of those between two
//! requests, who lose nothing, then of those within one, then of those whose
//! client takes nothing of its answer. When all are busy it is the one that has
//! been served longest, so that a client with request after request does not
//! shut out others either.
//!
//! An answer that goes on for as long as its client stays, a stream, and a WebSocket
//! give way to nobody; so there are slots of their own for each of the two, and all others
//! are kept for requests.

use core::cell::Cell;
use core::future::Future;

use embassy_futures::select::select;
use goe_runtime::device::Bell;

use crate::clock::Clock;

/// Time that a client may leave its connection without a step forward before
/// it has to give way to others, in milliseconds.
pub const PATIENCE_MS: u64 = 100;

/// A connection that lasts for as long as its client stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// An answer that goes on.
    Stream,
    /// A WebSocket.
    Socket,
}

/// The step that a connection is at, since when in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Free,
    /// Between two requests, or before the first.
    Idle(u64),
    /// A request has begun to come in and waits for its turn; others were
    /// answered since then.
    Queued(Option<u64>),
    /// Within a request.
    Reading(u64),
    /// Being answered; the client took something then.
    Answering(u64),
    /// It lasts.
    Lasting(Lasting),
}

impl Step {
    /// Returns the rank in giving way: the lowest goes first, and of those the
    /// earliest. One that has just come is the last, or a crowd would push it out
    /// before its request is here.
    fn rank(self, now_ms: u64) -> Option<(bool, u8, u64)> {
        let (kind, since) = match self {
            Step::Free | Step::Queued(None) | Step::Lasting(_) => return None,
            Step::Queued(Some(since)) => (3, since),
            Step::Idle(since) => (0, since),
            Step::Reading(since) => (1, since),
            Step::Answering(since) => (2, since),
        };
        let is_fresh = now_ms - since < PATIENCE_MS;
        // A connection whose client is taking its answer is left alone.
        (kind < 2 || !is_fresh).then_some((is_fresh, kind, since))
    }
}

/// What a client is waited for, since when in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// A request.
    Request(u64),
    /// The rest of one.
    Rest(u64),
}

/// The step of one connection, and the wish that it end.
struct Phase {
    step: Cell<Step>,
    /// When its first request was answered.
    served: Cell<Option<u64>>,
    end: Bell,
}

impl Phase {
    const fn new() -> Self {
        Phase {
            step: Cell::new(Step::Free),
            served: Cell::new(None),
            end: Bell::new(),
        }
    }
}

/// Where a connection tells what it is doing.
#[derive(Clone, Copy)]
pub struct Progress<'s, C> {
    clock: C,
    phase: &'s Phase,
    shared: &'s Shared,
}

/// What all connections have in common.
struct Shared {
    /// A slot is free, or a connection could give way.
    changed: Bell,
    /// So many more may be taken, and which was taken last: there may be thousands to look at.
    free: Cell<usize>,
    last: Cell<usize>,
    /// Slots for streams, and for sockets, that none has.
    streams: Cell<usize>,
    sockets: Cell<usize>,
}

impl Shared {
    fn kept(&self, what: Lasting) -> &Cell<usize> {
        match what {
            Lasting::Stream => &self.streams,
            Lasting::Socket => &self.sockets,
        }
    }

    /// Takes a slot that is free, and not kept for what lasts.
    fn take(&self, phases: &[Phase]) -> Option<usize> {
        let left = self.free.get().checked_sub(1)?;
        if left < self.streams.get() + self.sockets.get() {
            return None;
        }
        // There is one.
        let mut index = self.last.get();
        while !matches!(phases.get(index)?.step.get(), Step::Free) {
            index = (index + 1) % phases.len();
        }
        self.free.set(left);
        self.last.set(index);
        Some(index)
    }
}

impl<'s, C: Clock> Progress<'s, C> {
    /// The clock by which it is served.
    pub fn clock(&self) -> C {
        self.clock
    }

    /// A request has begun to come in, and waits until there is memory for it.
    pub fn queued(&self) {
        self.phase.step.set(Step::Queued(self.phase.served.get()));
    }

    /// Its turn has come; more room for the same request is no new one.
    pub(crate) fn begins(&self) {
        if !matches!(self.phase.step.get(), Step::Reading(_)) {
            self.phase.step.set(Step::Reading(self.clock.now_ms()));
            self.shared.changed.ring();
        }
    }

    /// Bytes of a request came in; `true` when they are its first.
    pub(crate) fn reading(&self) -> bool {
        let first = self.is_idle();
        if first {
            self.begins();
        }
        first
    }

    /// The request is complete, or the client has taken some of the answer.
    pub(crate) fn answering(&self) {
        if !self.is_lasting() {
            self.phase.step.set(Step::Answering(self.clock.now_ms()));
        }
    }

    /// The connection lasts from here on, to its end; `false` when there are as many as
    /// there may be.
    pub(crate) fn lasts(&self, what: Lasting) -> bool {
        let kept = self.shared.kept(what);
        let Some(others) = kept.get().checked_sub(1) else {
            return false;
        };
        kept.set(others);
        self.phase.step.set(Step::Lasting(what));
        self.shared.changed.ring();
        true
    }

    /// Returns whether it lasts.
    pub fn is_lasting(&self) -> bool {
        matches!(self.phase.step.get(), Step::Lasting(_))
    }

    /// Returns whether the client is waited for.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.phase.step.get(), Step::Idle(_))
    }

    /// What the client is waited for, if it is for something to come.
    pub(crate) fn waits_since(&self) -> Option<Waiting> {
        match self.phase.step.get() {
            Step::Idle(since) => Some(Waiting::Request(since)),
            Step::Reading(since) => Some(Waiting::Rest(since)),
            Step::Free | Step::Queued(_) | Step::Answering(_) | Step::Lasting(_) => None,
        }
    }

    /// The answer is out.
    pub(crate) fn idle(&self) {
        // What lasted is over, and with it the connection.
        if self.is_lasting() {
            return;
        }
        let now_ms = self.clock.now_ms();
        self.phase.step.set(Step::Idle(now_ms));
        self.phase
            .served
            .set(self.phase.served.get().or(Some(now_ms)));
        self.shared.changed.ring();
    }

    /// Ready when the connection shall end, and not before.
    pub fn gives_way(&self) -> impl Future<Output = ()> + use<'s, C> {
        let (phase, clock) = (self.phase, self.clock);
        async move {
            loop {
                phase.end.wait().await;
                // It may have gone on since it was chosen; whoever chose it
                // chooses again.
                if phase.step.get().rank(clock.now_ms()).is_some() {
                    return;
                }
            }
        }
    }
}

/// The connections that can be served at the same time.
pub struct Slots<C, const N: usize> {
    clock: C,
    phases: [Phase; N],
    shared: Shared,
}

/// A taken slot; dropping it frees it.
pub struct Slot<'s, C, const N: usize> {
    slots: &'s Slots<C, N>,
    index: usize,
}

impl<C: Clock, const N: usize> Slots<C, N> {
    /// All free, and all for requests.
    pub const fn new(clock: C) -> Self {
        Slots::keeping(clock, 0, 0)
    }

    /// All free, so many of them kept for streams and for sockets.
    pub const fn keeping(clock: C, streams: usize, sockets: usize) -> Self {
        Slots {
            clock,
            phases: [const { Phase::new() }; N],
            shared: Shared {
                changed: Bell::new(),
                free: Cell::new(N),
                last: Cell::new(0),
                streams: Cell::new(streams),
                sockets: Cell::new(sockets),
            },
        }
    }

    /// Of which so many at most are taken at the same time; more than are kept for what lasts.
    pub fn at_most(self, many: usize) -> Self {
        self.shared.free.set(many.min(N));
        self
    }

    /// Takes a slot, from a waiting connection if need be. One task calls
    /// this, for one client after the other.
    pub async fn claim(&self) -> Slot<'_, C, N> {
        loop {
            self.shared.changed.reset();
            if let Some(index) = self.shared.take(&self.phases) {
                let phase = &self.phases[index];
                phase.end.reset();
                phase.served.set(None);
                phase.step.set(Step::Idle(self.clock.now_ms()));
                return Slot { slots: self, index };
            }
            hurry(&self.phases, self.clock.now_ms(), &|_| true);
            // Nobody tells that a client takes nothing of its answer.
            select(
                self.shared.changed.wait(),
                self.clock.after(PATIENCE_MS / 4),
            )
            .await;
        }
    }

    /// Ends the connection that has kept a request's memory longest without a
    /// step forward. For boards where fewer are answered at once than connected.
    pub fn hurry(&self) {
        let now_ms = self.clock.now_ms();
        let keeps = |step| match step {
            Step::Reading(since) | Step::Answering(since) => now_ms - since >= PATIENCE_MS,
            Step::Free | Step::Idle(_) | Step::Queued(_) | Step::Lasting(_) => false,
        };
        hurry(&self.phases, now_ms, &keeps);
    }
}

/// Ends the connection of these that has waited longest. It knows no number of slots, so that
/// servers share it.
fn hurry(phases: &[Phase], now_ms: u64, of: &dyn Fn(Step) -> bool) {
    let longest = phases
        .iter()
        .filter(|phase| of(phase.step.get()))
        .filter_map(|phase| Some((phase.step.get().rank(now_ms)?, phase)))
        .min_by_key(|&(rank, _)| rank);
    if let Some((_, waiting)) = longest {
        waiting.end.ring();
    }
}

impl<'s, C: Clock, const N: usize> Slot<'s, C, N> {
    /// Its number, below `N`.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Where its connection tells what it is doing.
    pub fn progress(&self) -> Progress<'s, C> {
        Progress {
            clock: self.slots.clock,
            phase: &self.slots.phases[self.index],
            shared: &self.slots.shared,
        }
    }
}

impl<C, const N: usize> Drop for Slot<'_, C, N> {
    fn drop(&mut self) {
        let before = self.slots.phases[self.index].step.replace(Step::Free);
        let shared = &self.slots.shared;
        if let Step::Lasting(what) = before {
            let kept = shared.kept(what);
            kept.set(kept.get() + 1);
        }
        shared.free.set(shared.free.get() + 1);
        shared.changed.ring();
    }
}

#[cfg(test)]
mod tests {
    use core::future::pending;
    use core::task::Poll;

    use embassy_futures::poll_once;

    use super::*;

    /// Time does not pass.
    #[derive(Clone, Copy)]
    struct Stopped;

    impl Clock for Stopped {
        fn now_ms(self) -> u64 {
            0
        }

        async fn until(self, _: u64) {
            pending().await
        }
    }

    fn claim<const N: usize>(slots: &Slots<Stopped, N>) -> Option<Slot<'_, Stopped, N>> {
        match poll_once(slots.claim()) {
            Poll::Ready(slot) => Some(slot),
            Poll::Pending => None,
        }
    }

    #[test]
    fn all_slots_are_taken_and_freed_in_any_order() {
        let slots = Slots::<_, 3>::new(Stopped);
        let mut taken = std::vec::Vec::new();
        for freed in [0, 2, 1, 1, 0, 0] {
            while let Some(slot) = claim(&slots) {
                taken.push(slot);
            }
            let mut all = taken.iter().map(Slot::index).collect::<std::vec::Vec<_>>();
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2], "each is taken once");
            drop(taken.remove(freed));
        }
    }

    #[test]
    fn there_may_be_fewer_than_there_is_room_for() {
        let slots = Slots::<_, 4>::keeping(Stopped, 1, 0).at_most(3);
        let first = claim(&slots).expect("free");
        let second = claim(&slots).expect("free");
        assert!(claim(&slots).is_none(), "the third is kept for a stream");
        assert!(first.progress().lasts(Lasting::Stream));
        let third = claim(&slots).expect("a stream has its own");
        assert!(claim(&slots).is_none());
        drop(second);
        let second = claim(&slots).expect("free again");
        assert!(claim(&slots).is_none());
        drop((first, second, third));
        assert_eq!(slots.shared.free.get(), 3);
    }

    #[test]
    fn what_lasts_and_requests_take_nothing_from_each_other() {
        let slots = Slots::<_, 4>::keeping(Stopped, 1, 1);
        let (first, second) = (claim(&slots).expect("free"), claim(&slots).expect("free"));
        assert!(
            claim(&slots).is_none(),
            "the others are kept for a stream and a socket"
        );
        assert!(first.progress().lasts(Lasting::Stream));
        assert!(
            !second.progress().lasts(Lasting::Stream),
            "there is one already"
        );
        assert!(
            second.progress().lasts(Lasting::Socket),
            "that is another kind"
        );
        drop(second);
        let _second = claim(&slots).expect("it was a socket's, and before that a request's");
        let third = claim(&slots).expect("there is room again for a request");
        assert!(claim(&slots).is_none());
        // Its stream ends with an error, as all do.
        first.progress().answering();
        first.progress().idle();
        drop(first);
        assert!(
            third.progress().lasts(Lasting::Stream),
            "the place of the stream is free"
        );
    }
}
