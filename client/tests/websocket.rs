//! The client against a charger's WebSocket, which is played here from its description:
//! `hello`, challenge, full status in parts, changes, signed settings, responses.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use goe_client::{Change, Charger, Error, Key, Options, Secret, Set, Setting, Watch};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// Longest wait for anything: hashing takes its time without optimization.
const SOON: Duration = Duration::from_secs(30);

const PASSWORD: &str = "päss word";
/// Made of it and the serial by others, see `src/websocket/hash.rs`.
const BY_PBKDF2: &str = "hmjqluzQojZQ4oOdEN4WrrRX6MKOml7R";
const BY_BCRYPT: &str = "sAEWAh4CK3Z2Y3ZYlOr3CF0QSTph/0q";

/// What a charger says after too many of them, also to the right one.
const TOO_MANY: &str = "Too many wrong passwords, try again in a minute";

/// How a charger differs from others.
#[derive(Clone, Copy)]
struct Manners {
    hash: Option<&'static str>,
    device_type: &'static str,
    secured: bool,
    /// MessagePack, behind these bytes.
    packed: Option<&'static [u8]>,
    /// It answers sets of this key alone.
    answers: Option<&'static str>,
}

const PLAIN: Manners = Manners {
    hash: Some("pbkdf2"),
    device_type: "go-eCharger_V4",
    secured: true,
    packed: None,
    answers: None,
};

/// A charger that is played.
struct Played {
    address: String,
    values: Arc<Mutex<BTreeMap<String, Value>>>,
    /// Messages for whoever is connected; nothing ends the connections.
    say: broadcast::Sender<Option<Value>>,
    /// The next one who comes is turned away, whatever the password.
    is_locked: Arc<AtomicBool>,
}

impl Played {
    async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("bound").to_string();
        let values = [
            ("amp", json!(16)),
            ("car", json!(1)),
            ("eto", json!(u64::MAX)),
            ("fna", json!("Garage")),
            ("zzz", json!({"new": [1, null]})),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value)).into();
        let values = Arc::new(Mutex::new(values));
        let (say, _) = broadcast::channel(16);
        let played = Played {
            address,
            values,
            say,
            is_locked: Arc::default(),
        };
        let (values, say) = (played.values.clone(), played.say.clone());
        let is_locked = played.is_locked.clone();
        // It ends with the test's runtime.
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let values = values.clone();
                let is_locked = is_locked.swap(false, Ordering::SeqCst);
                let said = say.subscribe();
                tokio::spawn(async move {
                    if let Ok(socket) = accept_async(stream).await {
                        Seat {
                            socket,
                            manners,
                            values,
                            is_locked,
                        }
                        .serve(said)
                        .await;
                    }
                });
            }
        });
        played
    }

    fn client(&self, password: &str) -> Charger {
        self.client_with(password, Duration::from_secs(20))
    }

    fn client_with(&self, password: &str, timeout: Duration) -> Charger {
        let options = Options {
            timeout,
            password: Some(Secret::new(password)),
            ..Options::default()
        };
        Charger::with(&self.address, options).expect("an address")
    }

    /// Another value, told to those who are connected.
    fn change(&self, key: &str, value: Value) {
        let delta = json!({"type": "deltaStatus", "status": {key: value}});
        self.values
            .lock()
            .expect("lock")
            .insert(key.to_owned(), value);
        // Nobody may be there to hear it.
        let _ = self.say.send(Some(delta));
    }
}

/// One connection.
struct Seat {
    socket: WebSocketStream<TcpStream>,
    manners: Manners,
    values: Arc<Mutex<BTreeMap<String, Value>>>,
    is_locked: bool,
}

impl Seat {
    async fn serve(mut self, mut said: broadcast::Receiver<Option<Value>>) {
        if self.welcome().await.is_none() {
            return;
        }
        loop {
            tokio::select! {
                message = said.recv() => match message {
                    Ok(Some(message)) => self.say(message).await,
                    _ => return,
                },
                message = self.hear() => match message {
                    Some(message) => self.answer(&message).await,
                    None => return,
                },
            }
        }
    }

    async fn say(&mut self, message: Value) {
        let frame = match self.manners.packed {
            Some(before) => {
                let packed = rmp_serde::to_vec(&message).expect("packs");
                Frame::binary([before, packed.as_slice()].concat())
            }
            None => Frame::text(message.to_string()),
        };
        // The client may have gone.
        let _ = self.socket.send(frame).await;
    }

    async fn hear(&mut self) -> Option<Value> {
        loop {
            if let Frame::Text(text) = self.socket.next().await?.ok()? {
                return serde_json::from_str(&text).ok();
            }
        }
    }

