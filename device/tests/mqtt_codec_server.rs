//! The server's half of the MQTT codec, against bytes written out by hand from
//! the standard (MQTT 3.1.1, OASIS, 29 October 2014), against the client's half,
//! and against any bytes.

use goe_device::mqtt::codec::server::{
    self, Request, connack, first, pubcomp, pubrec, suback_head, unsuback,
};
use goe_device::mqtt::codec::{
    Connect, Credentials, DISCONNECT, DecodeError, EncodeError, PINGREQ, PacketId, Publish, Qos,
    Refusal, Subscribe, Will, puback,
};
use proptest::prelude::*;

const LONGEST: usize = 1 << 16;

fn id(number: u16) -> PacketId {
    PacketId::new(number).expect("not 0")
}

/// A request as text, for comparison.
fn seen(request: Request<'_>) -> String {
    match request {
        Request::Subscribe { id, filters } => {
            format!("Subscribe {id} {:?}", filters.collect::<Vec<_>>())
        }
        Request::Unsubscribe { id, filters } => {
            let filters: Vec<_> = filters.map(|(filter, _)| filter).collect();
            format!("Unsubscribe {id} {filters:?}")
        }
        other => format!("{other:?}"),
    }
}

/// The one packet that these bytes are; each part of them is waited for.
#[track_caller]
fn read(bytes: &[u8]) -> String {
    for len in 0..bytes.len() {
        let part = first(&bytes[..len], LONGEST);
        assert!(matches!(part, Ok(None)), "{len} bytes of {bytes:02x?}");
    }
    // What stands behind it is not looked at.
    let more = [bytes, &[0xFF]].concat();
    let (request, len) = first(&more, LONGEST).expect("valid").expect("whole");
    assert_eq!(len, bytes.len());
    seen(request)
}

#[test]
fn connect_is_decoded() {
    let plain = read(b"\x10\x0d\0\x04MQTT\x04\x02\0\x1e\0\x01a");
    let expected = Connect {
        client_id: "a",
        clean_session: true,
        keep_alive_s: 30,
        credentials: None,
        will: None,
    };
    assert_eq!(plain, format!("{:?}", Request::Connect(expected)));
    // No id: what to do about it is the broker's matter.
    assert!(read(b"\x10\x0c\0\x04MQTT\x04\0\0\0\0\0").contains("client_id: \"\""));
    let all = read(b"\x10\x1a\0\x04MQTT\x04\xec\xff\xff\0\x01a\0\x01w\0\x02\0\xff\0\x01u\0\x01p");
    let will = Will {
        topic: "w",
        payload: &[0, 0xFF],
        qos: Qos::AtLeastOnce,
        retain: true,
    };
    let expected = Connect {
        clean_session: false,
        keep_alive_s: u16::MAX,
        credentials: Some(Credentials {
            user: "u",
            password: Some(b"p"),
        }),
        will: Some(will),
        ..expected
    };
    assert_eq!(all, format!("{:?}", Request::Connect(expected)));
}

#[test]
fn what_clients_send_is_decoded() {
    assert_eq!(
        read(b"\x82\x0c\0\x0a\0\x01#\x01\0\x03a/+\x02"),
        r##"Subscribe 10 [("#", AtLeastOnce), ("a/+", ExactlyOnce)]"##
    );
    assert_eq!(
        read(b"\xa2\x07\x01\0\0\x03/+/"),
        "Unsubscribe 256 [\"/+/\"]"
    );
    assert_eq!(read(&puback(id(7))), "Puback(7)");
    assert_eq!(read(&[0x62, 2, 0, 9]), "Pubrel(9)");
    assert_eq!(read(&PINGREQ), "Pingreq");
    assert_eq!(read(&DISCONNECT), "Disconnect");
    assert!(read(b"\x3d\x06\0\x01a\0\x09z").contains("dup: true, retain: true, qos: ExactlyOnce"));
}

