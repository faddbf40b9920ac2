//! The decoder of the MQTT codec, against bytes written out by hand from the
//! standard (MQTT 3.1.1, OASIS, 29 October 2014; sections named at the cases).

use goe_device::mqtt::codec::{
    DecodeError, Decoder, Packet, PacketId, Publish, Qos, Refusal, TooLong,
};

/// The output of a decoder, the borrowed parts copied.
#[derive(Debug, PartialEq)]
enum Seen {
    Connack(bool, Result<(), Refusal>),
    Publish {
        dup: bool,
        retain: bool,
        qos: u8,
        id: u16,
        topic: String,
        payload: Vec<u8>,
    },
    TooLong {
        retain: bool,
        qos: u8,
        id: u16,
        topic: Option<String>,
        payload_len: u32,
    },
    BadTopic {
        qos: u8,
        id: u16,
    },
    Puback(u16),
    Suback(u16, Vec<u8>),
    Pingresp,
}

fn seen(packet: Packet<'_>) -> Seen {
    let number = |id: Option<PacketId>| id.map_or(0, PacketId::get);
    match packet {
        Packet::Connack {
            session_present,
            result,
        } => Seen::Connack(session_present, result),
        Packet::Publish(p) => Seen::Publish {
            dup: p.dup,
            retain: p.retain,
            qos: p.qos as u8,
            id: number(p.id),
            topic: p.topic.to_string(),
            payload: p.payload.to_vec(),
        },
        Packet::TooLong(TooLong {
            retain,
            qos,
            id,
            topic,
            payload_len,
        }) => Seen::TooLong {
            retain,
            qos: qos as u8,
            id: number(id),
            topic: topic.map(str::to_string),
            payload_len,
        },
        Packet::BadTopic { qos, id } => Seen::BadTopic {
            qos: qos as u8,
            id: number(id),
        },
        Packet::Puback(id) => Seen::Puback(id.get()),
        Packet::Suback { id, codes } => Seen::Suback(id.get(), codes.to_vec()),
        Packet::Pingresp => Seen::Pingresp,
    }
}

fn message(topic: &str, payload: &[u8]) -> Seen {
    Seen::Publish {
        dup: false,
        retain: false,
        qos: 0,
        id: 0,
        topic: topic.to_string(),
        payload: payload.to_vec(),
    }
}

/// Everything in `bytes`, arriving `step` bytes at a time into a buffer of
/// `capacity`, and how it ended.
fn decode(bytes: &[u8], capacity: usize, step: usize) -> (Vec<Seen>, Option<DecodeError>) {
    let mut buf = vec![0; capacity];
    let mut decoder = Decoder::new(&mut buf);
    let (mut packets, mut rest) = (Vec::new(), bytes);
    loop {
        loop {
            match decoder.next() {
                Ok(Some(packet)) => packets.push(seen(packet)),
                Ok(None) => break,
                Err(error) => return (packets, Some(error)),
            }
        }
        if rest.is_empty() {
            return (packets, None);
        }
        let space = decoder.space();
        assert!(!space.is_empty(), "no space and no packet");
        let len = step.min(space.len()).min(rest.len());
        space[..len].copy_from_slice(&rest[..len]);
        decoder.filled(len);
        rest = &rest[len..];
    }
}

#[track_caller]
fn check(bytes: &[u8], expected: &[Seen]) {
    for step in [1, 2, 3, 7, 64] {
        let (packets, error) = decode(bytes, 64, step);
        assert_eq!(error, None, "{step} bytes at a time");
        assert_eq!(packets, expected, "{step} bytes at a time");
    }
}

#[track_caller]
fn check_error(bytes: &[u8], expected: DecodeError) {
    for step in [1, 64] {
        let (packets, error) = decode(bytes, 64, step);
        assert_eq!(error, Some(expected), "{bytes:02x?}, after {packets:?}");
        assert_eq!(packets, []);
    }
}

fn id(number: u16) -> PacketId {
    PacketId::new(number).expect("not 0")
}

#[test]
fn the_packets_of_a_server_are_decoded() {
    // 3.2, CONNACK
    check(&[0x20, 2, 0, 0], &[Seen::Connack(false, Ok(()))]);
    check(&[0x20, 2, 1, 0], &[Seen::Connack(true, Ok(()))]);
    let refusals = [
        (1, Refusal::ProtocolVersion),
        (2, Refusal::ClientId),
        (3, Refusal::Unavailable),
        (4, Refusal::BadCredentials),
        (5, Refusal::NotAuthorized),
    ];
    for (code, refusal) in refusals {
        check(&[0x20, 2, 0, code], &[Seen::Connack(false, Err(refusal))]);
    }
    // 3.4, 3.9, 3.13
    check(&[0x40, 2, 0x0A, 0x0B], &[Seen::Puback(0x0A0B)]);
    check(&[0x90, 3, 0, 10, 0x80], &[Seen::Suback(10, vec![0x80])]);
    check(
        &[0x90, 5, 0, 10, 0, 1, 2],
        &[Seen::Suback(10, vec![0, 1, 2])],
    );
    check(&[0xD0, 0], &[Seen::Pingresp]);
    // 2.2.3 asks for no shortest form.
    check(&[0xD0, 0x80, 0x80, 0], &[Seen::Pingresp]);
}

