//! The encoder of the MQTT codec, against bytes written out by hand from the
//! standard (MQTT 3.1.1, OASIS, 29 October 2014; sections named at the cases).

use goe_device::mqtt::codec::{
    Connect, Credentials, DISCONNECT, EncodeError, PINGREQ, PacketId, Publish, Qos, Subscribe,
    Will, puback, publish_text,
};

#[track_caller]
fn check_encode(encode: impl Fn(&mut [u8]) -> Result<usize, EncodeError>, expected: &[u8]) {
    let mut out = [0xEE; 64];
    let len = encode(&mut out).expect("it fits");
    assert_eq!(&out[..len], expected);
    assert!(
        out[len..].iter().all(|&b| b == 0xEE),
        "wrote beyond its end"
    );
    for short in 0..expected.len() {
        assert_eq!(
            encode(&mut out[..short]),
            Err(EncodeError::NoSpace),
            "{short} bytes"
        );
    }
}

fn id(number: u16) -> PacketId {
    PacketId::new(number).expect("not 0")
}

const CLIENT: Connect<'static> = Connect {
    client_id: "ab",
    clean_session: true,
    keep_alive_s: 30,
    credentials: None,
    will: None,
};

#[test]
fn connect_is_encoded() {
    // 3.1: protocol name "MQTT", level 4, flags, keep alive, client id.
    check_encode(
        |out| CLIENT.encode(out),
        b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x1e\x00\x02ab",
    );
    let resumed = Connect {
        clean_session: false,
        keep_alive_s: 0x1234,
        ..CLIENT
    };
    check_encode(
        |out| resumed.encode(out),
        b"\x10\x0e\x00\x04MQTT\x04\x00\x12\x34\x00\x02ab",
    );
    let user = Connect {
        credentials: Some(Credentials {
            user: "u",
            password: None,
        }),
        ..CLIENT
    };
    check_encode(
        |out| user.encode(out),
        b"\x10\x11\x00\x04MQTT\x04\x82\x00\x1e\x00\x02ab\x00\x01u",
    );
    // 3.1.3: client id, will topic, will message, user name, password. Flags:
    // user, password, will retain, will QoS 1, will, clean session.
    let all = Connect {
        credentials: Some(Credentials {
            user: "u",
            password: Some(b"p\x00"),
        }),
        will: Some(Will {
            topic: "w",
            payload: b"",
            qos: Qos::AtLeastOnce,
            retain: true,
        }),
        ..CLIENT
    };
    check_encode(
        |out| all.encode(out),
        b"\x10\x1a\x00\x04MQTT\x04\xee\x00\x1e\x00\x02ab\x00\x01w\x00\x00\x00\x01u\x00\x02p\x00",
    );
}

#[test]
fn connect_refuses_what_the_standard_forbids() {
    let will = |topic| Will {
        topic,
        payload: b"",
        qos: Qos::AtMostOnce,
        retain: false,
    };
    let user = |user| Credentials {
        user,
        password: None,
    };
    let cases = [
        // [MQTT-3.1.3-7], [MQTT-1.5.3-2], [MQTT-3.3.2-2]
        (
            "no id to resume by",
            Connect {
                client_id: "",
                clean_session: false,
                ..CLIENT
            },
        ),
        (
            "NUL in the client id",
            Connect {
                client_id: "a\0",
                ..CLIENT
            },
        ),
        (
            "NUL in the user",
            Connect {
                credentials: Some(user("\0")),
                ..CLIENT
            },
        ),
        (
            "no will topic",
            Connect {
                will: Some(will("")),
                ..CLIENT
            },
        ),
        (
            "will to a wildcard",
            Connect {
                will: Some(will("a/#")),
                ..CLIENT
            },
        ),
    ];
    for (name, connect) in cases {
        assert_eq!(
            connect.encode(&mut [0; 64]),
            Err(EncodeError::Invalid),
            "{name}"
        );
    }
    let long = "x".repeat(65536);
    let connect = Connect {
        client_id: &long,
        ..CLIENT
    };
    assert_eq!(connect.encode(&mut [0; 70_000]), Err(EncodeError::Invalid));
    let anonymous = Connect {
        client_id: "",
        ..CLIENT
    };
    assert!(anonymous.encode(&mut [0; 64]).is_ok());
}

#[test]
fn a_password_does_not_show_in_debug_output() {
    let credentials = Credentials {
        user: "uu",
        password: Some(b"secret"),
    };
    let shown = format!(
        "{:?}",
        Connect {
            credentials: Some(credentials),
            ..CLIENT
        }
    );
    assert!(
        !shown.contains("secret") && !shown.contains("115"),
        "{shown}"
    );
}