#[test]
fn what_the_standard_forbids_is_refused() {
    use DecodeError as E;
    let cases: &[(&str, &[u8], E)] = &[
        ("reserved type 0", &[0x00], E::PacketType),
        ("reserved type 15", &[0xF0], E::PacketType),
        ("CONNACK", &[0x20], E::PacketType),
        ("PUBREC of nothing", &[0x50], E::PacketType),
        ("PUBCOMP of nothing", &[0x70], E::PacketType),
        ("SUBACK", &[0x90], E::PacketType),
        ("PINGRESP", &[0xD0], E::PacketType),
        ("HTTP", b"GET / HTTP/1.1", E::Flags),
        ("TLS", &[0x16, 3, 1], E::Flags),
        ("CONNECT flags", &[0x11], E::Flags),
        ("QoS 3", &[0x36], E::Flags),
        ("DUP at QoS 0", &[0x38], E::Flags),
        ("PUBREL flags", &[0x60], E::Flags),
        ("SUBSCRIBE flags", &[0x80], E::Flags),
        ("UNSUBSCRIBE flags", &[0xA0], E::Flags),
        (
            "length of five bytes",
            &[0x30, 0xFF, 0xFF, 0xFF, 0xFF],
            E::RemainingLength,
        ),
        ("longer than taken", &[0x30, 0x80, 0x80, 0x04], E::TooLarge),
        (
            "other protocol",
            b"\x10\x0d\0\x04MQTt\x04\x02\0\0\0\x01a",
            E::Protocol,
        ),
        (
            "level 3",
            b"\x10\x0f\0\x06MQIsdp\x03\x02\0\0\0\x01a",
            E::ProtocolLevel,
        ),
        (
            "level 5",
            b"\x10\x0e\0\x04MQTT\x05\x02\0\0\0\0\x01a",
            E::ProtocolLevel,
        ),
        (
            "bridge",
            b"\x10\x0d\0\x04MQTT\x84\x02\0\0\0\x01a",
            E::ProtocolLevel,
        ),
        (
            "reserved flag",
            b"\x10\x0d\0\x04MQTT\x04\x03\0\0\0\x01a",
            E::Flags,
        ),
        (
            "will QoS alone",
            b"\x10\x0d\0\x04MQTT\x04\x0a\0\0\0\x01a",
            E::Flags,
        ),
        (
            "will retain alone",
            b"\x10\x0d\0\x04MQTT\x04\x22\0\0\0\x01a",
            E::Flags,
        ),
        (
            "will QoS 3",
            b"\x10\x12\0\x04MQTT\x04\x1e\0\0\0\x01a\0\x01w\0\0",
            E::Flags,
        ),
        (
            "password alone",
            b"\x10\x10\0\x04MQTT\x04\x42\0\0\0\x01a\0\x01p",
            E::Flags,
        ),
        (
            "id not UTF-8",
            b"\x10\x0d\0\x04MQTT\x04\x02\0\0\0\x01\xff",
            E::Text,
        ),
        (
            "id with NUL",
            b"\x10\x0d\0\x04MQTT\x04\x02\0\0\0\x01\0",
            E::Text,
        ),
        (
            "user with NUL",
            b"\x10\x10\0\x04MQTT\x04\x82\0\0\0\x01a\0\x01\0",
            E::Text,
        ),
        (
            "will topic #",
            b"\x10\x12\0\x04MQTT\x04\x06\0\0\0\x01a\0\x01#\0\0",
            E::Topic,
        ),
        ("no id", b"\x10\x0a\0\x04MQTT\x04\x02\0\0", E::Length),
        (
            "id cut off",
            b"\x10\x0d\0\x04MQTT\x04\x02\0\0\0\x02a",
            E::Length,
        ),
        (
            "will missing",
            b"\x10\x0d\0\x04MQTT\x04\x06\0\0\0\x01a",
            E::Length,
        ),
        (
            "something behind",
            b"\x10\x0e\0\x04MQTT\x04\x02\0\0\0\x01ab",
            E::Length,
        ),
        ("CONNECT empty", &[0x10, 0], E::Length),
        ("empty topic", &[0x30, 2, 0, 0], E::Topic),
        ("topic #", &[0x30, 3, 0, 1, b'#'], E::Topic),
        ("topic +", &[0x30, 3, 0, 1, b'+'], E::Topic),
        ("topic NUL", &[0x30, 3, 0, 1, 0], E::Topic),
        ("topic not UTF-8", &[0x30, 3, 0, 1, 0xFF], E::Topic),
        ("PUBLISH id 0", &[0x32, 5, 0, 1, b'a', 0, 0], E::PacketId),
        ("PUBACK id 0", &[0x40, 2, 0, 0], E::PacketId),
        ("PUBACK of three", &[0x40, 3, 0, 1, 0], E::Length),
        ("SUBSCRIBE id 0", b"\x82\x06\0\0\0\x01a\0", E::PacketId),
        ("SUBSCRIBE to nothing", &[0x82, 2, 0, 1], E::Length),
        ("SUBSCRIBE without QoS", b"\x82\x05\0\x01\0\x01a", E::Length),
        ("SUBSCRIBE QoS 3", b"\x82\x06\0\x01\0\x01a\x03", E::Flags),
        (
            "SUBSCRIBE reserved bits",
            b"\x82\x06\0\x01\0\x01a\x04",
            E::Flags,
        ),
        ("empty filter", b"\x82\x05\0\x01\0\0\0", E::Topic),
        ("filter with NUL", b"\x82\x06\0\x01\0\x01\0\0", E::Topic),
        ("filter not UTF-8", b"\x82\x06\0\x01\0\x01\xff\0", E::Topic),
        ("filter #/a", b"\x82\x08\0\x01\0\x03#/a\0", E::Topic),
        ("filter a#", b"\x82\x07\0\x01\0\x02a#\0", E::Topic),
        ("filter a+/b", b"\x82\x09\0\x01\0\x04a+/b\0", E::Topic),
        ("second filter", b"\x82\x08\0\x01\0\x01a\0\0\x01", E::Length),
        ("UNSUBSCRIBE from nothing", &[0xA2, 2, 0, 1], E::Length),
        ("PINGREQ not empty", &[0xC0, 1, 0], E::Length),
        ("DISCONNECT not empty", &[0xE0, 1, 0], E::Length),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(first(bytes, LONGEST).err(), Some(*expected), "{name}");
    }
}

