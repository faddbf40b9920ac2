//! Options of the command line, by semihosting.
//!
//! `run` hands each option over as `-semihosting-config arg=NAME=VALUE`, its
//! value percent-encoded; the machine asks for them with one call. A charger on
//! a wall has its serial number in a fuse; this one is told.

use core::arch::asm;

use heapless::String;

/// Calls of the semihosting specification: `SYS_OPEN`, `SYS_CLOSE`, `SYS_READ` and
/// `SYS_GET_CMDLINE`.
const OPEN: usize = 0x01;
const CLOSE: usize = 0x02;
const READ: usize = 0x06;
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
        // SAFETY: the machine writes the text to the first address of `block`, at most
        // as long as the second says, and its length to the second; both outlive the
        // call.
        let failed = unsafe { call(GET_COMMAND_LINE, block.as_mut_ptr()) };
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

    /// The text of the file that an option names, without the end of its line; `None`
    /// also when it cannot be read, which is told.
    pub(crate) fn file<const N: usize>(&self, name: &str) -> Option<String<N>> {
        let mut path = self.text::<128>(name)?;
        let length = path.len();
        // It ends with a zero.
        path.push('\0').ok()?;
        let mut open = [path.as_ptr().expose_provenance(), 0, length];
        // SAFETY: the machine reads the text at the first word of `open`, as long as the
        // third says, and writes nothing.
        let handle = unsafe { call(OPEN, open.as_mut_ptr()) };
        if handle == usize::MAX {
            log::error!("the file of option {name} cannot be opened");
            return None;
        }
        // One more than there may be, to see that there is more.
        let mut bytes = [0; 80];
        let mut read = [handle, bytes.as_mut_ptr().expose_provenance(), bytes.len()];
        // SAFETY: the machine writes to the address in the second word of `read`, at most
        // as many bytes as the third says.
        let left = unsafe { call(READ, read.as_mut_ptr()) };
        // SAFETY: the machine reads the one word.
        unsafe { call(CLOSE, [handle].as_mut_ptr()) };
        let bytes = bytes.get(..bytes.len().checked_sub(left)?)?;
        let text = core::str::from_utf8(bytes).ok()?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let fitting = String::try_from(text).ok().filter(|text| !text.is_empty());
        if fitting.is_none() {
            log::error!("the file of option {name} has no text of at most {N} bytes");
        }
        fitting
    }

    /// As [`text`](Self::text), as a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text::<20>(name)?.parse().ok()
    }
}

/// A call to the machine, with the words that it takes; gives its answer.
///
/// # Safety
/// The machine reads and writes through `words` as the specification says of the call.
unsafe fn call(number: usize, words: *mut usize) -> usize {
    let answer;
    // SAFETY: the three instructions are one call to the machine, uncompressed as its
    // specification asks; what it does to memory is the caller's to answer for.
    unsafe {
        asm!(
            ".option push",
            ".option norvc",
            ".balign 16",
            "slli x0, x0, 0x1f",
            "ebreak",
            "srai x0, x0, 7",
            ".option pop",
            inout("a0") number => answer,
            in("a1") words,
        );
    }
    answer
}
