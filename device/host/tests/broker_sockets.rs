//! The broker over real sockets: strangers that come in hundreds, break off or
//! take nothing, `rumqttc`, and the clients of mosquitto.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use goe_host::broker::{Broker, Running};
use goe_runtime::mqtt::TopicMap;
use rumqttc::{Client, Event, MqttOptions, Packet, Publish, QoS};

/// Time that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// Of the device that the broker is for.
const TOPICS: TopicMap = TopicMap {
    topics: &[],
    default_prefix: "device",
};

/// A broker that ends with the test.
struct Started {
    address: SocketAddr,
    running: Option<Running>,
}

impl Started {
    fn new() -> Self {
        let broker = Broker::bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        let broker = broker.keep_place(&TOPICS, "000001");
        Self {
            address: broker.address(),
            running: Some(broker.start().expect("it starts")),
        }
    }

    fn wire(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream
    }

    /// A connection that is welcome.
    fn connect(&self, client_id: &str) -> TcpStream {
        let mut stream = self.wire();
        stream.write_all(&connect(client_id)).expect("it is sent");
        let mut connack = [0xFF; 4];
        stream.read_exact(&mut connack).expect("CONNACK");
        assert_eq!(connack, [0x20, 2, 0, 0], "{client_id}");
        stream
    }

    /// Proves that a client that comes now is served.
    fn serves(&self, client_id: &str) {
        let mut stream = self.connect(client_id);
        let subscribe = b"\x82\x0a\0\x01\0\x05fresh\x01";
        stream.write_all(subscribe).expect("it is sent");
        read(&mut stream, &[0x90, 3, 0, 1, 1]);
        stream
            .write_all(b"\x32\x0a\0\x05fresh\0\x09!")
            .expect("it is sent");
        read(&mut stream, &[0x40, 2, 0, 9]);
        read(&mut stream, b"\x32\x0a\0\x05fresh\0\x01!");
    }
}

fn connect(client_id: &str) -> Vec<u8> {
    let length = u8::try_from(client_id.len()).expect("short");
    let head = [
        0x10,
        12 + length,
        0,
        4,
        b'M',
        b'Q',
        b'T',
        b'T',
        4,
        2,
        0,
        0,
        0,
        length,
    ];
    [&head, client_id.as_bytes()].concat()
}

#[track_caller]
fn read(stream: &mut TcpStream, expected: &[u8]) {
    let mut bytes = vec![0; expected.len()];
    stream.read_exact(&mut bytes).expect("it comes");
    assert_eq!(bytes, expected);
}

/// Waits until the other side has closed.
#[track_caller]
fn ends(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

/// A connection that ends with a reset, not with a goodbye of TCP: unread bytes
/// are left in it.
fn reset(mut stream: TcpStream) {
    // Two answers, which it leaves where they are.
    stream.write_all(&[0xC0, 0, 0xC0, 0]).expect("it is sent");
    stream.peek(&mut [0]).expect("an answer");
}

#[test]
fn strange_client_ids_are_welcome_twice() {
    let broker = Started::new();
    for id in ["/", "+", "$", "#", "a/+/#"] {
        for _ in 0..3 {
            reset(broker.connect(id));
        }
    }
    broker.serves("fresh");
}

#[test]
fn resets_before_connack_hurt_nobody() {
    let broker = Started::new();
    let witness = broker.connect("witness");
    for _ in 0..3 {
        let mut stream = broker.wire();
        stream.write_all(&connect("a")).expect("it is sent");
        // Closed with an answer on its way, or one that comes too late.
        drop(stream);
        let mut stream = broker.wire();
        stream.write_all(&connect("a")[..7]).expect("it is sent");
        drop(stream);
        drop(broker.wire());
    }
    broker.serves("a");
    drop(witness);
}

#[test]
fn the_eleven_hundredth_client_is_served() {
    let broker = Started::new();
    for n in 0..1_100 {
        drop(broker.connect(&format!("c{n}")));
    }
    broker.serves("fresh");
}

#[test]
fn when_all_places_are_taken_the_next_is_told_and_comes_in_later() {
    let broker = Started::new();
    let mut held: Vec<_> = (0..900).map(|n| broker.connect(&format!("c{n}"))).collect();
    let mut stream = broker.wire();
    stream.write_all(&connect("next")).expect("it is sent");
    read(&mut stream, &[0x20, 2, 0, 3]);
    ends(&mut stream);
    // The device's, also by the id that it takes when another has its own.
    broker.serves("device-000001");
    broker.serves("device-000001-0a1b2c3d");
    // One that is served says goodbye; its place is free once it is closed.
    let mut leaves = held.swap_remove(450);
    leaves.write_all(&[0xE0, 0]).expect("it is sent");
    ends(&mut leaves);
    broker.serves("next");
}

#[test]
fn garbage_is_closed_and_others_are_served_on() {
    let broker = Started::new();
    for garbage in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0xFF; 8000],
        &[0x16, 3, 1, 2, 0],
    ] {
        let mut stream = broker.wire();
        stream.write_all(garbage).expect("it is sent");
        ends(&mut stream);
    }
    let mut half = broker.wire();
    half.shutdown(Shutdown::Write).expect("it is open");
    ends(&mut half);
    broker.serves("fresh");
}

