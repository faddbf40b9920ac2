//! Those who talk to the charger: some as the standards want it, of whom each answer is
//! written down, and some as nobody wants it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use goe_device::clock::Clock;
use goe_device::mqtt::codec::{Connect, DISCONNECT, Publish, Qos};

use super::plan::Manner;
use crate::net::{Link, Net, Port};

/// How a client says that it asks for nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// By a header.
    Header,
    /// By the end of what it sends, as `shutdown(SHUT_WR)` does; it reads on.
    Finish,
}

impl Farewell {
    /// Of one of many requests: half of them end so, half so.
    pub(crate) fn of(number: u64) -> Self {
        match number.is_multiple_of(2) {
            true => Farewell::Header,
            false => Farewell::Finish,
        }
    }
}

/// A request of a client that keeps to HTTP, and what came of it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) farewell: Farewell,
    pub(crate) at_ms: u64,
    pub(crate) link: RefCell<Option<Rc<Link>>>,
    pub(crate) answer: RefCell<Option<Answer>>,
    pub(crate) is_over: Cell<bool>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) after_ms: u64,
    pub(crate) length: usize,
}

/// Begins a request; what comes of it is written down in what this gives.
pub(crate) fn ask(
    net: &Net,
    path: String,
    farewell: Farewell,
) -> (Rc<Asked>, impl Future<Output = ()> + use<>) {
    let asked = Rc::new(Asked {
        path,
        farewell,
        at_ms: net.clock().now_ms(),
        link: RefCell::default(),
        answer: RefCell::default(),
        is_over: Cell::new(false),
    });
    let (noted, net) = (asked.clone(), net.clone());
    let request = async move {
        let answer = request(&net, &noted).await;
        *noted.answer.borrow_mut() = answer;
        noted.is_over.set(true);
    };
    (asked, request)
}

async fn request(net: &Net, asked: &Asked) -> Option<Answer> {
    let mut stream = net.connect(Port::Http).await.ok()?;
    *asked.link.borrow_mut() = Some(stream.link());
    let header = match asked.farewell {
        Farewell::Header => "Connection: close\r\n",
        Farewell::Finish => "",
    };
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: charger\r\n{header}\r\n",
        asked.path
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    if asked.farewell == Farewell::Finish {
        stream.finish();
    }
    let mut answer = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        match stream.read(&mut bytes).await.ok()? {
            0 => break,
            length => answer.extend_from_slice(bytes.get(..length)?),
        }
    }
    let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
    Some(Answer {
        status,
        after_ms: net.clock().now_ms() - asked.at_ms,
        length: answer.len(),
    })
}

/// A path that sets a key.
pub(crate) fn set_path(key: &str, json: &str) -> String {
    let mut path = format!("/api/set?{key}=");
    for byte in json.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => path.push(byte.into()),
            _ => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

/// Sets a key over MQTT, as clients do that hear no answer.
pub(crate) async fn publish(net: Net, serial: String, key: &'static str, json: String) {
    let topic = format!("go-eCharger/{serial}/{key}/set");
    let mut out = vec![0; 1024];
    let mut written = 0;
    let connect = Connect {
        client_id: "somebody",
        clean_session: true,
        keep_alive_s: 30,
        credentials: None,
        will: None,
    };
    let publish = Publish {
        dup: false,
        retain: false,
        qos: Qos::AtMostOnce,
        id: None,
        topic: &topic,
        payload: json.as_bytes(),
    };
    written += connect.encode(&mut out).unwrap_or(0);
    written += publish
        .encode(out.get_mut(written..).unwrap_or_default())
        .unwrap_or(0);
    let Ok(stream) = net.connect(Port::Mqtt).await else {
        return;
    };
    let mut answer = [0; 4];
    // It may be over at any time, and that is all that there is to it.
    let _ = stream
        .write_all(out.get(..written).unwrap_or_default())
        .await;
    let _ = stream.read(&mut answer).await;
    let _ = stream.write_all(&DISCONNECT).await;
    net.clock().after(200).await;
}

/// Does what nobody wants.
pub(crate) async fn be_rude(net: Net, port: Port, manner: Manner) {
    let clock = net.clock();
    if manner == Manner::Crowd {
        let mut crowd = Vec::new();
        for _ in 0..20 {
            crowd.extend(net.connect(port).await);
        }
        clock.after(30_000).await;
        return;
    }
    let Ok(mut stream) = net.connect(port).await else {
        return;
    };
    const REQUEST: &[u8] = b"GET /api/status HTTP/1.1\r\nHost: charger\r\n\r\n";
    // However it ends: nobody here wants an answer.
    let _ = match manner {
        Manner::Noise => stream.write_all(&[0xA5; 600]).await,
        Manner::Half => stream.write_all(&REQUEST[..20]).await,
        Manner::Unfinished => {
            let sent = stream.write_all(&REQUEST[..20]).await;
            stream.finish();
            sent
        }
        Manner::Gone => stream.write_all(REQUEST).await,
        Manner::Slow => {
            for byte in REQUEST {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                clock.after(1_000).await;
            }
            Ok(())
        }
        Manner::Deaf => {
            for _ in 0..50 {
                if stream.write_all(REQUEST).await.is_err() {
                    return;
                }
            }
            Ok(())
        }
        Manner::Crowd => Ok(()),
    };
    if manner != Manner::Gone {
        clock.after(60_000).await;
    }
}
