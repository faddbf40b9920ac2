//! A Modbus master that knows only bytes: what it sends and what it expects is written
//! out, so that it shares no mistake with the device.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use super::SOON;

pub struct Master {
    stream: TcpStream,
    transaction: u16,
}

/// What a request came to: the bytes of registers, or the number of an exception.
pub type Outcome = Result<Vec<u8>, u8>;

impl Master {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, SOON).expect("connects");
        stream.set_read_timeout(Some(SOON)).expect("timeout is set");
        stream.set_nodelay(true).expect("Nagle is off");
        Master {
            stream,
            transaction: 0,
        }
    }

    /// Returns whether somebody answers.
    pub fn is_served(&mut self) -> bool {
        let request = frame(1, 1, &[1, 0, 0, 0, 1]);
        self.stream.write_all(&request).is_ok() && self.frame().is_some()
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("sends");
    }

    /// Whatever frame comes: transaction, unit, and from the function on; `None` at the end.
    pub fn frame(&mut self) -> Option<(u16, u8, Vec<u8>)> {
        let mut header = [0; 7];
        self.stream.read_exact(&mut header).ok()?;
        assert_eq!(header[2..4], [0, 0], "the protocol");
        let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
        let mut pdu = vec![0; length - 1];
        self.stream.read_exact(&mut pdu).expect("a whole frame");
        Some((u16::from_be_bytes([header[0], header[1]]), header[6], pdu))
    }

    /// Sends a request, from its function on, and takes the answer.
    pub fn ask(&mut self, pdu: &[u8]) -> Outcome {
        self.transaction += 1;
        self.send(&frame(self.transaction, 1, pdu));
        let (transaction, unit, answer) = self.frame().expect("an answer");
        assert_eq!((transaction, unit), (self.transaction, 1));
        if answer[0] == pdu[0] | 0x80 {
            assert_eq!(answer.len(), 2, "an exception is one byte");
            return Err(answer[1]);
        }
        assert_eq!(answer[0], pdu[0], "the function");
        Ok(answer[1..].to_vec())
    }

    pub fn read(&mut self, function: u8, first: u16, count: u16) -> Outcome {
        let [[a, b], [c, d]] = [first, count].map(u16::to_be_bytes);
        let answer = self.ask(&[function, a, b, c, d])?;
        assert_eq!(
            usize::from(answer[0]),
            answer.len() - 1,
            "the bytes that follow"
        );
        assert_eq!(answer.len() - 1, 2 * usize::from(count));
        Ok(answer[1..].to_vec())
    }

    pub fn write(&mut self, first: u16, registers: &[u16]) -> Result<(), u8> {
        let count = u16::try_from(registers.len()).expect("few");
        let [[a, b], [c, d]] = [first, count].map(u16::to_be_bytes);
        let mut pdu = vec![16, a, b, c, d, u8::try_from(2 * count).expect("few")];
        pdu.extend(registers.iter().flat_map(|register| register.to_be_bytes()));
        let answer = self.ask(&pdu)?;
        assert_eq!(answer, [a, b, c, d], "what was written");
        Ok(())
    }

    pub fn one(&mut self, function: u8, first: u16) -> u16 {
        let bytes = self.read(function, first, 1).expect("a register");
        u16::from_be_bytes([bytes[0], bytes[1]])
    }

    /// Waits for the end of the connection.
    pub fn is_closed(&mut self) -> bool {
        let started = Instant::now();
        let ended = matches!(self.stream.read(&mut [0]), Ok(0) | Err(_));
        ended && started.elapsed() < SOON
    }
}

/// A frame around what begins with the function.
pub fn frame(transaction: u16, unit: u8, pdu: &[u8]) -> Vec<u8> {
    let mut frame = transaction.to_be_bytes().to_vec();
    frame.extend([0, 0]);
    let length = u16::try_from(pdu.len() + 1).expect("short");
    frame.extend(length.to_be_bytes());
    frame.push(unit);
    frame.extend(pdu);
    frame
}

/// The other way round: the registers of a number, the lowest first.
pub fn low_first(bytes: &[u8]) -> Vec<u8> {
    let registers = bytes.chunks_exact(2).rev();
    registers.flatten().copied().collect()
}