#[test]
fn who_does_not_say_who_he_is_is_closed_after_five_seconds() {
    let broker = Started::new();
    let began = Instant::now();
    let mut silent = broker.wire();
    ends(&mut silent);
    assert!((4_900..7_000).contains(&began.elapsed().as_millis()));
}

#[test]
fn silence_closes_after_one_and_a_half_keep_alives() {
    let broker = Started::new();
    let mut stream = broker.wire();
    let mut with_keep_alive = connect("a");
    with_keep_alive[11] = 1;
    stream.write_all(&with_keep_alive).expect("it is sent");
    read(&mut stream, &[0x20, 2, 0, 0]);
    let began = Instant::now();
    ends(&mut stream);
    assert!((1_400..3_000).contains(&began.elapsed().as_millis()));
}

/// Two hundred subscribers that take nothing, and thirty megabytes for each.
#[test]
fn others_are_served_beside_those_that_take_nothing() {
    let broker = Started::new();
    let stalled: Vec<_> = (0..200)
        .map(|n| {
            let mut stream = broker.connect(&format!("stalled-{n}"));
            stream
                .write_all(b"\x82\x06\0\x01\0\x01#\0")
                .expect("it is sent");
            read(&mut stream, &[0x90, 3, 0, 1, 0]);
            stream
        })
        .collect();
    let mut publisher = broker.connect("publisher");
    let head = [0x30, 0xFF, 0x4E, 0, 1, b't'];
    let message = [&head[..], &[b'x'; 0x4E * 128 + 124]].concat();
    for _ in 0..30_000_000 / message.len() {
        publisher.write_all(&message).expect("it is taken");
    }
    broker.serves("fresh");
    drop(stalled);
}

/// It is the end of its thread, so a second broker can have the address.
#[test]
fn it_ends_when_it_is_dropped() {
    let mut broker = Started::new();
    let mut client = broker.connect("a");
    broker.running.take();
    ends(&mut client);
    let again = TcpListener::bind(broker.address);
    again.expect("the address is free");
}

#[test]
fn it_ends_with_the_tasks_of_the_program() {
    let mut address = None;
    goe_host::run(async {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listens = Broker::bind(any)?.start_here()?;
        tokio::net::TcpStream::connect(listens).await?;
        address = Some(listens);
        Ok(())
    })
    .expect("it runs");
    TcpListener::bind(address.expect("it listened")).expect("the address is free");
}

#[test]
fn an_address_that_is_taken_is_told() {
    let broker = Started::new();
    let error = Broker::bind(broker.address).expect_err("it is taken");
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    assert_eq!(kind, Some(ErrorKind::AddrInUse));
}

/// A client of `rumqttc`.
struct Rumqttc {
    client: Client,
    connection: rumqttc::Connection,
}

