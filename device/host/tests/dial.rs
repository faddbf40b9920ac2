//! The way to one of several brokers: where it begins, and where it goes on.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use goe_device::mqtt::Connect;
use goe_device::net::Socket;
use goe_host::{Brokers, Dial, MqttUrl, Tls};
use goe_runtime::device::{Trust, Url};
use tokio::net::TcpListener;

/// The most that any attempt of these tests takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Brokers that only listen, and the way to them that begins at a place.
struct Several {
    listeners: Vec<Option<TcpListener>>,
    addresses: Vec<SocketAddr>,
    url: String,
    dial: Dial,
}

impl Several {
    async fn new(count: usize, first: usize) -> Self {
        let mut listeners = Vec::new();
        for _ in 0..count {
            listeners.push(listen("127.0.0.1:0").await);
        }
        let addresses = listeners.iter().map(|listener| listener.local_addr());
        let addresses: Vec<_> = addresses.map(|at| at.expect("an address")).collect();
        let urls: Vec<_> = addresses
            .iter()
            .map(|at| MqttUrl(format!("mqtt://{at}")))
            .collect();
        let brokers = Brokers::new(&urls).expect("alike");
        let tls = Tls::new(None).expect("no file");
        Several {
            listeners: listeners.into_iter().map(Some).collect(),
            addresses,
            url: brokers.url().expect("one at least").to_owned(),
            dial: Dial::new(tls).among(brokers).beginning_at(first),
        }
    }

    /// Connects once; says to which broker.
    async fn attempt(&mut self) -> Option<usize> {
        let url = Url::parse(&self.url).expect("a URL");
        let broker = url.broker(Trust::default());
        let connects = tokio::time::timeout(PATIENCE, self.dial.connect(&broker));
        let mut socket = connects.await.expect("in time").ok()?;
        let mut accepted = None;
        for (at, listener) in self.listeners.iter().enumerate() {
            let Some(listener) = listener else { continue };
            let accepts = tokio::time::timeout(Duration::from_millis(50), listener.accept());
            if accepts.await.is_ok() {
                assert_eq!(accepted.replace(at), None, "one at a time");
            }
        }
        socket.close().await;
        Some(accepted.expect("somebody accepted"))
    }

    fn down(&mut self, at: usize) {
        self.listeners[at] = None;
    }

    async fn up(&mut self, at: usize) {
        self.listeners[at] = Some(listen(self.addresses[at]).await);
    }
}

async fn listen(address: impl tokio::net::ToSocketAddrs) -> TcpListener {
    TcpListener::bind(address).await.expect("it listens")
}

#[tokio::test]
async fn it_begins_where_it_is_told_and_goes_round() {
    for first in 0..4 {
        let mut several = Several::new(3, first).await;
        for more in 0..4 {
            assert_eq!(several.attempt().await, Some((first + more) % 3));
        }
    }
}

#[tokio::test]
async fn who_is_down_is_passed_over_and_found_again() {
    let mut several = Several::new(3, 0).await;
    several.down(0);
    several.down(1);
    assert_eq!(several.attempt().await, Some(2));
    assert_eq!(several.attempt().await, Some(2), "each is tried once");
    several.up(0).await;
    assert_eq!(several.attempt().await, Some(0));
    several.down(0);
    several.down(2);
    assert_eq!(several.attempt().await, None);
    several.up(1).await;
    assert_eq!(several.attempt().await, Some(1));
}

#[tokio::test]
async fn attempts_of_all_take_turns() {
    const MANY: u32 = 200;
    let Several { mut dial, .. } = Several::new(1, 0).await;
    let mut others: Vec<_> = (0..MANY).map(|_| dial.clone()).collect();
    let began = Instant::now();
    let turns = others.iter_mut().map(|dial| Box::pin(dial.turn()));
    let mut turns: Vec<_> = turns.collect();
    let waiting = turns.split_off(100);
    for turn in &mut turns {
        let _ = tokio::time::timeout(Duration::ZERO, turn).await;
    }
    // Whoever does not wait to the end keeps nobody waiting.
    drop(turns);
    for turn in waiting {
        turn.await;
    }
    // Of three milliseconds each; some are made up for.
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(150), "{took:?}");
    let turn = tokio::time::timeout(PATIENCE, dial.turn());
    turn.await.expect("nobody is before it");
}

/// Where a name has to be looked up, it is.
#[tokio::test]
async fn a_broker_may_have_a_name() {
    let mut several = Several::new(1, 0).await;
    let port = several.addresses[0].port();
    several.url = format!("mqtt://localhost:{port}");
    assert_eq!(several.attempt().await, Some(0));
    several.url = format!("mqtt://nobody.invalid:{port}");
    assert_eq!(several.attempt().await, None);
}

#[tokio::test]
async fn a_broker_that_is_set_is_no_other() {
    let mut several = Several::new(2, 0).await;
    let listener = listen("127.0.0.1:0").await;
    let address = listener.local_addr().expect("an address");
    several.url = format!("mqtt://{address}");
    several.listeners.push(Some(listener));
    for _ in 0..2 {
        assert_eq!(several.attempt().await, Some(2));
    }
    several.down(2);
    assert_eq!(several.attempt().await, None);
}

#[tokio::test]
async fn who_accepts_and_says_nothing_is_left_for_the_next() {
    let several = Several::new(2, 0).await;
    let urls: Vec<_> = several
        .addresses
        .iter()
        .map(|at| MqttUrl(format!("mqtts://{at}")))
        .collect();
    let brokers = Brokers::new(&urls).expect("alike");
    let mut dial = Dial::new(Tls::new(None).expect("no file")).among(brokers);
    let url = Url::parse(&urls[0].0).expect("a URL");
    let broker = url.broker(Trust {
        anyone: true,
        ..Trust::default()
    });
    // None of them says a word of TLS; all are tried in the time that there is.
    let tried = tokio::time::timeout(PATIENCE, dial.connect(&broker));
    assert!(tried.await.expect("in time").is_err());
    for listener in several.listeners.iter().flatten() {
        let accepts = tokio::time::timeout(Duration::from_millis(50), listener.accept());
        assert!(accepts.await.is_ok(), "it was tried");
    }
}