#[test]
fn publish_is_decoded() {
    check(b"\x30\x07\x00\x03a/bhi", &[message("a/b", b"hi")]);
    check(b"\x30\x03\x00\x01/", &[message("/", b"")]);
    check(
        "\u{30}\u{5}\0\u{3}\u{20ac}".as_bytes(),
        &[message("\u{20ac}", b"")],
    );
    let all = Seen::Publish {
        dup: true,
        retain: true,
        qos: 1,
        id: 0x0102,
        topic: "a".to_string(),
        payload: vec![0, 0xFF],
    };
    check(b"\x3b\x07\x00\x01a\x01\x02\x00\xff", &[all]);
    let twice = Seen::Publish {
        dup: false,
        retain: false,
        qos: 2,
        id: 1,
        topic: "a".to_string(),
        payload: vec![],
    };
    check(b"\x34\x05\x00\x01a\x00\x01", &[twice]);
}

#[test]
fn remaining_length_follows_the_table_of_the_standard() {
    // 2.2.3, table 2.4: the last length with each number of bytes, and the next.
    let cases: &[(usize, &[u8])] = &[
        (127, &[0x7F]),
        (128, &[0x80, 0x01]),
        (16_383, &[0xFF, 0x7F]),
        (16_384, &[0x80, 0x80, 0x01]),
        (2_097_151, &[0xFF, 0xFF, 0x7F]),
        (2_097_152, &[0x80, 0x80, 0x80, 0x01]),
    ];
    for &(remaining, length) in cases {
        let payload = vec![b'x'; remaining - 3];
        let bytes = [&[0x30], length, b"\0\x01t", payload.as_slice()].concat();
        let (packets, error) = decode(&bytes, bytes.len(), 70_000);
        assert_eq!(error, None);
        assert!(packets == [message("t", &payload)], "{remaining}");
    }
}

#[test]
fn packets_follow_each_other() {
    check(
        b"\x20\x02\x00\x00\xd0\x00\x30\x03\x00\x01a\x40\x02\x00\x01",
        &[
            Seen::Connack(false, Ok(())),
            Seen::Pingresp,
            message("a", b""),
            Seen::Puback(1),
        ],
    );
}

#[test]
fn what_the_standard_forbids_is_refused() {
    use DecodeError as E;
    let cases: &[(&str, &[u8], E)] = &[
        ("reserved type 0", &[0x00], E::PacketType),
        ("reserved type 15", &[0xF0], E::PacketType),
        ("CONNECT", &[0x10], E::PacketType),
        ("PUBREC", &[0x50], E::PacketType),
        ("PUBREL", &[0x62], E::PacketType),
        ("SUBSCRIBE", &[0x82], E::PacketType),
        ("UNSUBACK of no UNSUBSCRIBE", &[0xB0], E::PacketType),
        ("PINGREQ", &[0xC0], E::PacketType),
        ("DISCONNECT", &[0xE0], E::PacketType),
        ("HTTP", b"HTTP/1.1 400", E::Flags),
        ("CONNACK flags", &[0x21], E::Flags),
        ("PUBACK flags", &[0x42], E::Flags),
        ("SUBACK flags", &[0x92], E::Flags),
        ("PINGRESP flags", &[0xD8], E::Flags),
        ("QoS 3", &[0x36], E::Flags),
        ("DUP at QoS 0", &[0x38], E::Flags),
        ("CONNACK reserved flag", &[0x20, 2, 2, 0], E::Flags),
        (
            "five bytes of length",
            &[0x30, 0xFF, 0xFF, 0xFF, 0x80],
            E::RemainingLength,
        ),
        ("CONNACK too short", &[0x20, 1], E::Length),
        ("CONNACK too long", &[0x20, 3], E::Length),
        ("PUBACK empty", &[0x40, 0], E::Length),
        ("PUBACK too long", &[0x40, 3], E::Length),
        ("PINGRESP not empty", &[0xD0, 1], E::Length),
        ("SUBACK without code", &[0x90, 2], E::Length),
        ("PUBLISH empty", &[0x30, 0], E::Length),
        ("PUBLISH half a length", &[0x30, 1], E::Length),
        ("topic beyond the packet", &[0x30, 3, 0, 2, b'a'], E::Length),
        ("no room for the id", &[0x32, 4, 0, 1, b'a', 0], E::Length),
        ("PUBLISH id 0", &[0x32, 5, 0, 1, b'a', 0, 0], E::PacketId),
        (
            "id 0 behind a bad topic",
            &[0x32, 5, 0, 1, b'#', 0, 0],
            E::PacketId,
        ),
        ("no id behind a bad topic", &[0x32, 3, 0, 1, 0], E::Length),
        ("PUBACK id 0", &[0x40, 2, 0, 0], E::PacketId),
        ("SUBACK id 0", &[0x90, 3, 0, 0, 0], E::PacketId),
        ("CONNACK code 6", &[0x20, 2, 0, 6], E::ReturnCode),
        ("refusal with a session", &[0x20, 2, 1, 5], E::ReturnCode),
        ("SUBACK code 3", &[0x90, 3, 0, 1, 3], E::ReturnCode),
        ("SUBACK over the buffer", &[0x90, 0x7F], E::TooLarge),
    ];
    for (name, bytes, expected) in cases {
        println!("{name}");
        check_error(bytes, *expected);
    }
}

