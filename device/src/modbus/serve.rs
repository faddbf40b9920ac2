//! Serves one connection: one request after the other, as they come in.

use embassy_futures::select::{Either, select};
use embedded_io_async::{Read, Write};
use goe_runtime::device::Registered;

use super::frame::{HEADER, answer, rest};
use crate::clock::Clock;
use crate::net::Socket;
use crate::slots::{Progress, Slot};

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client ended it, or the network.
    Gone,
    /// The client sends something else than Modbus.
    Stranger,
}

/// Time that the end of a connection has to be sent in, in milliseconds.
const CLOSE_MS: u64 = 500;

/// Serves a connection until it ends, or another one needs its slot. A client may stay as
/// long as it likes, whether it asks or not.
///
/// Dropping the future aborts the connection; what was written stays written.
pub async fn serve<C: Clock, const N: usize>(
    device: &impl Registered,
    slot: Slot<'_, C, N>,
    mut socket: impl Socket,
    frame: &mut [u8],
) {
    let progress = slot.progress();
    let ended = select(
        exchange(device, progress, &mut socket, frame),
        progress.gives_way(),
    );
    match ended.await {
        Either::First(End::Gone) => {}
        Either::First(End::Stranger) => log::debug!("modbus: what a client sends is no Modbus"),
        Either::Second(()) => log::debug!("modbus: connection gave way to another"),
    }
    select(socket.close(), progress.clock().after(CLOSE_MS)).await;
}

/// Answers what comes in; requests may come one behind the other, and in pieces.
async fn exchange(
    device: &impl Registered,
    progress: Progress<'_, impl Clock>,
    socket: &mut impl Socket,
    frame: &mut [u8],
) -> End {
    let (mut reader, mut writer) = socket.split();
    loop {
        let length = match receive(&mut reader, progress, frame).await {
            Ok(length) => length,
            Err(end) => return end,
        };
        progress.answering();
        let length = answer(device, frame, length);
        if writer.write_all(&frame[..length]).await.is_err() || writer.flush().await.is_err() {
            return End::Gone;
        }
        progress.idle();
    }
}

/// A whole frame, and its length. Of one that is longer than the memory only its header
/// and its function are kept: a frame that asks for nothing, which is refused.
async fn receive(
    reader: &mut impl Read,
    progress: Progress<'_, impl Clock>,
    frame: &mut [u8],
) -> Result<usize, End> {
    let mut length = 0;
    let mut wanted = HEADER;
    let mut surplus = 0;
    while length < wanted {
        match reader.read(&mut frame[length..wanted]).await {
            Ok(0) | Err(_) => return Err(End::Gone),
            Ok(count) => length += count,
        }
        progress.reading();
        if let Some(header) = frame[..length].as_array::<HEADER>() {
            wanted = HEADER + rest(header).ok_or(End::Stranger)?;
            surplus = wanted.saturating_sub(frame.len());
            wanted -= surplus;
        }
        while length == wanted && surplus > 0 {
            let end = frame.len().min(FUNCTION_ALONE + surplus);
            match reader.read(&mut frame[FUNCTION_ALONE..end]).await {
                Ok(0) | Err(_) => return Err(End::Gone),
                Ok(count) => surplus -= count,
            }
            if surplus == 0 {
                frame[4..6].copy_from_slice(&[0, 2]);
                return Ok(FUNCTION_ALONE);
            }
        }
    }
    Ok(length)
}

/// A header and a function.
const FUNCTION_ALONE: usize = HEADER + 1;
