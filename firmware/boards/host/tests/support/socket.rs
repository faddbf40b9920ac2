//! A client of the WebSocket, by a library of others for the frames. What both sides make
//! of the password is made here once more, so that neither is held against itself.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::{HandshakeError, Message, WebSocket};

use super::SOON;

/// A password, with its hashes for the serial number 000001, by Python's hashlib and bcrypt.
pub const PASSWORD: &str = "Wallbox-2026";
pub const PBKDF2: &str = "oC+7HqH42FBhWpJsnuBUkPJYYwLkdBRb";
pub const BCRYPT: &str = "gAaX33VG3Zd3dWkSQkbPiEbxNBsOQMq";

/// A connection.
pub struct Client {
    pub socket: WebSocket<TcpStream>,
    pub hello: Value,
    pub challenge: Value,
    hash: String,
    requests: u32,
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a WebSocket, of which nothing was read; a seat that somebody has just left is free
/// a moment later.
pub fn open(http: SocketAddr) -> WebSocket<TcpStream> {
    let began = Instant::now();
    loop {
        let stream = TcpStream::connect(http).expect("connects");
        stream.set_read_timeout(Some(SOON)).expect("a limit");
        stream.set_nodelay(true).expect("a socket");
        let url = format!("ws://{http}/ws");
        match tungstenite::client(url, stream) {
            Ok((socket, _)) => return socket,
            Err(HandshakeError::Failure(tungstenite::Error::Http(answer)))
                if answer.status() == 503 && began.elapsed() < SOON => {}
            Err(error) => panic!("no WebSocket: {error}"),
        }
    }
}

/// Asks for a WebSocket, with further headers, and gives the first line of the answer.
pub fn upgrade(http: SocketAddr, headers: &str) -> String {
    let mut stream = TcpStream::connect(http).expect("connects");
    stream.set_read_timeout(Some(SOON)).expect("a limit");
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {http}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).expect("sends");
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") && stream.read(&mut byte).expect("an answer") > 0 {
        line.push(byte[0]);
    }
    String::from_utf8(line).expect("HTTP").trim_end().to_owned()
}

/// Asks for a WebSocket until there is a seat.
pub fn wait_for_seat(http: SocketAddr) {
    let began = Instant::now();
    while !upgrade(http, "").starts_with("HTTP/1.1 101") {
        assert!(began.elapsed() < SOON, "no seat is free");
    }
}

/// The next message of a socket, if that is open.
pub fn next(socket: &mut WebSocket<TcpStream>) -> Option<Value> {
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                return Some(serde_json::from_str(&text).expect("JSON"));
            }
            Ok(Message::Close(_)) => return None,
            Ok(_) => {}
            Err(tungstenite::Error::ConnectionClosed) => return None,
            Err(error) => panic!("the socket is broken: {error}"),
        }
    }
}

impl Client {
    /// Hears who the charger is and what it asks.
    pub fn meet(http: SocketAddr, hash: &str) -> Self {
        let mut socket = open(http);
        let mut message = |kind: &str| {
            let message = next(&mut socket).expect("a message");
            assert_eq!(message["type"], kind, "{message}");
            message
        };
        let (hello, challenge) = (message("hello"), message("authRequired"));
        Client {
            socket,
            hello,
            challenge,
            hash: hash.to_owned(),
            requests: 0,
        }
    }

    /// Proves that it knows the password, or tries.
    pub fn prove(&mut self) -> Value {
        let token = |name: &str| self.challenge[name].as_str().expect("a token").to_owned();
        let inner = sha256(&(token("token1") + &self.hash));
        let token3 = "0123456789abcdef0123456789abcdef";
        let proof = sha256(&(token3.to_owned() + &token("token2") + &inner));
        self.send(&json!({ "type": "auth", "token3": token3, "hash": proof }));
        self.next().expect("an answer")
    }

    /// A client that is known, and all keys.
    pub fn known(http: SocketAddr) -> (Self, Value) {
        let mut client = Client::meet(http, PBKDF2);
        assert_eq!(client.prove()["type"], "authSuccess");
        let status = client.full();
        (client, status)
    }

    /// The whole status, put together.
    pub fn full(&mut self) -> Value {
        let mut all = json!({});
        loop {
            let part = self.next().expect("a part");
            assert_eq!(part["type"], "fullStatus", "{part}");
            let status = part["status"].as_object().expect("an object").clone();
            all.as_object_mut().expect("it is one").extend(status);
            if part["partial"] == false {
                return all;
            }
        }
    }

    pub fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string());
    }

    pub fn send_text(&mut self, text: &str) {
        let sent = self.socket.send(Message::text(text));
        sent.expect("sends");
    }

    /// A letter a frame, and a ping within.
    pub fn send_in_pieces(&mut self, text: &str) {
        let last = text.len() - 1;
        for (at, byte) in text.bytes().enumerate() {
            let kind = if at == 0 { Data::Text } else { Data::Continue };
            let frame = Frame::message(vec![byte], OpCode::Data(kind), at == last);
            self.socket.send(Message::Frame(frame)).expect("sends");
            if at == last / 2 {
                let ping = Frame::ping(vec![7]);
                self.socket.send(Message::Frame(ping)).expect("sends");
            }
        }
    }

    pub fn next(&mut self) -> Option<Value> {
        next(&mut self.socket)
    }

    /// The next message of a kind.
    pub fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().expect("a message");
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// Waits until a change tells this value of a key.
    pub fn wait_for(&mut self, key: &str, value: &Value) {
        while self.next_of("deltaStatus")["status"].get(key) != Some(value) {}
    }

    /// Wants a key set to JSON text, and gives the answer.
    pub fn set(&mut self, key: &str, json: &str) -> Value {
        self.requests += 1;
        let number = self.requests;
        let data =
            format!(r#"{{"type":"setValue","requestId":{number},"key":"{key}","value":{json}}}"#);
        let hmac = self.hmac(&data);
        self.send(&json!({
            "type": "securedMsg", "data": data, "requestId": format!("{number}sm"), "hmac": hmac,
        }));
        let answer = self.next_of("response");
        assert_eq!(answer["requestId"], number.to_string(), "{answer}");
        answer
    }

    pub fn hmac(&self, data: &str) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(self.hash.as_bytes());
        let mut mac = mac.expect("any length will do");
        mac.update(data.as_bytes());
        let bytes = mac.finalize().into_bytes();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
