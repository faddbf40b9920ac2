//! One client on its socket: its conversation, and the time that anything takes.
//!
//! What changes again before a client has taken the last message is told once, so that a
//! slow client costs nobody anything. Whoever says nothing is asked whether it is there, and
//! is gone if it does not answer.

use core::pin::pin;

use embassy_futures::select::{Either, select};
use goe_runtime::device::{Observed, Watch};
use goe_runtime::websocket::Messages;
use picoserve::io::{Read, Write};
use picoserve::response::ws::{SocketRx, SocketTx};

use super::conversation::{Conversation, Phase};
use super::frames::{Event, Frames, Reason, status};
use super::wrong::Wrong;
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::Sockets;

/// Room that a message needs beside the longest entry, in bytes.
pub const ROOM: usize = 128;

/// Time for a client to prove that it knows the password, in milliseconds.
const AUTH_MS: u64 = 10_000;

/// Time until the password is known; a small chip takes half a minute to hash one.
const READY_MS: u64 = 60_000;

/// A client that says nothing for so long is asked whether it is there.
const PING_MS: u64 = 20_000;

/// A client that has said nothing for so long is gone.
const SILENCE_MS: u64 = 50_000;

/// What serves a client: what its [`Hall`](super::Hall) has for all of them.
pub struct Session<'h, K: 'static, E> {
    pub(super) messages: &'static Messages,
    pub(super) entropy: &'h E,
    pub(super) watches: &'h [Watch<K>],
    pub(super) wrong: &'h Wrong,
}

impl<K, E> Clone for Session<'_, K, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, E> Copy for Session<'_, K, E> {}

impl<D: Observed, E: Entropy> Sockets<D> for Session<'_, D::Keys, E> {
    fn are_there(&self) -> bool {
        true
    }

    // An asynchronous function would keep both halves of the connection twice.
    fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        device: &D,
        clock: impl Clock,
        buffer: &mut [u8],
        mut rx: SocketRx<R>,
        mut tx: SocketTx<W>,
    ) -> impl Future<Output = Result<(), W::Error>> {
        let watch = self.watches.iter().find_map(Watch::open);
        let mut conversation = Conversation::new(self.messages);
        async move {
            let mut frames = Frames::default();
            let mut answer = None;
            let mut phase = conversation.phase();
            let (mut since_ms, mut pinged_ms) = (clock.now_ms(), 0);
            let reason: Option<Reason> = 'talk: loop {
                let Some(feed) = watch.as_deref() else {
                    break Some((status::LATER, "all seats are taken"));
                };
                // What came of a message that is not whole is in the buffer.
                while !frames.is_within() {
                    let text = match answer.take() {
                        Some(length) => Ok(Some(length)),
                        None => conversation.say(device, feed, self.entropy, buffer),
                    };
                    match text.map(|length| length.and_then(|length| buffer.get(..length))) {
                        Ok(Some(text)) => {
                            let text = core::str::from_utf8(text).unwrap_or_default();
                            tx.send_text(text).await?;
                            tx.flush().await?;
                        }
                        Ok(None) => break,
                        Err(reason) => break 'talk Some(reason),
                    }
                }
                let now_ms = clock.now_ms();
                if core::mem::replace(&mut phase, conversation.phase()) != phase {
                    since_ms = now_ms;
                }
                let patience_ms = match phase {
                    Phase::Waiting => READY_MS,
                    Phase::Asked => AUTH_MS,
                    Phase::Known => SILENCE_MS,
                };
                let end_ms = since_ms + patience_ms;
                // A feed also rings when the password is ready. What has come of a frame is
                // lost when this is dropped, so it is not.
                let event = async {
                    let mut heard = pin!(frames.next(&mut rx, buffer, feed.wait()));
                    loop {
                        let ping_ms = since_ms.max(pinged_ms) + PING_MS;
                        let until = clock.until(ping_ms.min(end_ms));
                        match select(heard.as_mut(), until).await {
                            Either::First(event) => return event,
                            Either::Second(()) if end_ms <= clock.now_ms() => {
                                let why = "nothing was heard in time";
                                return Ok(Event::Fault((status::POLICY, why)));
                            }
                            Either::Second(()) => {
                                pinged_ms = clock.now_ms();
                                tx.send_ping(&[]).await?;
                            }
                        }
                    }
                };
                let event = event.await?;
                if phase == Phase::Known && !matches!(event, Event::Signal) {
                    since_ms = clock.now_ms();
                }
                match event {
                    Event::Text(length) => {
                        let wrong = (self.wrong, clock.now_ms());
                        match conversation.hear(device, wrong, buffer, length) {
                            Ok(said) => answer = said,
                            Err(reason) => break Some(reason),
                        }
                    }
                    Event::Ping(content) => {
                        tx.send_pong(buffer.get(content).unwrap_or_default())
                            .await?;
                    }
                    Event::Nothing | Event::Signal => {}
                    Event::Close(code) => break code.map(|code| (code, "")),
                    Event::Fault(reason) => break Some(reason),
                }
            };
            tx.close(reason).await
        }
    }
}
