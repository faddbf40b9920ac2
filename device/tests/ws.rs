//! The WebSocket of a device of three keys, in time that a test decides: a client by a library of
//! others, or whatever bytes come. The tokens are no secret here, so that a client can be
//! written down.

#![allow(clippy::unwrap_used, reason = "tests")]

mod pipe_support;
mod wire_support;

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use goe_device::clock::Clock;
use goe_device::entropy::{Entropy, NoEntropy};
use goe_device::http::{self, Buffers, REQUEST_LINE_MAX, Slots};
use goe_device::net::Socket;
use goe_device::ws::Hall;
use goe_runtime::descriptor::Capacities;
use goe_runtime::device::{Credential, Device, HashKind, Observed, Table, Watch};
use goe_runtime::http::{Action, Route};
use goe_runtime::websocket::{Known, Member, Message, Messages, Source};
use goe_runtime::{
    Access, Category, Descriptor, DocumentView, KeyIndex, KeySet, Lookup, Profile, Registry, Type,
    WriteError, value,
};
use pipe_support::{Paused, Pipe};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use wire_support::{Stopped, Wire};

const NUMBER: &Profile = &Profile::new(Access::ReadWrite, Category::Config, Type::UINT8);

static REGISTRY: Registry = Registry {
    descriptors: &[
        Descriptor {
            name: "amp",
            profile: NUMBER,
        },
        Descriptor {
            name: "car",
            profile: &Profile::new(Access::Read, Category::Status, Type::UINT8),
        },
        Descriptor {
            name: "fan",
            profile: NUMBER,
        },
    ],
    lookup: Lookup::SCAN,
    capacities: Capacities {
        document: 64,
        entry: 16,
        stored: 8,
        name: 8,
    },
};

static ROUTES: [Route; 1] = [Route {
    method: "GET",
    path: "/talk",
    filter: None,
    action: Action::Socket,
}];

const fn known(name: &'static str, known: Known) -> Member {
    let source = Source::Known(known);
    Member { name, source }
}

const fn message(name: &'static str, members: &'static [Member]) -> Message {
    Message { name, members }
}

/// None of a real device's, so that nothing is known by heart.
static MESSAGES: Messages = Messages {
    hello: None,
    challenge: message(
        "ask",
        &[known("a", Known::Token1), known("b", Known::Token2)],
    ),
    auth: message(
        "tell",
        &[known("c", Known::Token3), known("proof", Known::Proof)],
    ),
    accepted: message("welcome", &[]),
    denied: message("go", &[known("why", Known::Message)]),
    full: message(
        "all",
        &[
            known("status", Known::Status),
            known("more", Known::Partial),
        ],
    ),
    delta: message("news", &[known("status", Known::Status)]),
    set: message(
        "set",
        &[
            known("id", Known::Request),
            known("key", Known::Key),
            known("value", Known::Value),
        ],
    ),
    secure: Some(message(
        "sealed",
        &[known("text", Known::Data), known("seal", Known::Hmac)],
    )),
    response: message(
        "done",
        &[
            known("id", Known::Request),
            known("ok", Known::Success),
            known("status", Known::Status),
            known("why", Known::Message),
        ],
    ),
};

type Keys = KeySet<1>;

/// The device.
#[derive(Default)]
struct Three {
    values: RefCell<[u8; 3]>,
    watches: RefCell<Vec<&'static Watch<Keys>>>,
}

impl Three {
    fn change(&self, key: u16, value: u8) {
        self.values.borrow_mut()[usize::from(key)] = value;
        let keys: Keys = [KeyIndex(key)].into_iter().collect();
        self.watches
            .borrow()
            .iter()
            .for_each(|watch| watch.tell(&keys));
    }
}

impl Table for Three {
    type Keys = Keys;

    fn registry(&self) -> &'static Registry {
        &REGISTRY
    }
}