impl Rumqttc {
    fn new(broker: &Started, id: &str, clean_session: bool) -> Self {
        let address = broker.address;
        let mut options = MqttOptions::new(id, address.ip().to_string(), address.port());
        options.set_clean_session(clean_session);
        options.set_max_packet_size(1 << 20, 1 << 20);
        let (client, connection) = Client::new(options, 5_000);
        Self { client, connection }
    }

    fn until<T>(&mut self, mut found: impl FnMut(&Packet) -> Option<T>) -> T {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            match self.connection.recv_timeout(PATIENCE) {
                Ok(Ok(Event::Incoming(packet))) => {
                    if let Some(found) = found(&packet) {
                        return found;
                    }
                }
                Ok(Ok(Event::Outgoing(_))) => {}
                other => panic!("{other:?}"),
            }
        }
        panic!("waited in vain");
    }

    fn messages(&mut self, count: usize) -> Vec<Publish> {
        let mut messages = Vec::new();
        while messages.len() < count {
            messages.push(self.until(|packet| match packet {
                Packet::Publish(publish) => Some(publish.clone()),
                _ => None,
            }));
        }
        messages
    }
}

#[test]
fn rumqttc_gets_all_that_is_retained_at_every_qos() {
    let broker = Started::new();
    let mut publisher = Rumqttc::new(&broker, "publisher", true);
    for n in 0..2_000 {
        let qos = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce][n % 3];
        let topic = format!("t/{n}");
        let published = publisher.client.publish(topic, qos, true, n.to_string());
        published.expect("is queued");
    }
    publisher
        .client
        .publish("fence", QoS::AtLeastOnce, false, "")
        .expect("is queued");
    let mut acknowledged = 0;
    publisher.until(|packet| {
        acknowledged += usize::from(matches!(packet, Packet::PubAck(_) | Packet::PubComp(_)));
        // Of each three, two are answered for; and the fence.
        (acknowledged == 2_000 * 2 / 3 + 1).then_some(())
    });
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let mut late = Rumqttc::new(&broker, "late", true);
        late.client.subscribe("#", qos).expect("is queued");
        let mut topics: Vec<_> = late.messages(2_000).into_iter().map(|m| m.topic).collect();
        topics.sort();
        topics.dedup();
        assert_eq!(topics.len(), 2_000);
    }
}

#[test]
fn rumqttc_finds_its_session_again() {
    let broker = Started::new();
    let session = |packet: &Packet| match packet {
        Packet::ConnAck(connack) => Some(connack.session_present),
        _ => None,
    };
    let mut client = Rumqttc::new(&broker, "a", false);
    assert!(!client.until(session));
    client
        .client
        .subscribe("t", QoS::AtLeastOnce)
        .expect("is queued");
    client.until(|packet| matches!(packet, Packet::SubAck(_)).then_some(()));
    drop(client);
    let mut publisher = Rumqttc::new(&broker, "publisher", true);
    for n in 0..50 {
        let published = publisher
            .client
            .publish("t", QoS::AtLeastOnce, false, n.to_string());
        published.expect("is queued");
    }
    let mut left = 50;
    publisher.until(|packet| {
        left -= i32::from(matches!(packet, Packet::PubAck(_)));
        (left == 0).then_some(())
    });
    let mut client = Rumqttc::new(&broker, "a", false);
    assert!(client.until(session));
    let payloads: Vec<_> = client.messages(50).into_iter().map(|m| m.payload).collect();
    let expected: Vec<_> = (0..50).map(|n: i32| n.to_string()).collect();
    assert_eq!(payloads, expected);
}

/// A client of mosquitto, with `-W 20`, to its end.
fn mosquitto(program: &str, broker: &Started, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(["-h", "127.0.0.1", "-p", &broker.address.port().to_string()]);
    command
        .args(arguments)
        .output()
        .expect("mosquitto-clients are installed")
}