#[test]
fn answers_are_encoded() {
    assert_eq!(connack(Ok(false)), [0x20, 2, 0, 0]);
    assert_eq!(connack(Ok(true)), [0x20, 2, 1, 0]);
    assert_eq!(connack(Err(Refusal::ClientId)), [0x20, 2, 0, 2]);
    assert_eq!(pubrec(id(0x0A0B)), [0x50, 2, 0x0A, 0x0B]);
    assert_eq!(pubcomp(id(1)), [0x70, 2, 0, 1]);
    assert_eq!(unsuback(id(1)), [0xB0, 2, 0, 1]);
    assert_eq!(server::PINGRESP, [0xD0, 0]);
    let mut out = [0; 8];
    assert_eq!(suback_head(&mut out, id(10), 2), Ok(4));
    assert_eq!(out[..4], [0x90, 4, 0, 10]);
    assert_eq!(suback_head(&mut out, id(10), 20_000), Ok(6));
    assert_eq!(out[..6], [0x90, 0xA2, 0x9C, 0x01, 0, 10]);
    assert_eq!(
        suback_head(&mut out[..3], id(1), 1),
        Err(EncodeError::NoSpace)
    );
    let message = Publish {
        qos: Qos::AtLeastOnce,
        id: Some(id(3)),
        ..Publish::at_most_once(true, "a/b", b"hi")
    };
    let (mut head, mut whole) = ([0; 16], [0; 16]);
    let head_len = message.head(&mut head).expect("it fits");
    let len = message.encode(&mut whole).expect("it fits");
    assert_eq!((head_len + 2, &head[..head_len]), (len, &whole[..len - 2]));
}

fn qos() -> impl Strategy<Value = Qos> {
    prop_oneof![
        Just(Qos::AtMostOnce),
        Just(Qos::AtLeastOnce),
        Just(Qos::ExactlyOnce)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_client_encodes_the_server_decodes(
        client_id in "[a-z\u{e4}]{1,40}",
        clean_session in any::<bool>(),
        keep_alive_s in any::<u16>(),
        login in proptest::option::of(("[ -~]{0,9}", proptest::option::of("[ -~]{0,9}"))),
        will in proptest::option::of(("[a-z/]{1,9}", "[ -~]{0,9}", qos(), any::<bool>())),
        filter in "[a-z]{1,9}(/[+])?(/#)?",
        level in qos(),
        id in any::<PacketId>(),
    ) {
        let connect = Connect {
            client_id: &client_id,
            clean_session,
            keep_alive_s,
            credentials: login.as_ref().map(|(user, password)| Credentials {
                user,
                password: password.as_ref().map(|password| password.as_bytes()),
            }),
            will: will.as_ref().map(|(topic, payload, qos, retain)| Will {
                topic,
                payload: payload.as_bytes(),
                qos: *qos,
                retain: *retain,
            }),
        };
        let mut out = [0; 400];
        let len = connect.encode(&mut out).expect("it fits");
        prop_assert_eq!(read(&out[..len]), format!("{:?}", Request::Connect(connect)));
        let subscribe = Subscribe { id, filter: &filter, qos: level };
        let len = subscribe.encode(&mut out).expect("it fits");
        prop_assert_eq!(read(&out[..len]), format!("Subscribe {id} [({filter:?}, {level:?})]"));
    }

    /// Nothing panics, and what is found lies within the bytes.
    #[test]
    fn any_bytes(first_byte in any::<u8>(), rest in proptest::collection::vec(any::<u8>(), 0..80)) {
        let length = rest.len() as u8;
        let bytes = [&[first_byte, length][..], &rest].concat();
        for bytes in [&bytes[..], &rest[..]] {
            if let Ok(Some((request, len))) = first(bytes, 64) {
                prop_assert!(len <= bytes.len().min(64));
                if let Request::Subscribe { filters, .. } = request {
                    prop_assert!(filters.count() > 0);
                }
            }
        }
    }
}