impl Device for Three {
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for (descriptor, value) in REGISTRY.descriptors.iter().zip(*self.values.borrow()) {
            bytes.push(if bytes.is_empty() { b'{' } else { b',' });
            bytes.extend_from_slice(format!("\"{}\":{value}", descriptor.name).as_bytes());
            ends.push(bytes.len() as u32);
        }
        bytes.push(b'}');
        read(DocumentView::new(&REGISTRY, &bytes, &ends))
    }

    fn set(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        let descriptor = REGISTRY.descriptor(key);
        if !descriptor.access.writable() {
            return Err(WriteError::WithoutSetter);
        }
        value::read(descriptor, json, &mut value::Value::Null)?;
        self.change(key.0, json.trim().parse().unwrap());
        Ok(())
    }
}

impl Observed for Three {
    fn observe(&self, watch: &'static Watch<Keys>) {
        self.watches.borrow_mut().push(watch);
    }

    fn credential(&self) -> Option<Credential> {
        Credential::new(HashKind::Pbkdf2, "1", "hash")
    }
}

/// No chance at all.
struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        bytes.fill(0);
        Ok(())
    }
}

/// The answer to a challenge of zeros with `t`, by Python's hashlib.
const PROOF: &str = "929c620edebd0909471cb8dff19978b033e6b973bae3f7ba0dbfb8c93af103c7";

/// Serves a connection of the device to its end.
async fn serve(device: &Three, clock: impl Clock, socket: impl Socket) {
    let hall: &'static Hall<Keys, Zeros, 1> = Box::leak(Box::new(Hall::new(&MESSAGES, Zeros)));
    hall.open(device);
    let slots = Slots::<_, 2>::keeping(clock, 0, 1);
    let (mut request, mut body) = (vec![0; REQUEST_LINE_MAX], vec![0; 512]);
    let mut transmit = vec![0; 256];
    let buffers = Buffers {
        request: &mut request,
        body: &mut body,
        transmit: &mut transmit,
    };
    let site = http::Site {
        routes: &ROUTES,
        names: &[],
        handler: (),
        sockets: hall.session(),
    };
    let slot = slots.claim().await;
    http::serve(device, site, slot, socket, buffers).await;
}

type Client = WebSocketStream<DuplexStream>;

/// Runs a test with a client, in time that goes on by itself.
fn with_client<F: Future<Output = ()>>(room: usize, test: impl FnOnce(Rc<Three>, Client) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, async {
        let device = Rc::new(Three::default());
        let (here, there) = duplex(room);
        let serving = {
            let device = device.clone();
            spawn_local(async move {
                serve(&device, Paused::now(), Pipe::new(there)).await;
            })
        };
        let url = "ws://device.local/talk";
        let (client, _) = tokio_tungstenite::client_async(url, here).await.unwrap();
        test(device, client).await;
        // Whatever the client did, it is served to an end.
        serving.await.unwrap();
    });
}