/// Skipped, with a message behind it that is not.
#[test]
fn a_topic_that_cannot_be_costs_its_message_alone() {
    let topics: &[&[u8]] = &[
        b"", b"\0", b"a\0/set", b"#", b"a/#", b"+", b"\xff",
        // 1.5.3: surrogates and overlong forms are no UTF-8.
        b"\xed\xa0\x80", b"\xc0\x80",
    ];
    for topic in topics {
        for (qos, id) in [(0, 0), (1, 0x0A0B), (2, 1)] {
            let id_bytes: &[u8] = if qos == 0 {
                &[]
            } else {
                &[(id >> 8) as u8, id as u8]
            };
            for payload in [&b""[..], b"null", &[b'z'; 200]] {
                let remaining = 2 + topic.len() + id_bytes.len() + payload.len();
                let length = [remaining as u8 | 0x80, (remaining >> 7) as u8];
                let mut bytes = [&[0x30 | qos << 1][..], &length, &[0, topic.len() as u8]].concat();
                bytes.extend([*topic, id_bytes, payload, b"\x30\x03\x00\x01a"].concat());
                let seen = match payload.len() {
                    200 => Seen::TooLong {
                        retain: false,
                        qos,
                        id,
                        topic: None,
                        payload_len: 200,
                    },
                    _ => Seen::BadTopic { qos, id },
                };
                check(&bytes, &[seen, message("a", b"")]);
            }
        }
    }
}

#[test]
fn an_error_stays() {
    let mut buf = [0; 16];
    let mut decoder = Decoder::new(&mut buf);
    for _ in 0..2 {
        decoder.space()[..2].copy_from_slice(&[0xF0, 0xD0]);
        decoder.filled(2);
        assert_eq!(decoder.next(), Err(DecodeError::PacketType));
    }
}

/// A PUBLISH of `payload_len` bytes with a PINGRESP behind it.
fn long(topic: &str, id_number: Option<u16>, retain: bool, payload_len: usize) -> Vec<u8> {
    let payload = vec![b'z'; payload_len];
    let publish = Publish {
        qos: if id_number.is_some() {
            Qos::AtLeastOnce
        } else {
            Qos::AtMostOnce
        },
        id: id_number.map(id),
        ..Publish::at_most_once(retain, topic, &payload)
    };
    let mut bytes = vec![0; payload_len + topic.len() + 16];
    let len = publish.encode(&mut bytes).expect("it fits");
    bytes.truncate(len);
    bytes.extend([0xD0, 0]);
    bytes
}

#[test]
fn a_message_too_long_is_announced_and_drained() {
    let topics = ["t".to_string(), "x/".repeat(5), "k".repeat(100)];
    for topic in &topics {
        for id_number in [None, Some(0x0102)] {
            for payload_len in [30, 31, 32, 33, 100, 5000] {
                let bytes = long(topic, id_number, true, payload_len);
                let fits = bytes.len() - 2 <= 32;
                for step in [1, 2, 5, 31, 32] {
                    let (packets, error) = decode(&bytes, 32, step);
                    assert_eq!(error, None);
                    assert_eq!(packets.last(), Some(&Seen::Pingresp));
                    assert_eq!(packets.len(), 2);
                    let expected = Seen::TooLong {
                        retain: true,
                        qos: u8::from(id_number.is_some()),
                        id: id_number.unwrap_or(0),
                        topic: (topic.len() < 20).then(|| topic.clone()),
                        payload_len: payload_len as u32,
                    };
                    assert!(fits || packets[0] == expected, "{:?}", packets[0]);
                }
            }
        }
    }
}

#[test]
fn a_long_message_is_checked_like_a_short_one() {
    use DecodeError as E;
    let cases: &[(&str, &[u8], E)] = &[
        (
            "topic beyond the packet",
            &[0x30, 0xFF, 0x01, 0, 0xFE],
            E::Length,
        ),
        (
            "id beyond the packet",
            &[0x32, 0xFF, 0x01, 0, 0xFC],
            E::Length,
        ),
        ("id 0", &[0x32, 0xFF, 0x01, 0, 1, b'a', 0, 0], E::PacketId),
    ];
    for (name, bytes, expected) in cases {
        println!("{name}");
        check_error(bytes, *expected);
    }
}

#[test]
fn the_largest_message_there_is_can_be_announced() {
    let (packets, error) = decode(b"\x30\xff\xff\xff\x7f\x00\x01a", 16, 1);
    assert_eq!(error, None);
    let expected = Seen::TooLong {
        retain: false,
        qos: 0,
        id: 0,
        topic: Some("a".to_string()),
        payload_len: 268_435_452,
    };
    assert_eq!(packets, [expected]);
}
