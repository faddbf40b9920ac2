//! A device's program under test: on free ports and with a flash of its own, and
//! clients that talk to it.
//!
//! For the tests of devices: where one has to fail, it panics with what there was
//! instead. It knows no key.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{anyhow, bail};
use goe_device::mqtt::codec::{Connect, Decoder, Packet, PacketId, Qos, Subscribe};
use tempfile::TempDir;

/// Time that anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running program, which ends with this value.
#[derive(Debug)]
pub struct Trial {
    program: String,
    folder: TempDir,
    running: Running,
}

#[derive(Debug)]
struct Running {
    child: Child,
    http: SocketAddr,
    broker: SocketAddr,
}

impl Trial {
    /// Starts a program whose `main` is [`goe_host::main`](crate::main), with
    /// defaults: `env!("CARGO_BIN_EXE_…")` is its path.
    pub fn start(program: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Trial {
            running: Running::start(program, &folder),
            program: program.to_owned(),
            folder,
        }
    }

    /// Tells it to stop, and starts it anew with what it has stored.
    pub fn restart(&mut self) {
        let id = self.running.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.is_ok_and(|status| status.success()), "cannot be told");
        let ended = self.running.child.wait();
        assert!(ended.is_ok_and(|status| status.success()), "ended badly");
        self.running = Running::start(&self.program, &self.folder);
    }

    /// The body of the answer to `GET path`.
    pub fn get(&self, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: trial\r\nConnection: close\r\n\r\n");
        let mut socket = connect(self.running.http);
        let mut answer = String::new();
        let exchanged = socket
            .write_all(request.as_bytes())
            .and_then(|()| socket.read_to_string(&mut answer));
        exchanged.unwrap_or_else(|error| panic!("GET {path}: {error} after {answer:?}"));
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
        body.unwrap_or_else(|| panic!("GET {path}: no HTTP, {answer:?}"))
            .to_owned()
    }

    /// Waits until the broker tells its subscribers this value of a topic.
    pub fn publishes(&self, topic: &str, value: &str) {
        let mut told = Vec::new();
        let watched = watch(connect(self.running.broker), topic, |payload| {
            told.push(String::from_utf8_lossy(payload).into_owned());
            payload == value.as_bytes()
        });
        watched.unwrap_or_else(|error| panic!("{topic} is never {value}: {error} after {told:?}"));
    }
}

impl Running {
    fn start(program: &str, folder: &TempDir) -> Self {
        let mut child = Command::new(program)
            .args([
                "--http", "127.0.0.1:0", "--broker", "127.0.0.1:0", "--flash",
            ])
            .arg(folder.path().join("flash"))
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let (mut http, mut broker) = (None, None);
        let stdout = child.stdout.take().expect("is piped");
        // It says where it listens once it does.
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let mut words = line.split_whitespace();
            let place = match words.next() {
                Some("HTTP") => &mut http,
                Some("MQTT") => &mut broker,
                Some("mosquitto_sub") => break,
                _ => continue,
            };
            let url = words.next().and_then(|url| url.split("//").nth(1));
            let address = url.and_then(|rest| rest.split('/').next());
            *place = address.and_then(|address| address.parse().ok());
        }
        let (Some(http), Some(broker)) = (http, broker) else {
            panic!("{program} says neither where HTTP nor where its broker is");
        };
        Running {
            child,
            http,
            broker,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect_timeout(&address, PATIENCE)
        .unwrap_or_else(|error| panic!("{address}: {error}"));
    let limited = socket.set_read_timeout(Some(PATIENCE));
    limited.expect("a limit above zero");
    socket
}

/// Subscribes to a topic, and takes its messages until `is_it` says so.
fn watch(
    mut socket: TcpStream,
    topic: &str,
    mut is_it: impl FnMut(&[u8]) -> bool,
) -> anyhow::Result<()> {
    let hello = Connect {
        client_id: "trial",
        clean_session: true,
        keep_alive_s: 60,
        credentials: None,
        will: None,
    };
    let subscribe = Subscribe {
        id: PacketId::MIN,
        filter: topic,
        qos: Qos::AtMostOnce,
    };
    let mut packet = [0; 512];
    let length = hello
        .encode(&mut packet)
        .map_err(|error| anyhow!("{error:?}"))?;
    socket.write_all(&packet[..length])?;
    let mut buffer = vec![0; 16 * 1024];
    let mut decoder = Decoder::new(&mut buffer);
    loop {
        match socket.read(decoder.space())? {
            0 => bail!("the broker closed the connection"),
            length => decoder.filled(length),
        }
        while let Some(received) = decoder.next().map_err(|error| anyhow!("{error:?}"))? {
            match received {
                Packet::Connack { .. } => {
                    let length = subscribe.encode(&mut packet);
                    let length = length.map_err(|error| anyhow!("{error:?}"))?;
                    socket.write_all(&packet[..length])?;
                }
                Packet::Publish(message) if is_it(message.payload) => return Ok(()),
                _ => {}
            }
        }
    }
}
