//! A broker in the world: the one of the virtual charger, over connections of the world.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use embassy_futures::select::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use goe_device::clock::Clock;
use goe_host::broker::{ConnectionId, Core, Limits};

use crate::net::{Net, Port, Stream};
use crate::time::{VirtualClock, Wish};

/// What all connections share.
pub(crate) struct Broker {
    clock: VirtualClock,
    core: RefCell<Core>,
    waiting: RefCell<BTreeMap<ConnectionId, Waker>>,
}

impl Broker {
    pub(crate) fn new(clock: VirtualClock) -> Rc<Self> {
        Rc::new(Broker {
            clock,
            core: RefCell::new(Core::new(Limits::default(), None)),
            waiting: RefCell::default(),
        })
    }

    /// Calls `take` with every retained message.
    pub(crate) fn retained(&self, mut take: impl FnMut(&str, &[u8])) {
        for (topic, payload) in self.core.borrow().retained() {
            take(topic, payload);
        }
    }

    /// Serves whoever connects, for ever.
    pub(crate) async fn serve(self: Rc<Self>, net: Net) {
        let listening = net.listen(Port::Mqtt);
        let mut seats = FuturesUnordered::new();
        loop {
            let next_end = async {
                match seats.next().await {
                    Some(()) => {}
                    None => std::future::pending().await,
                }
            };
            if let Either::First(stream) = select(listening.accept(), next_end).await {
                seats.push(Seat::new(self.clone()).serve(stream));
            }
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Core) -> T) -> T {
        let mut core = self.core.borrow_mut();
        let result = act(&mut core);
        while let Some(id) = core.woken() {
            if let Some(waker) = self.waiting.borrow_mut().remove(&id) {
                waker.wake();
            }
        }
        result
    }
}

/// A connection's place in the core, which it leaves in whatever way it ends.
struct Seat {
    broker: Rc<Broker>,
    id: ConnectionId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.broker.waiting.borrow_mut().remove(&self.id);
        self.broker.with(|core| core.closed(self.id));
    }
}

impl Seat {
    fn new(broker: Rc<Broker>) -> Self {
        let now_ms = broker.clock.now_ms();
        let id = broker.with(|core| core.connected(now_ms));
        Seat { broker, id }
    }

    async fn serve(self, stream: Stream) {
        let mut out = Vec::new();
        let mut wish = None;
        poll_fn(|cx| self.poll(cx, &stream, &mut out, &mut wish)).await;
    }

    /// Ready when the connection is over.
    fn poll(
        &self,
        cx: &mut Context<'_>,
        stream: &Stream,
        out: &mut Vec<u8>,
        wish: &mut Option<Wish>,
    ) -> Poll<()> {
        let Broker { clock, waiting, .. } = &*self.broker;
        loop {
            let now_ms = clock.now_ms();
            let (may_read, is_busy, deadline_ms) = self.broker.with(|core| {
                core.tick(self.id, now_ms);
                if out.is_empty() {
                    core.pull(self.id, out);
                }
                if core.is_busy(self.id) {
                    core.work(self.id);
                }
                (
                    core.may_read(self.id),
                    core.is_busy(self.id),
                    core.deadline_ms(self.id),
                )
            });
            let mut goes_on = is_busy;
            if !out.is_empty() {
                match stream.poll_write(cx, out) {
                    Poll::Ready(Ok(length)) => {
                        out.drain(..length);
                        goes_on = true;
                    }
                    Poll::Ready(Err(_)) => return Poll::Ready(()),
                    Poll::Pending => {}
                }
            }
            if self.broker.with(|core| core.is_closing(self.id)) && out.is_empty() {
                return Poll::Ready(());
            }
            if may_read {
                let mut bytes = [0; 4096];
                match stream.poll_read(cx, &mut bytes) {
                    Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(()),
                    Poll::Ready(Ok(length)) => {
                        let bytes = bytes.get(..length).unwrap_or_default();
                        self.broker
                            .with(|core| core.receive(self.id, bytes, now_ms));
                        goes_on = true;
                    }
                    Poll::Pending => {}
                }
            }
            if !goes_on {
                *wish = deadline_ms.map(|at_ms| clock.wake_at(at_ms.max(now_ms + 1), cx.waker()));
                waiting.borrow_mut().insert(self.id, cx.waker().clone());
                return Poll::Pending;
            }
        }
    }
}