    fn hash(&self) -> &'static str {
        match (self.manners.hash, self.manners.device_type) {
            (Some("bcrypt"), _) | (None, "go-eCharger_Phoenix") => BY_BCRYPT,
            _ => BY_PBKDF2,
        }
    }

    /// Up to the whole status; nothing if the password is wrong.
    async fn welcome(&mut self) -> Option<()> {
        let (one, two) = ("token one", "token two");
        self.say(json!({
            "type": "hello", "serial": "123456", "hostname": "go-echarger_123456",
            "friendly_name": "Garage", "manufacturer": "go-e",
            "devicetype": self.manners.device_type, "version": "60.5", "protocol": 2,
            "secured": self.manners.secured,
        }))
        .await;
        let mut challenge = json!({"type": "authRequired", "token1": one, "token2": two});
        if let Some(hash) = self.manners.hash {
            challenge["hash"] = json!(hash);
        }
        self.say(challenge).await;
        let auth = self.hear().await?;
        let three = auth["token3"].as_str()?.to_owned();
        if self.is_locked {
            self.say(json!({"type": "authError", "message": TOO_MANY}))
                .await;
            return None;
        }
        let first = sha256(&[one, self.hash()]);
        if auth["type"] != "auth" || auth["hash"] != sha256(&[&three, two, &first]) {
            self.say(json!({"type": "authError", "message": "Wrong password"}))
                .await;
            return None;
        }
        self.say(json!({"type": "authSuccess", "token3": three}))
            .await;
        let values = self.values.lock().expect("lock").clone();
        let last = values.len() - 1;
        for (at, (name, value)) in values.into_iter().enumerate() {
            let part = json!({"type": "fullStatus", "partial": at < last, "status": {name: value}});
            self.say(part).await;
        }
        Some(())
    }

    async fn answer(&mut self, message: &Value) {
        let (set, number) = match message["type"].as_str() {
            Some("securedMsg") => {
                let data = message["data"].as_str().unwrap_or_default();
                let mac = Hmac::<Sha256>::new_from_slice(self.hash().as_bytes());
                let mut mac = mac.expect("any length");
                mac.update(data.as_bytes());
                assert_eq!(message["hmac"], hex(&mac.finalize().into_bytes()));
                let set: Value = serde_json::from_str(data).expect("JSON");
                let number = set["requestId"].to_string();
                assert_eq!(message["requestId"], format!("{number}sm"));
                (set, number)
            }
            _ if self.manners.secured => panic!("not signed: {message}"),
            _ => (message.clone(), message["requestId"].to_string()),
        };
        assert_eq!(set["type"], "setValue");
        let key = set["key"].as_str().expect("a key").to_owned();
        if self.manners.answers.is_some_and(|answered| answered != key) {
            return;
        }
        let refusal = match (key.as_str(), &set["value"]) {
            ("amp", Value::Number(amp))
                if amp.as_u64().is_some_and(|amp| (6..=32).contains(&amp)) =>
            {
                None
            }
            ("amp", other) => Some(format!("Value {other} exceeds range 6 to 32")),
            ("fna", Value::String(_)) => None,
            _ => Some("unknown api key".to_owned()),
        };
        let response = match refusal {
            Some(text) => json!({
                "type": "response", "requestId": number, "success": false, "message": text
            }),
            None => {
                let value = set["value"].clone();
                self.values
                    .lock()
                    .expect("lock")
                    .insert(key.clone(), value.clone());
                json!({
                    "type": "response", "requestId": number, "success": true, "status": {key: value}
                })
            }
        };
        self.say(response).await;
    }
}

