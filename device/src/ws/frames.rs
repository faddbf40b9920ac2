//! Whole messages of a client's frames.
//!
//! picoserve reads a frame; what stands between the frames of one message, a ping above
//! all, and what a frame must not be, is told here. It must never know what a message says.

use picoserve::futures::Either;
use picoserve::io::Read;
use picoserve::response::ws::{Control, Data, Opcode, ReadFrameError, SocketRx};

/// The longest content of a control frame, in bytes.
const CONTROL_MAX: usize = 125;

/// The statuses with which a connection is closed.
pub(super) mod status {
    /// What came is no WebSocket.
    pub(in crate::ws) const PROTOCOL: u16 = 1002;
    /// What came is of a kind that is not understood here.
    pub(in crate::ws) const UNSUPPORTED: u16 = 1003;
    /// A text is not what it says it is.
    pub(in crate::ws) const INVALID: u16 = 1007;
    /// Who is not known is not served.
    pub(in crate::ws) const POLICY: u16 = 1008;
    /// A message is too long.
    pub(in crate::ws) const TOO_BIG: u16 = 1009;
    /// The device is at fault.
    pub(in crate::ws) const INTERNAL: u16 = 1011;
    /// The device is not ready for this.
    pub(in crate::ws) const LATER: u16 = 1013;
}

/// Why a connection is closed: a status, and a few words.
pub(super) type Reason = (u16, &'static str);

/// What came from a client.
pub(super) enum Event {
    /// A text, of so many bytes of the buffer.
    Text(usize),
    /// A ping: the place of its content in the buffer.
    Ping(core::ops::Range<usize>),
    /// Something that needs no answer.
    Nothing,
    /// It closes the connection, with a status or without.
    Close(Option<u16>),
    /// What came is not to be read on.
    Fault(Reason),
    /// The signal, before anything came.
    Signal,
}

/// The frames of a client, as far as a message of them is not whole.
#[derive(Default)]
pub(super) struct Frames {
    /// The length of what came of a text that is not whole; `None` between two.
    begun: Option<usize>,
}

/// A frame that nobody has a meaning for.
const RESERVED: Reason = (status::PROTOCOL, "a frame of a reserved kind");

impl Frames {
    /// Returns whether a message has begun that is not whole.
    pub(super) fn is_within(&self) -> bool {
        self.begun.is_some()
    }

    /// Reads the next frame into `buffer`, behind what came of its message before. The
    /// signal, which must be safe to cancel, goes before a frame that has not begun.
    pub(super) async fn next<R: Read>(
        &mut self,
        rx: &mut SocketRx<R>,
        buffer: &mut [u8],
        signal: impl Future<Output = ()>,
    ) -> Result<Event, R::Error> {
        let start = self.begun.unwrap_or_default();
        let room = buffer.get_mut(start..).unwrap_or_default();
        let frame = match rx.next_frame(room, signal).await? {
            Either::First(Ok(frame)) => frame,
            Either::First(Err(ReadFrameError::UnexpectedEof)) => return Ok(Event::Close(None)),
            Either::First(Err(_)) => {
                return Ok(Event::Fault((status::TOO_BIG, "the message is too long")));
            }
            Either::Second(()) => return Ok(Event::Signal),
        };
        let end = start + frame.length;
        let control = match (&frame.opcode, self.begun) {
            (Opcode::Data(Data::Text), None) | (Opcode::Data(Data::Continue), Some(_)) => {
                return Ok(self.text(end, frame.is_final, buffer));
            }
            (Opcode::Data(Data::Binary), _) => {
                let why = "JSON in text frames is understood, nothing binary";
                return Ok(Event::Fault((status::UNSUPPORTED, why)));
            }
            (Opcode::Data(Data::Text | Data::Continue), _) => {
                let why = "a frame that does not continue its message";
                return Ok(Event::Fault((status::PROTOCOL, why)));
            }
            (Opcode::Data(Data::Reserved(_)) | Opcode::Control(Control::Reserved(_)), _) => {
                return Ok(Event::Fault(RESERVED));
            }
            (Opcode::Control(control), _) => control,
        };
        if !frame.is_final || frame.length > CONTROL_MAX {
            let why = "a control frame is whole and short";
            return Ok(Event::Fault((status::PROTOCOL, why)));
        }
        Ok(
            match (control, buffer.get(start..end).unwrap_or_default()) {
                (Control::Ping, _) => Event::Ping(start..end),
                (Control::Close, []) => Event::Close(None),
                (Control::Close, [high, low, text @ ..]) => {
                    let code = u16::from_be_bytes([*high, *low]);
                    let is_code = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
                    match is_code && core::str::from_utf8(text).is_ok() {
                        true => Event::Close(Some(code)),
                        false => Event::Fault((status::PROTOCOL, "closed by what is no status")),
                    }
                }
                (Control::Close, _) => Event::Fault((status::PROTOCOL, "closed by half a status")),
                // Whoever answers is there; that it answered is enough.
                (Control::Pong | Control::Reserved(_), _) => Event::Nothing,
            },
        )
    }

    fn text(&mut self, end: usize, is_final: bool, buffer: &[u8]) -> Event {
        if !is_final {
            self.begun = Some(end);
            return Event::Nothing;
        }
        self.begun = None;
        match core::str::from_utf8(buffer.get(..end).unwrap_or_default()) {
            Ok(_) => Event::Text(end),
            Err(_) => Event::Fault((status::INVALID, "the text is not UTF-8")),
        }
    }
}
