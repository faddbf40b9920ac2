//! Any bytes of four clients, in any order and with time going by, to the broker:
//! never a panic, never more held than its bound, and all given back.
//!
//! An input is a sequence of steps, each a byte that says which client does what,
//! and for bytes that it sends, their number and the bytes.

#![no_main]

use goe_host::broker::{ConnectionId, Core, Limits};
use libfuzzer_sys::fuzz_target;

/// So small that all of them are met.
const LIMITS: Limits = Limits {
    connections: 2,
    reserved: 1,
    waiting: 2,
    connect_ms: 5_000,
    packet: 300,
    topic: 8,
    levels: 3,
    filters: 3,
    all_filters: 5,
    retained: 3,
    retained_bytes: 800,
    queue: 4,
    queue_bytes: 1_000,
    in_flight: 2,
    unreleased: 2,
    sessions: 2,
    bytes: 4_000,
};

/// Walks over the packets; nothing may be left of them.
fn are_whole(mut bytes: &[u8]) -> bool {
    while let [_, rest @ ..] = bytes {
        let (mut length, mut at) = (0, 0);
        loop {
            let Some(&byte) = rest.get(at) else {
                return false;
            };
            length |= usize::from(byte & 0x7F) << (7 * at);
            at += 1;
            if byte < 0x80 {
                break;
            }
        }
        match rest.get(at + length..) {
            Some(next) => bytes = next,
            None => return false,
        }
    }
    true
}

/// Takes all that there is for a connection.
fn take(core: &mut Core, id: ConnectionId) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let mut out = Vec::new();
        core.pull(id, &mut out);
        let is_busy = core.is_busy(id);
        core.work(id);
        if out.is_empty() && !is_busy {
            return all;
        }
        all.extend(out);
    }
}

fuzz_target!(|input: &[u8]| {
    let mut core = Core::new(LIMITS, Some("own".to_owned()));
    let mut now_ms = 0;
    let mut clients = [(); 4].map(|()| (core.connected(now_ms), Vec::new()));
    let mut rest = input;
    while let [step, left @ ..] = rest {
        rest = left;
        let (id, heard) = &mut clients[usize::from(step & 3)];
        match step >> 2 & 7 {
            0..=3 => {
                let [length, left @ ..] = rest else { break };
                let (bytes, left) = left.split_at(left.len().min(usize::from(*length)));
                rest = left;
                core.receive(*id, bytes, now_ms);
            }
            4 => {
                let all = take(&mut core, *id);
                heard.extend(all);
            }
            5 => core.pull(*id, heard),
            6 => {
                core.closed(*id);
                *id = core.connected(now_ms);
                heard.clear();
            }
            _ => {
                now_ms += 1_000 * u64::from(step >> 5);
                core.tick(*id, now_ms);
            }
        }
        while core.woken().is_some() {}
        assert!(core.bytes() <= LIMITS.bytes, "{}", core.bytes());
    }
    for (id, mut heard) in clients {
        let is_over = core.is_closing(id);
        heard.extend(take(&mut core, id));
        // Cut off, the last of them may be half a packet.
        assert!(is_over || core.is_closing(id) || are_whole(&heard));
        core.closed(id);
    }
    // What is left is retained or a session that is kept.
    assert!(core.bytes() <= LIMITS.bytes);
});