fn sha256(parts: &[&str]) -> String {
    hex(&Sha256::digest(parts.concat()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    let soon = tokio::time::timeout(SOON, what).await;
    soon.expect("it does not take so long")
}

async fn next(watch: &mut Watch) -> Result<Change, Error> {
    soon(watch.next()).await.expect("it goes on")
}

/// As a line, to compare.
fn line(change: &Change) -> String {
    let before = change.before.as_deref().unwrap_or("-");
    format!("{} {before} {}", change.name, change.now)
}

/// Reads, sets, is refused and is told, in one connection.
async fn talks(manners: Manners) {
    let played = Played::start(manners).await;
    let client = played.client(PASSWORD);
    let status = soon(client.status()).await.expect("a status");
    assert_eq!((status.amp, status.eto), (Some(16), Some(u64::MAX)));
    assert_eq!(
        status.to_string(),
        r#"{"fna":"Garage","amp":16,"car":1,"eto":18446744073709551615,"zzz":{"new":[1,null]}}"#
    );
    let some = soon(client.status_of(["zzz", "nothing"])).await;
    assert_eq!(
        some.expect("a status").to_string(),
        r#"{"zzz":{"new":[1,null]}}"#
    );

    let mut watch = client.watch([Key::Amp, Key::Car]);
    for first in ["amp - 16", "car - 1"] {
        assert_eq!(line(&next(&mut watch).await.expect("a value")), first);
    }
    soon(client.set([Set::Amp(10), Set::Fna("Hof \"1\"".into())]))
        .await
        .expect("is taken");
    assert_eq!(
        line(&next(&mut watch).await.expect("a change")),
        "amp 16 10"
    );
    played.change("fna", json!("of no interest"));
    played.change("car", json!(2));
    assert_eq!(line(&next(&mut watch).await.expect("a change")), "car 1 2");

    let settings = [("amp", "6"), ("amp", "5"), ("zzz", "null")];
    let settings = settings.map(|(key, json)| Setting::new(key, json).expect("JSON"));
    let Err(Error::Refused(told)) = soon(client.set(settings)).await else {
        panic!("it was taken")
    };
    assert_eq!(told.accepted, ["amp"]);
    let refused = told.refused.iter();
    let refused: Vec<_> = refused
        .map(|one| format!("{}: {}", one.key, one.reason))
        .collect();
    assert_eq!(
        refused,
        ["amp: Value 5 exceeds range 6 to 32", "zzz: unknown api key"]
    );
    assert_eq!(line(&next(&mut watch).await.expect("a change")), "amp 10 6");
}

#[tokio::test]
async fn a_charger_that_hashes_by_pbkdf2() {
    talks(PLAIN).await;
}

#[tokio::test]
async fn a_charger_that_hashes_by_bcrypt_and_does_not_say_so() {
    talks(Manners {
        hash: None,
        device_type: "go-eCharger_Phoenix",
        ..PLAIN
    })
    .await;
}

#[tokio::test]
async fn a_charger_that_speaks_message_pack() {
    talks(Manners {
        hash: Some("bcrypt"),
        packed: Some(&[]),
        ..PLAIN
    })
    .await;
}

#[tokio::test]
async fn a_charger_that_speaks_message_pack_behind_a_zero() {
    talks(Manners {
        hash: Some("bcrypt"),
        packed: Some(&[0]),
        ..PLAIN
    })
    .await;
}

#[tokio::test]
async fn a_charger_that_wants_nothing_signed() {
    talks(Manners {
        secured: false,
        ..PLAIN
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_told_and_ends_a_watch() {
    let played = Played::start(PLAIN).await;
    let client = played.client("another");
    let error = soon(client.status())
        .await
        .map(|_| ())
        .expect_err("is refused");
    assert!(
        matches!(&error, Error::WrongPassword { message, .. } if message == "Wrong password"),
        "{error:?}"
    );
    assert!(!error.to_string().contains("another"));
    let mut watch = client.watch([Key::Amp]);
    assert_eq!(next(&mut watch).await, Err(error));
    assert_eq!(soon(watch.next()).await, None);
    // The next one is asked for anew.
    assert!(soon(client.status()).await.is_err());
}

/// Others may have locked it: the password is right all the same.
#[tokio::test]
async fn a_watch_outlasts_a_lockout() {
    let played = Played::start(PLAIN).await;
    played.is_locked.store(true, Ordering::SeqCst);
    let mut watch = played.client(PASSWORD).watch([Key::Amp]);
    let error = next(&mut watch).await.expect_err("is turned away");
    assert!(
        matches!(&error, Error::NotAdmitted { message, .. } if message == TOO_MANY),
        "{error:?}"
    );
    assert!(error.is_passing() && error.to_string().contains(TOO_MANY));
    assert_eq!(line(&next(&mut watch).await.expect("a value")), "amp - 16");
}

#[tokio::test]
async fn after_an_absence_it_is_told_what_changed() {
    let played = Played::start(PLAIN).await;
    let client = played.client(PASSWORD);
    let mut watch = client.watch([Key::Amp, Key::Car]);
    // It goes on without the handle.
    drop(client);
    for first in ["amp - 16", "car - 1"] {
        assert_eq!(line(&next(&mut watch).await.expect("a value")), first);
    }
    {
        let mut values = played.values.lock().expect("lock");
        values.insert("car".to_owned(), json!(4));
    }
    played.say.send(None).expect("it is connected");
    let error = next(&mut watch).await.expect_err("it is away");
    assert!(error.is_passing(), "{error:?}");
    assert_eq!(line(&next(&mut watch).await.expect("a change")), "car 1 4");
    played.change("amp", json!(8));
    assert_eq!(line(&next(&mut watch).await.expect("a change")), "amp 16 8");
}

/// Some clients of one charger share a connection, and one that reads slowly gets what
/// is last.
#[tokio::test]
async fn several_watch_and_none_holds_up_another() {
    let played = Played::start(PLAIN).await;
    let client = played.client(PASSWORD);
    let (mut quick, mut slow) = (client.watch([Key::Amp]), client.clone().watch([Key::Amp]));
    next(&mut quick).await.expect("a value");
    next(&mut slow).await.expect("a value");
    for amp in [7, 8, 9] {
        played.change("amp", json!(amp));
        assert_eq!(
            *next(&mut quick).await.expect("a change").now,
            *amp.to_string()
        );
    }
    assert_eq!(line(&next(&mut slow).await.expect("a change")), "amp 16 9");
    assert_eq!(played.say.receiver_count(), 1);
}

#[tokio::test]
async fn a_set_without_an_answer_comes_to_an_end() {
    let played = Played::start(Manners {
        answers: Some("amp"),
        ..PLAIN
    })
    .await;
    let client = played.client_with(PASSWORD, Duration::from_millis(500));
    soon(client.status()).await.expect("a status");
    let name = || Set::Fna("Hof".into());
    let error = soon(client.set([name()])).await.expect_err("no answer");
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    let error = soon(client.set([Set::Amp(6), name()]))
        .await
        .expect_err("half an answer");
    let Error::Refused(told) = error else {
        panic!("{error:?}")
    };
    assert_eq!(told.accepted, ["amp"]);
    assert_eq!(told.refused[0].key, "fna");
    assert!(told.refused[0].reason.contains("did not say"));
}

#[tokio::test]
async fn a_charger_says_who_it_is_without_a_password() {
    let played = Played::start(PLAIN).await;
    let client = Charger::new(&played.address).expect("an address");
    let hello = soon(client.hello()).await.expect("a hello");
    assert_eq!(
        (hello.serial.as_str(), hello.version.as_str()),
        ("123456", "60.5")
    );
    assert!(hello.secured);
}

/// A charger that goes on and on does not keep a client longer than one that says nothing.
#[tokio::test]
async fn a_status_that_never_ends_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("bound").to_string();
    // It ends with the test's runtime.
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut socket = accept_async(stream).await.expect("a WebSocket");
        let mut times = tokio::time::interval(Duration::from_millis(20));
        let part = r#"{"type":"fullStatus","partial":true,"status":{"amp":16}}"#;
        while socket.send(Frame::text(part)).await.is_ok() {
            times.tick().await;
        }
    });
    let options = Options {
        timeout: Duration::from_millis(300),
        password: Some(Secret::new(PASSWORD)),
        ..Options::default()
    };
    let client = Charger::with(&address, options).expect("an address");
    let error = soon(client.status()).await.map(|_| ()).expect_err("no end");
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
}

/// A board has one place for a client: the next one waits until it is free.
#[tokio::test]
async fn a_client_waits_for_a_place() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("bound").to_string();
    let client = Charger::new(&address).expect("an address");
    let taken = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    let hello = async {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let refused = tokio::io::AsyncWriteExt::write_all(&mut stream, taken.as_bytes());
        refused.await.expect("writes");
        let (stream, _) = listener.accept().await.expect("it comes again");
        let mut socket = accept_async(stream).await.expect("a WebSocket");
        let hello = r#"{"type":"hello","serial":"123456"}"#;
        socket.send(Frame::text(hello)).await.expect("sends");
        socket.next().await
    };
    let (_, said) = soon(async { tokio::join!(hello, client.hello()) }).await;
    assert_eq!(said.expect("a hello").serial, "123456");
}

/// Listeners that are no such charger: each is told apart, within the time that was
/// given.
#[tokio::test]
async fn what_is_no_such_charger_is_told() {
    for (answer, expected) in [
        ("", "did not answer within 0.3 s"),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "HTTP 404",
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
            "has no place left",
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP 200"),
        ("\0\0\0\0\r\n\r\n", "does not answer as a charger does"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("bound").to_string();
        let played = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let written = tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes());
            written.await.expect("writes");
            // Until the client has gone.
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        });
        let options = Options {
            timeout: Duration::from_millis(300),
            password: Some(Secret::new(PASSWORD)),
            ..Options::default()
        };
        let client = Charger::with(&address, options).expect("an address");
        let error = soon(client.status())
            .await
            .map(|_| ())
            .expect_err("no charger");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        drop(client);
        soon(played).await.expect("the connection is closed");
    }
}
