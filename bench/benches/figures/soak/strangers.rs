//! Clients that behave well, badly, or not at all, each in a thread that goes
//! on until it is told to stop. What they do is seeded, when they do it is not.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::anyhow;

/// A stranger waits for nobody longer than that.
const PATIENCE: Duration = Duration::from_secs(2);

/// What they have done so far.
#[derive(Default)]
struct Counts {
    connections: AtomicU64,
    messages: AtomicU64,
    answers: AtomicU64,
    slowest_ms: AtomicU64,
}

/// What they have done in all.
pub(super) struct Done {
    pub(super) connections: u64,
    pub(super) messages: u64,
    /// To those who behave well.
    pub(super) answers: u64,
    pub(super) slowest_ms: u64,
}

/// Their threads.
pub(super) struct Strangers {
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
    threads: Vec<JoinHandle<()>>,
}

/// What one of them knows.
struct Stranger {
    http: SocketAddr,
    broker: SocketAddr,
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
    /// State of its dice, xorshift.
    dice: u64,
}

/// One visit; whatever the other side does to it is its own fault.
type Visit = fn(&mut Stranger) -> io::Result<()>;

/// The kinds of visits, and how many strangers pay each.
const KINDS: [(Visit, usize); 8] = [
    (behave, 3),
    (a_byte_at_a_time, 20),
    (noise, 4),
    (ask_and_never_read, 2),
    (come_and_go, 15),
    (subscribe_and_stall, 40),
    (leave_a_will, 3),
    (flood, 2),
];

impl Strangers {
    pub(super) fn set_upon(http: SocketAddr, broker: SocketAddr) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let counts = Arc::new(Counts::default());
        let visits = KINDS
            .iter()
            .flat_map(|&(visit, count)| std::iter::repeat_n(visit, count));
        let threads = (1..).zip(visits).map(|(number, visit)| {
            let mut stranger = Stranger {
                http,
                broker,
                stop: stop.clone(),
                counts: counts.clone(),
                dice: 0x9e37_79b9_7f4a_7c15 * number,
            };
            thread::spawn(move || {
                while !stranger.stop.load(Relaxed) {
                    if visit(&mut stranger).is_err() {
                        thread::sleep(Duration::from_millis(20));
                    }
                }
            })
        });
        let threads = threads.collect();
        Strangers {
            stop,
            counts,
            threads,
        }
    }

    /// Sends them home.
    pub(super) fn end(self) -> anyhow::Result<Done> {
        self.stop.store(true, Relaxed);
        for thread in self.threads {
            thread.join().map_err(|_| anyhow!("a client panicked"))?;
        }
        Ok(Done {
            connections: self.counts.connections.load(Relaxed),
            messages: self.counts.messages.load(Relaxed),
            answers: self.counts.answers.load(Relaxed),
            slowest_ms: self.counts.slowest_ms.load(Relaxed),
        })
    }
}

impl Stranger {
    fn below(&mut self, end: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice % end
    }

