//! Support for the tests of the MQTT client: a device of a few keys, a socket
//! over tokio, a broker played by the test, a proxy that can be cut, and a
//! well-behaved peer. Every wait ends after [`PATIENCE`].

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code, unreachable_pub)]

pub mod broker;
pub mod device;
pub mod scenarios;

use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use goe_device::clock::Clock;
use goe_device::mqtt::codec;
use goe_device::mqtt::pending::KeyState;
use goe_device::mqtt::topics::Topics;
use goe_device::mqtt::{Buffers, Client, Config, Connect, Discovery, Unfit};
use goe_device::net::Socket;
use goe_runtime::KeyIndex;
use goe_runtime::device::Broker;
use goe_runtime::mqtt::Level::{Key, Literal, Prefix, Serial};
use goe_runtime::mqtt::{Action, Names, Topic, TopicMap};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, LocalSet};

use device::Fake;

/// Time that a test waits for anything: longer than every limit of the client.
pub const PATIENCE: Duration = Duration::from_secs(15);

pub static TOPICS: TopicMap = TopicMap {
    topics: &[
        Topic {
            action: Action::State,
            levels: &[Prefix, Serial, Key],
            retained: true,
        },
        Topic {
            action: Action::Set,
            levels: &[Prefix, Serial, Key, Literal("set")],
            retained: false,
        },
        Topic {
            action: Action::Result,
            levels: &[Prefix, Serial, Key, Literal("result")],
            retained: false,
        },
    ],
    default_prefix: "go-eCharger",
};

/// Runs a test on one thread, as the device does.
pub fn on_one_thread(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    LocalSet::new().block_on(&runtime, test);
}

/// `future`, but not for ever.
#[track_caller]
pub fn soon<F: Future>(what: &str, future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        tokio::time::timeout(PATIENCE, future)
            .await
            .unwrap_or_else(|_| panic!("{caller}: waited in vain for {what}"))
    }
}

/// tokio's time.
#[derive(Clone, Copy)]
pub struct RealTime;

impl Clock for RealTime {
    fn now_ms(self) -> u64 {
        start_of_time().elapsed().as_millis() as u64
    }

    async fn until(self, at_ms: u64) {
        tokio::time::sleep_until(start_of_time() + Duration::from_millis(at_ms)).await;
    }
}

fn start_of_time() -> tokio::time::Instant {
    static START: std::sync::OnceLock<tokio::time::Instant> = std::sync::OnceLock::new();
    *START.get_or_init(tokio::time::Instant::now)
}

/// The setup of a client.
#[derive(Clone, Copy)]
pub struct Setup {
    pub prefix: &'static str,
    pub client_id: &'static str,
    pub keep_alive_s: u16,
    pub rx: usize,
    pub tx: usize,
    pub credentials: Option<codec::Credentials<'static>>,
    pub will: Option<codec::Will<'static>>,
    pub discovery: Option<Discovery<'static>>,
    pub qos: codec::Qos,
    pub denied: Option<KeyIndex>,
}

pub const SETUP: Setup = Setup {
    prefix: "/go-eCharger",
    client_id: "device",
    keep_alive_s: 30,
    rx: 256,
    tx: 512,
    credentials: None,
    will: None,
    discovery: None,
    qos: codec::Qos::AtMostOnce,
    denied: None,
};

/// The same, with state that the broker has to acknowledge.
pub const ACKNOWLEDGED: Setup = Setup {
    qos: codec::Qos::AtLeastOnce,
    ..SETUP
};

/// Nobody looks: connectors here know where to go.
const BROKER: Broker<'static> = Broker {
    host: "broker",
    port: 1883,
    tls: None,
};

/// A client at work.
pub struct Running {
    pub device: Rc<Fake>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), Unfit>>,
}

/// Lets a client of `device` talk to `address`.
pub fn start(device: Fake, address: SocketAddr, setup: Setup) -> Running {
    let device = Rc::new(device);
    let (stop, stopped) = oneshot::channel::<()>();
    let mine = Rc::clone(&device);
    let task = tokio::task::spawn_local(async move {
        let stop = async { drop(stopped.await) };
        run(&mine, &mut Dial(address), setup, stop).await
    });
    Running {
        device,
        stop: Some(stop),
        task,
    }
}

pub async fn run<C: Connect>(
    device: &Fake,
    connect: &mut C,
    setup: Setup,
    stop: impl Future<Output = ()>,
) -> Result<(), Unfit> {
    let names = Names {
        prefix: setup.prefix,
        serial: "000001",
    };
    let config = Config {
        connect: codec::Connect {
            client_id: setup.client_id,
            clean_session: false, // the client sets it
            keep_alive_s: setup.keep_alive_s,
            credentials: setup.credentials,
            will: setup.will,
        },
        topics: Topics::new(&TOPICS, names).expect("topics"),
        broker: BROKER,
        qos: setup.qos,
        denied: setup.denied,
        discovery: setup.discovery,
    };
    let (mut rx, mut tx) = (vec![0; setup.rx], vec![0; setup.tx]);
    let mut states = vec![KeyState::NEW; device.len()];
    let buffers = Buffers {
        rx: &mut rx,
        tx: &mut tx,
        states: &mut states,
    };
    Client::new(config, buffers, 1)
        .run(
            connect,
            device,
            RealTime,
            &|status| device.tell(status),
            stop,
        )
        .await
}

impl Running {
    /// Gives the signal to stop, without waiting for it.
    pub fn signal(&mut self) {
        self.stop.take();
    }

    /// Waits for the client to end.
    pub async fn ended(self) {
        let result = soon("the client to end", self.task).await;
        assert_eq!(result.expect("it did not panic"), Ok(()));
    }

    pub async fn stop(mut self) {
        self.signal();
        self.ended().await;
    }
}

/// Connects by tokio.
pub struct Dial(pub SocketAddr);

impl Connect for Dial {
    type Socket<'a> = Tcp;
    type Error = std::io::Error;

    async fn connect(&mut self, _: &Broker<'_>) -> Result<Tcp, std::io::Error> {
        let stream = TcpStream::connect(self.0).await?;
        stream.set_nodelay(true)?;
        Ok(Tcp(stream))
    }
}

pub struct Tcp(TcpStream);
pub struct Reader<'a>(ReadHalf<'a>);
pub struct Writer<'a>(WriteHalf<'a>);

impl Socket for Tcp {
    type Reader<'a> = Reader<'a>;
    type Writer<'a> = Writer<'a>;

    async fn readable(&mut self) {
        let _ = self.0.readable().await;
    }

    fn split(&mut self) -> (Reader<'_>, Writer<'_>) {
        let (reader, writer) = self.0.split();
        (Reader(reader), Writer(writer))
    }

    async fn close(&mut self) {
        let _ = self.0.shutdown().await;
    }
}

impl ErrorType for Reader<'_> {
    type Error = ErrorKind;
}

impl ErrorType for Writer<'_> {
    type Error = ErrorKind;
}

impl Read for Reader<'_> {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        self.0.read(buf).await.map_err(|_| ErrorKind::Other)
    }
}

impl Write for Writer<'_> {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(buf).await.map_err(|_| ErrorKind::Other)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush().await.map_err(|_| ErrorKind::Other)
    }
}
