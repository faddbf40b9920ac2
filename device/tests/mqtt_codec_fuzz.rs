//! The MQTT decoder and the session against any bytes a broker could send:
//! nothing panics, how the bytes are split makes no difference, and what is
//! valid but cut off is waited for, not refused.

use goe_device::mqtt::codec::{DecodeError, Decoder, Packet, PacketId, Publish, Qos};
use goe_device::mqtt::session::Session;
use goe_device::mqtt::tx::Tx;
use proptest::prelude::*;

/// The packets in `bytes` as text, and how it ended; `cuts` are the sizes of
/// the pieces they arrive in, used over and over.
fn decode(bytes: &[u8], capacity: usize, cuts: &[usize]) -> (Vec<String>, Option<DecodeError>) {
    let mut buf = vec![0; capacity];
    let mut decoder = Decoder::new(&mut buf);
    let mut session = Session::new(30, 0);
    let (mut packets, mut rest) = (Vec::new(), bytes);
    let mut cuts = cuts.iter().copied().cycle();
    loop {
        loop {
            match decoder.next() {
                Ok(Some(packet)) => {
                    packets.push(format!("{packet:?}"));
                    let _ = session.receive(packet, 0);
                    if session.vacancy().is_some() {
                        session.published(0);
                    }
                }
                Ok(None) => break,
                Err(error) => return (packets, Some(error)),
            }
        }
        let mut sent = [0; 64];
        let _ = session.poll(0, &mut Tx::new(&mut sent));
        if rest.is_empty() {
            return (packets, None);
        }
        let space = decoder.space();
        assert!(!space.is_empty(), "no space and no packet");
        let len = cuts.next().unwrap_or(1).min(space.len()).min(rest.len());
        space[..len].copy_from_slice(&rest[..len]);
        decoder.filled(len);
        rest = &rest[len..];
    }
}

/// Packets as a server could send them, more or less.
fn packet_like() -> impl Strategy<Value = Vec<u8>> {
    let body = proptest::collection::vec(any::<u8>(), 0..80);
    let right = (any::<u8>(), body.clone()).prop_map(|(first, body)| {
        let mut packet = vec![first, body.len() as u8];
        packet.extend(body);
        packet
    });
    let publish = ("[a-z/]{0,60}", 0_u16..3, any::<bool>(), body.clone()).prop_map(
        |(topic, id, retain, payload)| {
            let publish = Publish {
                qos: if id == 0 {
                    Qos::AtMostOnce
                } else {
                    Qos::AtLeastOnce
                },
                id: PacketId::new(id),
                ..Publish::at_most_once(retain, &topic, &payload)
            };
            let mut out = [0; 300];
            let len = publish.encode(&mut out).unwrap_or(0);
            out[..len].to_vec()
        },
    );
    let known = prop_oneof![
        Just(vec![0x20, 2, 0, 0]),
        Just(vec![0x90, 3, 0, 1, 1]),
        Just(vec![0xD0, 0]),
        Just(vec![0x40, 2, 0, 1]),
        (0x80_u8.., 0_u8..20).prop_map(|(high, low)| vec![0x40, 2, high, low]),
    ];
    prop_oneof![4 => publish, 3 => known, 1 => right, 1 => body]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(packet_like(), 0..8).prop_map(|packets| packets.concat())
}

fn cuts() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(1_usize..40, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_in_any_pieces(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        capacity in 16_usize..64,
        cuts in cuts(),
    ) {
        prop_assert_eq!(decode(&bytes, capacity, &cuts), decode(&bytes, capacity, &[1]));
    }

    #[test]
    fn almost_packets_in_any_pieces(
        bytes in stream(),
        capacity in 16_usize..64,
        cuts in cuts(),
    ) {
        prop_assert_eq!(decode(&bytes, capacity, &cuts), decode(&bytes, capacity, &[1]));
    }

    /// Also a buffer that is too short for MQTT makes nothing worse than an
    /// error or a standstill.
    #[test]
    fn any_buffer(bytes in stream(), capacity in 0_usize..16) {
        let mut buf = vec![0; capacity];
        let mut decoder = Decoder::new(&mut buf);
        let mut rest = bytes.as_slice();
        while let Ok(found) = decoder.next() {
            if found.is_some() {
                continue;
            }
            let space = decoder.space();
            let len = space.len().min(rest.len());
            if len == 0 {
                break;
            }
            space[..len].copy_from_slice(&rest[..len]);
            decoder.filled(len);
            rest = &rest[len..];
        }
    }

    /// Whatever its payload, one message more or less changes nothing for
    /// those behind it; and half of it is no fault.
    #[test]
    fn messages_are_told_apart(
        payloads in proptest::collection::vec(0_usize..200, 1..6),
        cuts in cuts(),
        cut_off in any::<prop::sample::Index>(),
    ) {
        let mut bytes = Vec::new();
        for (at, &len) in payloads.iter().enumerate() {
            let payload = vec![at as u8; len];
            let mut out = [0; 300];
            let publish = Publish::at_most_once(false, "t/opic", &payload);
            let len = publish.encode(&mut out).expect("it fits");
            bytes.extend(&out[..len]);
        }
        let (packets, error) = decode(&bytes, 64, &cuts);
        prop_assert_eq!(error, None);
        prop_assert_eq!(packets.len(), payloads.len());
        for (packet, &len) in packets.iter().zip(&payloads) {
            let is_long = packet.starts_with("TooLong");
            prop_assert_eq!(is_long, len + 2 + 2 + 6 > 64);
        }
        let cut_off = cut_off.index(bytes.len());
        let (fewer, error) = decode(&bytes[..cut_off], 64, &cuts);
        prop_assert_eq!(error, None);
        prop_assert!(packets.starts_with(&fewer));
    }

    /// `filled` with more than there was space cannot make it read beyond.
    #[test]
    fn too_much_filled(len in any::<usize>()) {
        let mut buf = [0xD0; 16];
        let mut decoder = Decoder::new(&mut buf);
        decoder.filled(len);
        let _: Result<Option<Packet<'_>>, _> = decoder.next();
    }
}
