//! The MQTT codec against another one: what we encode, `rumqttc` decodes to
//! the same fields; what it encodes, we decode to the same fields.

use bytes::{Bytes, BytesMut};
use goe_device::mqtt::codec::{
    Connect, Credentials, DISCONNECT, Decoder, PINGREQ, Packet, PacketId, Publish, Qos, Refusal,
    Subscribe, Will, puback,
};
use proptest::prelude::*;
use rumqttc::mqttbytes::{QoS as PeerQos, v4 as peer};

const MAX: usize = 1 << 20;

fn peer_reads(bytes: &[u8]) -> peer::Packet {
    let mut stream = BytesMut::from(bytes);
    let packet = peer::Packet::read(&mut stream, MAX).expect("the peer reads it");
    assert!(stream.is_empty(), "the peer left {} bytes", stream.len());
    packet
}

fn peer_writes(packet: &peer::Packet) -> Vec<u8> {
    let mut stream = BytesMut::new();
    packet.write(&mut stream, MAX).expect("the peer writes it");
    stream.to_vec()
}

/// Decodes `bytes`, which are one packet, and lets `check` see it.
fn we_read<R>(bytes: &[u8], check: impl FnOnce(Packet<'_>) -> R) -> R {
    let mut buf = vec![0; bytes.len().max(16)];
    let mut decoder = Decoder::new(&mut buf);
    decoder.space()[..bytes.len()].copy_from_slice(bytes);
    decoder.filled(bytes.len());
    let packet = decoder.next().expect("we read it").expect("whole");
    check(packet)
}

fn we_write(
    encode: impl FnOnce(&mut [u8]) -> Result<usize, goe_device::mqtt::codec::EncodeError>,
) -> Vec<u8> {
    let mut out = vec![0; MAX];
    let len = encode(&mut out).expect("we write it");
    out.truncate(len);
    out
}

fn peer_qos(qos: Qos) -> PeerQos {
    match qos {
        Qos::AtMostOnce => PeerQos::AtMostOnce,
        Qos::AtLeastOnce => PeerQos::AtLeastOnce,
        Qos::ExactlyOnce => PeerQos::ExactlyOnce,
    }
}

fn qos() -> impl Strategy<Value = Qos> {
    prop_oneof![
        Just(Qos::AtMostOnce),
        Just(Qos::AtLeastOnce),
        Just(Qos::ExactlyOnce)
    ]
}

fn id() -> impl Strategy<Value = PacketId> {
    any::<PacketId>()
}

/// A topic without wildcards: ASCII and beyond, up to a few hundred bytes.
fn topic() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9/ \u{e4}\u{20ac}\u{1f697}]{1,100}"
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        proptest::collection::vec(any::<u8>(), 16_000..17_000),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn publish_there_and_back(
        topic in topic(),
        payload in payload(),
        qos in qos(),
        id in id(),
        dup in any::<bool>(),
        retain in any::<bool>(),
    ) {
        let has_id = qos != Qos::AtMostOnce;
        let ours = Publish {
            dup: dup && has_id,
            retain,
            qos,
            id: has_id.then_some(id),
            topic: &topic,
            payload: &payload,
        };
        let theirs = peer::Publish {
            dup: ours.dup,
            qos: peer_qos(qos),
            retain,
            topic: topic.clone(),
            pkid: ours.id.map_or(0, PacketId::get),
            payload: Bytes::copy_from_slice(&payload),
        };
        let bytes = we_write(|out| ours.encode(out));
        let theirs = peer::Packet::Publish(theirs);
        prop_assert_eq!(&peer_reads(&bytes), &theirs);
        prop_assert_eq!(&peer_writes(&theirs), &bytes);
        prop_assert!(we_read(&bytes, |packet| packet == Packet::Publish(ours)));
    }

    #[test]
    fn connect_there(
        client_id in "[a-zA-Z0-9\u{e4}]{0,40}",
        keep_alive_s in any::<u16>(),
        login in proptest::option::of(("[ -~]{1,30}", "[ -~]{1,30}")),
        will in proptest::option::of((topic(), payload(), qos(), any::<bool>())),
    ) {
        let ours = Connect {
            client_id: &client_id,
            clean_session: true,
            keep_alive_s,
            credentials: login.as_ref().map(|(user, password)| Credentials {
                user,
                password: Some(password.as_bytes()),
            }),
            will: will.as_ref().map(|(topic, payload, qos, retain)| Will {
                topic,
                payload,
                qos: *qos,
                retain: *retain,
            }),
        };
        let mut theirs = peer::Connect::new(client_id.as_str());
        theirs.keep_alive = keep_alive_s;
        theirs.clean_session = true;
        theirs.login = login
            .as_ref()
            .map(|(user, password)| peer::Login::new(user, password));
        theirs.last_will = will.as_ref().map(|(topic, payload, qos, retain)| {
            peer::LastWill::new(topic.as_str(), payload.as_slice(), peer_qos(*qos), *retain)
        });
        let bytes = we_write(|out| ours.encode(out));
        let theirs = peer::Packet::Connect(theirs);
        prop_assert_eq!(&peer_reads(&bytes), &theirs);
        prop_assert_eq!(peer_writes(&theirs), bytes);
    }

    #[test]
    fn subscribe_there(filter in "[a-z/+]{1,60}", id in id(), qos in qos()) {
        let bytes = we_write(|out| Subscribe { id, filter: &filter, qos }.encode(out));
        let mut theirs = peer::Subscribe::new(filter, peer_qos(qos));
        theirs.pkid = id.get();
        let theirs = peer::Packet::Subscribe(theirs);
        prop_assert_eq!(&peer_reads(&bytes), &theirs);
        prop_assert_eq!(peer_writes(&theirs), bytes);
    }

    #[test]
    fn puback_there_and_back(id in id()) {
        let theirs = peer::Packet::PubAck(peer::PubAck::new(id.get()));
        prop_assert_eq!(&peer_reads(&puback(id)), &theirs);
        prop_assert!(we_read(&peer_writes(&theirs), |packet| packet == Packet::Puback(id)));
    }

    #[test]
    fn suback_back(
        id in id(),
        granted in proptest::collection::vec(proptest::option::of(qos()), 1..10),
    ) {
        let code = |qos: &Option<Qos>| match qos {
            Some(qos) => peer::SubscribeReasonCode::Success(peer_qos(*qos)),
            None => peer::SubscribeReasonCode::Failure,
        };
        let theirs = peer::SubAck::new(id.get(), granted.iter().map(code).collect());
        let bytes = peer_writes(&peer::Packet::SubAck(theirs));
        let codes: Vec<u8> = granted.iter().map(|qos| qos.map_or(0x80, |qos| qos as u8)).collect();
        let expected = Packet::Suback { id, codes: &codes };
        prop_assert!(we_read(&bytes, |packet| packet == expected));
    }
}

#[test]
fn connack_back() {
    use peer::ConnectReturnCode as Code;
    let cases = [
        (Code::Success, Ok(())),
        (Code::RefusedProtocolVersion, Err(Refusal::ProtocolVersion)),
        (Code::BadClientId, Err(Refusal::ClientId)),
        (Code::ServiceUnavailable, Err(Refusal::Unavailable)),
        (Code::BadUserNamePassword, Err(Refusal::BadCredentials)),
        (Code::NotAuthorized, Err(Refusal::NotAuthorized)),
    ];
    for (code, result) in cases {
        let session_present = result.is_ok();
        let theirs = peer::ConnAck::new(code, session_present);
        let expected = Packet::Connack {
            session_present,
            result,
        };
        we_read(&peer_writes(&peer::Packet::ConnAck(theirs)), |packet| {
            assert_eq!(packet, expected);
        });
    }
}

#[test]
fn packets_without_fields() {
    assert_eq!(peer_reads(&PINGREQ), peer::Packet::PingReq);
    assert_eq!(peer_reads(&DISCONNECT), peer::Packet::Disconnect);
    we_read(&peer_writes(&peer::Packet::PingResp), |packet| {
        assert_eq!(packet, Packet::Pingresp);
    });
}
