//! As much of MQTT 3.1.1 as a sink has to read and write: bytes to packets, and the
//! answers to them. It knows no sockets, and it copies nothing.

use anyhow::{Context, bail, ensure};

/// CONNACK of a new session that is accepted.
pub(super) const CONNACK: [u8; 4] = [0x20, 2, 0, 0];

pub(super) const PINGRESP: [u8; 2] = [0xd0, 0];

/// What a client sent.
#[derive(Debug, PartialEq)]
pub(super) enum Packet<'a> {
    Connect {
        client: &'a str,
    },
    Publish {
        topic: &'a str,
        payload: &'a [u8],
        /// The packet's id, if it is to be acknowledged.
        id: Option<[u8; 2]>,
    },
    Subscribe {
        id: [u8; 2],
        /// How many filters there are.
        filters: usize,
    },
    Ping,
    Disconnect,
    /// What has no answer.
    Other,
}

/// The first packet and how long it is; `None` until it is there as a whole.
pub(super) fn next(bytes: &[u8]) -> anyhow::Result<Option<(Packet<'_>, usize)>> {
    let Some((&first, behind)) = bytes.split_first() else {
        return Ok(None);
    };
    let (mut length, mut digits) = (0, 0);
    loop {
        let Some(&digit) = behind.get(digits) else {
            ensure!(digits < 4, "a length of more than four bytes");
            return Ok(None);
        };
        length |= usize::from(digit & 127) << (7 * digits);
        digits += 1;
        if digit < 128 {
            break;
        }
        ensure!(digits < 4, "a length of more than four bytes");
    }
    let Some(body) = behind.get(digits..digits + length) else {
        return Ok(None);
    };
    Ok(Some((read(first, body)?, 1 + digits + length)))
}

fn read(first: u8, mut body: &[u8]) -> anyhow::Result<Packet<'_>> {
    Ok(match first >> 4 {
        1 => {
            let protocol = text(&mut body)?;
            ensure!(protocol == "MQTT", "the protocol {protocol:?}");
            let head = bytes(&mut body, 4)?;
            ensure!(head[0] == 4, "version {} of MQTT", head[0]);
            let client = text(&mut body)?;
            Packet::Connect { client }
        }
        3 => {
            let topic = text(&mut body)?;
            let id = match (first >> 1) & 3 {
                0 => None,
                1 => Some(id(&mut body)?),
                qos => bail!("a message at QoS {qos}, and this sink goes to 1"),
            };
            Packet::Publish {
                topic,
                payload: body,
                id,
            }
        }
        8 => {
            let id = id(&mut body)?;
            let mut filters = 0;
            while !body.is_empty() {
                text(&mut body)?;
                bytes(&mut body, 1)?;
                filters += 1;
            }
            Packet::Subscribe { id, filters }
        }
        12 => Packet::Ping,
        14 => Packet::Disconnect,
        4 => Packet::Other,
        kind => bail!("a packet of type {kind}, which no charger sends"),
    })
}

fn bytes<'a>(body: &mut &'a [u8], count: usize) -> anyhow::Result<&'a [u8]> {
    let (taken, rest) = body.split_at_checked(count).context("a packet too short")?;
    *body = rest;
    Ok(taken)
}

fn id(body: &mut &[u8]) -> anyhow::Result<[u8; 2]> {
    let id = bytes(body, 2)?;
    Ok([id[0], id[1]])
}

fn text<'a>(body: &mut &'a [u8]) -> anyhow::Result<&'a str> {
    let length = u16::from_be_bytes(id(body)?);
    let text = bytes(body, usize::from(length))?;
    std::str::from_utf8(text).context("a text that is no UTF-8")
}

/// Grants QoS 0 for each filter.
pub(super) fn suback(id: [u8; 2], filters: usize, out: &mut Vec<u8>) {
    // Nobody subscribes to more than a length of one byte can say.
    let filters = filters.min(100);
    out.extend([0x90, 2 + filters as u8, id[0], id[1]]);
    out.extend(std::iter::repeat_n(0, filters));
}

pub(super) fn puback(id: [u8; 2]) -> [u8; 4] {
    [0x40, 2, id[0], id[1]]
}

/// PUBLISH at QoS 0, of a message that is shorter than 16 KiB.
pub(super) fn publish(topic: &str, payload: &[u8]) -> anyhow::Result<Vec<u8>> {
    let length = 2 + topic.len() + payload.len();
    ensure!(length < 1 << 14, "a message of {length} bytes");
    let mut packet = vec![0x30, (length & 127) as u8 | 128, (length >> 7) as u8];
    packet.extend((topic.len() as u16).to_be_bytes());
    packet.extend(topic.as_bytes());
    packet.extend(payload);
    Ok(packet)
}