    fn open(&self, door: SocketAddr) -> io::Result<TcpStream> {
        self.counts.connections.fetch_add(1, Relaxed);
        let stream = TcpStream::connect_timeout(&door, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// A connection to the broker that has been accepted.
    fn join(&mut self, flags: u8, will: &[u8]) -> io::Result<TcpStream> {
        const NAMES: [&str; 5] = ["", "a/b+#$", "twice", "go-eCharger-000001", "\u{fc}ber"];
        let number = self.below(1_000_000_000);
        let id = match NAMES.get(self.below(8) as usize) {
            Some(&name) => name.to_owned(),
            None => format!("stranger {number}"),
        };
        let mut stream = self.open(self.broker)?;
        let mut connect = text(b"MQTT");
        connect.extend([4, 2 | flags, 0, 60]);
        connect.extend(text(id.as_bytes()));
        connect.extend(will);
        stream.write_all(&packet(0x10, &connect))?;
        stream.read_exact(&mut [0; 4])?;
        Ok(stream)
    }

    fn publish(
        &self,
        stream: &mut TcpStream,
        topic: &str,
        flags: u8,
        payload: &[u8],
    ) -> io::Result<()> {
        let mut body = text(topic.as_bytes());
        if flags & 2 != 0 {
            body.extend([0, 1]);
        }
        body.extend(payload);
        self.counts.messages.fetch_add(1, Relaxed);
        stream.write_all(&packet(0x30 | flags, &body))
    }
}

/// With its length in front.
fn text(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(0);
    [&length.to_be_bytes(), bytes].concat()
}

/// An MQTT packet.
fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut left = body.len();
    loop {
        let more = if left > 127 { 128 } else { 0 };
        packet.push((left & 127) as u8 | more);
        left >>= 7;
        if left == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}

fn subscribe(filter: &str, qos: u8) -> Vec<u8> {
    let filter = text(filter.as_bytes());
    packet(0x82, &[&[0, 1], &filter[..], &[qos]].concat())
}

fn behave(me: &mut Stranger) -> io::Result<()> {
    let path = match me.below(4) {
        0 => "/api/status".to_owned(),
        1 => "/api/status?filter=nrg,car,wh".to_owned(),
        2 => format!("/api/set?amp={}", 6 + me.below(11)),
        _ => format!("/api/set?dwo={}", me.below(100_000)),
    };
    let started = Instant::now();
    let mut stream = me.open(me.http)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if answer.starts_with(b"HTTP/1.1 200 ") {
        let took_ms = started.elapsed().as_millis();
        let took_ms = u64::try_from(took_ms).unwrap_or(u64::MAX);
        me.counts.slowest_ms.fetch_max(took_ms, Relaxed);
        me.counts.answers.fetch_add(1, Relaxed);
    }
    thread::sleep(Duration::from_millis(10));
    Ok(())
}

fn a_byte_at_a_time(me: &mut Stranger) -> io::Result<()> {
    let mut stream = me.open(me.http)?;
    for byte in b"GET /api/status HTTP/1.1\r\nHost: x\r\nX: yyyyyyyyyyyyyyyyyyyyyyyy" {
        stream.write_all(&[*byte])?;
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn noise(me: &mut Stranger) -> io::Result<()> {
    let door = [me.http, me.broker][me.below(2) as usize];
    let mut stream = me.open(door)?;
    let bytes: Vec<u8> = (0..=me.below(3_000)).map(|_| me.below(256) as u8).collect();
    stream.write_all(&bytes)?;
    stream.shutdown(Shutdown::Write)?;
    let _ = stream.read(&mut [0; 1_000])?;
    thread::sleep(Duration::from_millis(20));
    Ok(())
}

fn ask_and_never_read(me: &mut Stranger) -> io::Result<()> {
    let mut stream = me.open(me.http)?;
    stream.write_all(&b"GET /api/status HTTP/1.1\r\nHost: x\r\n\r\n".repeat(40))?;
    thread::sleep(Duration::from_secs(1));
    Ok(())
}

fn come_and_go(me: &mut Stranger) -> io::Result<()> {
    const FILTERS: [&str; 4] = ["#", "+/+/+", "go-eCharger/000001/#", "a/+/b"];
    let mut stream = me.join(0, b"")?;
    let (filter, qos) = (FILTERS[me.below(4) as usize], me.below(3) as u8);
    stream.write_all(&subscribe(filter, qos))?;
    for number in 0..me.below(30) {
        let topic = match me.below(3) {
            0 => "go-eCharger/000001/amp/set".to_owned(),
            1 => "elsewhere".to_owned(),
            _ => format!("t/{}/{number}", me.below(10_000_000)),
        };
        // At QoS 0 or 1, a quarter of them retained.
        let flags = [0, 2, 0, 3][me.below(4) as usize];
        let payload = vec![b'7'; [0, 2, 30, 3_000][me.below(4) as usize]];
        me.publish(&mut stream, &topic, flags, &payload)?;
    }
    let _ = stream.read(&mut [0; 65_536])?;
    Ok(())
}

fn subscribe_and_stall(me: &mut Stranger) -> io::Result<()> {
    let mut stream = me.join(0, b"")?;
    let qos = me.below(2) as u8;
    stream.write_all(&subscribe("#", qos))?;
    let until = Instant::now() + Duration::from_secs(5 + me.below(30));
    while Instant::now() < until && !me.stop.load(Relaxed) {
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn leave_a_will(me: &mut Stranger) -> io::Result<()> {
    let topic = format!("wills/{}", me.below(10_000_000));
    let payload = b"gone".repeat(1 + me.below(500) as usize);
    let will = [text(topic.as_bytes()), text(&payload)].concat();
    drop(me.join(4 | 32, &will)?);
    thread::sleep(Duration::from_millis(50));
    Ok(())
}

fn flood(me: &mut Stranger) -> io::Result<()> {
    let mut stream = me.join(0, b"")?;
    for number in 0..300 {
        let topic = format!("flood/{}", number % 7);
        me.publish(&mut stream, &topic, 0, &[b'x'; 2_000])?;
    }
    thread::sleep(Duration::from_millis(300));
    Ok(())
}