async fn next(client: &mut Client) -> Option<Value> {
    loop {
        match client.next().await? {
            Ok(Frame::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
            Ok(Frame::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// Comes in, and takes the whole status.
async fn come_in(client: &mut Client) -> Value {
    assert_eq!(next(client).await.unwrap()["type"], "ask");
    let proof = json!({ "type": "tell", "c": "t", "proof": PROOF });
    client.send(Frame::text(proof.to_string())).await.unwrap();
    assert_eq!(next(client).await.unwrap()["type"], "welcome");
    let all = next(client).await.unwrap();
    assert_eq!((&all["type"], &all["more"]), (&json!("all"), &json!(false)));
    all["status"].clone()
}

#[test]
fn who_proves_nothing_has_ten_seconds() {
    with_client(1024, async |_, mut client| {
        let began = Instant::now();
        assert_eq!(next(&mut client).await.unwrap()["type"], "ask");
        assert_eq!(next(&mut client).await, None);
        assert_eq!(began.elapsed().as_secs(), 10);
    });
}

#[test]
fn who_says_nothing_is_asked_and_then_gone() {
    with_client(1024, async |_, mut client| {
        come_in(&mut client).await;
        let began = Instant::now();
        // It answers pings for as long as somebody reads.
        let reading = async { while next(&mut client).await.is_some() {} };
        let an_hour = Duration::from_secs(3600);
        assert!(tokio::time::timeout(an_hour, reading).await.is_err());
        // From here on nobody does.
        let began_silence = began.elapsed();
        let mut raw = client.into_inner();
        let mut rest = Vec::new();
        raw.read_to_end(&mut rest).await.unwrap();
        let silent = began.elapsed() - began_silence;
        assert!((30..=50).contains(&silent.as_secs()), "{silent:?}");
    });
}

#[test]
fn a_slow_client_has_the_last_of_what_changed() {
    with_client(256, async |device, mut client| {
        let status = come_in(&mut client).await;
        assert_eq!(status, json!({ "amp": 0, "car": 0, "fan": 0 }));
        for value in 1..=200 {
            device.change(0, value);
            device.change(1, value / 2);
            // The device says what it can.
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
        let (mut last, mut count) = (json!({}), 0);
        while last["amp"] != 200 || last["car"] != 100 {
            let news = next(&mut client).await.unwrap();
            assert_eq!(news["type"], "news");
            last.as_object_mut()
                .unwrap()
                .extend(news["status"].as_object().unwrap().clone());
            count += 1;
        }
        assert!(count < 20, "{count} messages for a client that took none");
        client.close(None).await.unwrap();
    });
}

#[test]
fn changes_of_one_step_are_one_message() {
    with_client(1024, async |device, mut client| {
        come_in(&mut client).await;
        device.change(2, 7);
        device.change(0, 6);
        let news = next(&mut client).await.unwrap();
        assert_eq!(
            news,
            json!({ "type": "news", "status": { "amp": 6, "fan": 7 } })
        );
        client.close(None).await.unwrap();
    });
}

#[test]
fn a_message_that_is_too_long_is_told_so() {
    with_client(4096, async |_, mut client| {
        come_in(&mut client).await;
        client.send(Frame::text("x".repeat(600))).await.unwrap();
        let closed = client.next().await.unwrap().unwrap();
        let Frame::Close(Some(why)) = closed else {
            panic!("{closed:?}");
        };
        assert_eq!(u16::from(why.code), 1009);
    });
}

const UPGRADE: &str = "GET /talk HTTP/1.1\r\nHost: a.local\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A frame with a mask of zeros.
fn frame(first: u8, content: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match content.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0x80 | 126);
            frame.extend((long as u16).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(content);
    frame
}

/// What is heard by a client that says this behind the handshake.
fn heard(says: &[u8]) -> Vec<u8> {
    let says = [UPGRADE.as_bytes(), says].concat();
    let mut hears = Vec::new();
    let wire = Wire {
        sends: &says,
        piece: usize::MAX,
        hears: &mut hears,
    };
    let device = Three::default();
    let mut context = Context::from_waker(Waker::noop());
    let served = pin!(serve(&device, Stopped, wire)).poll(&mut context);
    assert!(matches!(served, Poll::Ready(())), "its end was seen");
    hears
}

fn proof() -> Vec<u8> {
    let proof = json!({ "type": "tell", "c": "t", "proof": PROOF });
    frame(0x81, proof.to_string().as_bytes())
}

#[test]
fn the_proof_of_these_tests_is_believed() {
    let heard = heard(&proof());
    let welcome = br#"{"type":"welcome"}"#;
    assert!(heard.windows(welcome.len()).any(|part| part == welcome));
}

proptest! {
    #[test]
    fn no_bytes_do_harm(is_known: bool, bytes: Vec<u8>) {
        let known = if is_known { proof() } else { Vec::new() };
        heard(&[known, bytes].concat());
    }

    #[test]
    fn no_frames_do_harm(
        is_known: bool,
        frames in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..200)), 0..6),
    ) {
        let mut says = if is_known { proof() } else { Vec::new() };
        frames.iter().for_each(|(first, content)| says.extend(frame(*first, content)));
        heard(&says);
    }

    #[test]
    fn no_text_does_harm(
        is_known: bool,
        text in r#"\{("(type|text|seal|id|key|value|c|proof)":("(set|sealed|tell|amp|[a-z\\"u0-9{}:,]{0,20})"|[-0-9.eE]{0,9}|null|\[\]|\{\}),?){0,6}\}"#,
    ) {
        let mut says = if is_known { proof() } else { Vec::new() };
        says.extend(frame(0x81, text.as_bytes()));
        heard(&says);
    }
}