fn lines(output: Output) -> Vec<String> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs mosquitto"]
fn mosquitto_publishes_and_subscribes_at_every_qos() {
    let broker = Started::new();
    for sent in ["0", "1", "2"] {
        let topic = format!("t/{sent}");
        let arguments = ["-t", &topic, "-m", sent, "-q", sent, "-r"];
        lines(mosquitto("mosquitto_pub", &broker, &arguments));
        for wanted in ["0", "1", "2"] {
            let arguments = [
                "-t", "t/+", "-q", wanted, "-C", "1", "-W", "20", "-F", "%t %p %q %r",
            ];
            let heard = lines(mosquitto("mosquitto_sub", &broker, &arguments));
            let qos = sent.min(wanted).min("1");
            assert_eq!(heard, [format!("{topic} {sent} {qos} 1")]);
        }
        let cleared = ["-t", topic.as_str(), "-n", "-r", "-q", sent];
        lines(mosquitto("mosquitto_pub", &broker, &cleared));
    }
    let arguments = ["-t", "#", "-W", "1", "--retained-only"];
    let left = mosquitto("mosquitto_sub", &broker, &arguments);
    assert!(left.stdout.is_empty());
}

#[test]
#[ignore = "needs mosquitto"]
fn mosquitto_of_other_versions_is_refused() {
    let broker = Started::new();
    for version in ["mqttv31", "mqttv5"] {
        let arguments = ["-t", "t", "-m", "1", "-V", version];
        let refused = mosquitto("mosquitto_pub", &broker, &arguments);
        assert!(!refused.status.success());
        let said = String::from_utf8_lossy(&refused.stderr).to_lowercase();
        assert!(said.contains("protocol version"), "{version}: {said}");
    }
}

#[test]
#[ignore = "needs mosquitto"]
fn mosquitto_gets_a_will_a_session_and_all_that_is_retained() {
    let broker = Started::new();
    let mut publisher = Rumqttc::new(&broker, "publisher", true);
    for n in 0..2_000 {
        let topic = format!("t/{n}");
        let published = publisher.client.publish(topic, QoS::AtLeastOnce, true, "1");
        published.expect("is queued");
    }
    let mut left = 2_000;
    publisher.until(|packet| {
        left -= i32::from(matches!(packet, Packet::PubAck(_)));
        (left == 0).then_some(())
    });
    let all = ["-t", "t/#", "-q", "1", "-C", "2000", "-W", "20"];
    assert_eq!(
        lines(mosquitto("mosquitto_sub", &broker, &all)).len(),
        2_000
    );
    // A session of its own, kept from the first to the second.
    let kept = ["-i", "kept", "-c", "-t", "kept", "-q", "1", "-W", "20"];
    lines(mosquitto(
        "mosquitto_sub",
        &broker,
        &[&kept[..], &["-E"]].concat(),
    ));
    for payload in ["1", "2"] {
        let arguments = ["-t", "kept", "-q", "1", "-m", payload];
        lines(mosquitto("mosquitto_pub", &broker, &arguments));
    }
    let heard = mosquitto(
        "mosquitto_sub",
        &broker,
        &[&kept[..], &["-C", "2"]].concat(),
    );
    assert_eq!(lines(heard), ["1", "2"]);
    // Killed, not asked to go.
    let port = broker.address.port().to_string();
    let mut mortal = Command::new("mosquitto_sub")
        .args([
            "-h", "127.0.0.1", "-p", &port, "-t", "t/0", "-C", "2", "-i", "mortal",
        ])
        .args([
            "--will-topic", "will", "--will-payload", "gone", "--will-retain",
        ])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("mosquitto-clients are installed");
    let mut said = [0; 2];
    mortal
        .stdout
        .take()
        .expect("a pipe")
        .read_exact(&mut said)
        .expect("it is connected");
    mortal.kill().expect("it runs");
    mortal.wait().expect("it ends");
    let will = ["-t", "will", "-C", "1", "-W", "20"];
    assert_eq!(lines(mosquitto("mosquitto_sub", &broker, &will)), ["gone"]);
}