#[test]
fn publish_is_encoded() {
    let publish = Publish::at_most_once(false, "a/b", b"hi");
    check_encode(|out| publish.encode(out), b"\x30\x07\x00\x03a/bhi");
    let retained = Publish::at_most_once(true, "a/b", b"");
    check_encode(|out| retained.encode(out), b"\x31\x05\x00\x03a/b");
    let again = Publish {
        dup: true,
        qos: Qos::AtLeastOnce,
        id: Some(id(10)),
        ..publish
    };
    check_encode(|out| again.encode(out), b"\x3a\x09\x00\x03a/b\x00\x0ahi");
}

#[test]
fn publish_refuses_what_the_standard_forbids() {
    let publish = Publish::at_most_once(false, "a", b"");
    let long = "x".repeat(65536);
    let cases = [
        (
            "no topic",
            Publish {
                topic: "",
                ..publish
            },
        ),
        (
            "plus",
            Publish {
                topic: "a/+",
                ..publish
            },
        ),
        (
            "hash",
            Publish {
                topic: "a/#",
                ..publish
            },
        ),
        (
            "NUL",
            Publish {
                topic: "a\0",
                ..publish
            },
        ),
        (
            "topic too long",
            Publish {
                topic: &long,
                ..publish
            },
        ),
        (
            "id without QoS",
            Publish {
                id: Some(id(1)),
                ..publish
            },
        ),
        (
            "QoS without id",
            Publish {
                qos: Qos::AtLeastOnce,
                ..publish
            },
        ),
        (
            "DUP without QoS",
            Publish {
                dup: true,
                ..publish
            },
        ),
    ];
    for (name, publish) in cases {
        assert_eq!(
            publish.encode(&mut [0; 70_000]),
            Err(EncodeError::Invalid),
            "{name}"
        );
    }
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
    let mut out = vec![0; 2_097_200];
    for &(remaining, length) in cases {
        let payload = vec![b'x'; remaining - 3];
        let len = Publish::at_most_once(false, "t", &payload).encode(&mut out);
        assert_eq!(len, Ok(1 + length.len() + remaining));
        assert_eq!(&out[1..=length.len()], length, "{remaining}");
    }
}

#[test]
fn text_is_published_cut_at_a_character() {
    let encode = |out: &mut [u8], text: &str| {
        publish_text(out, false, "a/b", &mut |to| {
            // In two steps, and with more behind what did not fit.
            let (front, back) = text.split_at(1);
            let _ = to.write_str(front).and_then(|()| to.write_str(back));
            let _ = to.write_str("!");
        })
    };
    let mut out = [0; 64];
    assert_eq!(encode(&mut out, "hi"), Ok(10));
    assert_eq!(&out[..10], b"\x30\x08\x00\x03a/bhi!");
    // Seven bytes of overhead are kept free of text, two of them to spare here.
    assert_eq!(encode(&mut out[..15], "h\u{20ac}\u{20ac}"), Ok(11));
    assert_eq!(&out[..11], b"\x30\x09\x00\x03a/bh\xe2\x82\xac");
    assert_eq!(encode(&mut out[..7], "hi"), Ok(7));
    assert_eq!(&out[..7], b"\x30\x05\x00\x03a/b");
    assert_eq!(encode(&mut out[..6], "hi"), Err(EncodeError::NoSpace));
    assert_eq!(
        publish_text(&mut out, false, "#", &mut |_| panic!("called")),
        Err(EncodeError::Invalid)
    );
}

#[test]
fn long_text_gets_a_longer_header() {
    for len in [119, 120, 121, 122, 123, 200] {
        let text = "y".repeat(len);
        let mut out = [0; 300];
        let total = publish_text(&mut out, true, "a/b", &mut |to| {
            to.write_str(&text).expect("it fits");
        });
        let mut same = [0; 300];
        let expected = Publish::at_most_once(true, "a/b", text.as_bytes()).encode(&mut same);
        assert_eq!(total, expected);
        let total = total.expect("it fits");
        assert_eq!(out[..total], same[..total]);
    }
}

#[test]
fn the_small_packets_are_encoded() {
    let subscribe = Subscribe {
        id: id(10),
        filter: "a/+",
        qos: Qos::AtLeastOnce,
    };
    check_encode(
        |out| subscribe.encode(out),
        b"\x82\x08\x00\x0a\x00\x03a/+\x01",
    );
    for filter in ["", "a\0"] {
        let refused = Subscribe {
            filter,
            ..subscribe
        }
        .encode(&mut [0; 64]);
        assert_eq!(refused, Err(EncodeError::Invalid));
    }
    assert_eq!(puback(id(0x0A0B)), [0x40, 2, 0x0A, 0x0B]);
    assert_eq!(PINGREQ, [0xC0, 0]);
    assert_eq!(DISCONNECT, [0xE0, 0]);
}
