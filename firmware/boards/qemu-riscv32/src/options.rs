//! Options of the command line, by semihosting.
//!
//! `run` hands each option over as `-semihosting-config arg=NAME=VALUE`, its
//! value percent-encoded; the machine asks for them with one call. A charger on
//! a wall has its serial number in a fuse; this one is told.

use core::arch::asm;

use heapless::String;

/// `SYS_GET_CMDLINE` of the semihosting specification.
const GET_COMMAND_LINE: usize = 0x15;

/// Longer than `run` lets a command line be.
const LONGEST: usize = 1024;

/// The options, as they came.
pub(crate) struct Options {
    line: [u8; LONGEST],
    length: usize,
}

impl Options {
    /// Asks the machine.
    pub(crate) fn read() -> Self {
        let mut line = [0; LONGEST];
        let mut block: [usize; 2] = [line.as_mut_ptr().expose_provenance(), LONGEST];
        let failed: usize;
        // SAFETY: the three instructions are one call to the machine, uncompressed
        // as its specification asks. It writes the text to the first address of
        // `block`, at most as long as the second says, and its length to the
        // second; both outlive the call.
        unsafe {
            asm!(
                ".option push",
                ".option norvc",
                ".balign 16",
                "slli x0, x0, 0x1f",
                "ebreak",
                "srai x0, x0, 7",
                ".option pop",
                inout("a0") GET_COMMAND_LINE => failed,
                in("a1") &raw mut block,
            );
        }
        let length = if failed == 0 {
            block[1].min(LONGEST)
        } else {
            0
        };
        Options { line, length }
    }

    /// The value of an option; `None` when it is absent, empty, too long or not
    /// text.
    pub(crate) fn text<const N: usize>(&self, name: &str) -> Option<String<N>> {
        let line = core::str::from_utf8(&self.line[..self.length]).ok()?;
        let encoded = line
            .split([' ', '\0'])
            .filter_map(|option| option.split_once('='))
            .find_map(|(found, value)| (found == name).then_some(value))?;
        let mut bytes = heapless::Vec::<u8, N>::new();
        let mut rest = encoded.as_bytes();
        while let Some((&first, tail)) = rest.split_first() {
            let (byte, tail) = match tail.split_at_checked(2) {
                Some((digits, tail)) if first == b'%' => {
                    let digits = core::str::from_utf8(digits).ok()?;
                    (u8::from_str_radix(digits, 16).ok()?, tail)
                }
                _ => (first, tail),
            };
            if bytes.push(byte).is_err() {
                log::error!("option {name} is too long");
                return None;
            }
            rest = tail;
        }
        String::from_utf8(bytes)
            .ok()
            .filter(|value| !value.is_empty())
    }

    /// As [`text`](Self::text), as a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text::<20>(name)?.parse().ok()
    }
}
