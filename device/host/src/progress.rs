//! A line at a terminal that says how far something long is. Pipes and files get nothing of
//! it, so that what a program writes is the same wherever it runs and however fast.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The line is no older than this.
const EVERY: Duration = Duration::from_millis(200);

/// The line, which is gone when this is dropped.
#[derive(Debug)]
pub struct Progress<W: Write = std::io::Stderr>(Option<Mutex<Line<W>>>);

#[derive(Debug)]
struct Line<W> {
    out: W,
    /// When it is due again; `None` when nothing was shown yet.
    due: Option<Instant>,
}

impl Progress {
    /// On standard error, if somebody reads that at a terminal.
    pub fn at_terminal() -> Self {
        let out = stderr();
        let is_read = out.is_terminal();
        Progress::to(out, is_read)
    }
}

impl<W: Write> Progress<W> {
    fn to(out: W, is_read: bool) -> Self {
        Progress(is_read.then(|| Mutex::new(Line { out, due: None })))
    }

    /// Says how far it is now; asked for only where it is read, and not too often.
    pub fn tell(&self, how_far: impl FnOnce() -> String) {
        let Some(line) = &self.0 else { return };
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if line.due.is_none_or(|due| now >= due) {
            line.due = Some(now + EVERY);
            line.put(&how_far());
        }
    }
}

impl<W: Write> Line<W> {
    /// Writes over what stands there. A terminal that is gone changes nothing of the work.
    fn put(&mut self, text: &str) {
        let _ = write!(self.out, "\r\x1b[K{text}");
        let _ = self.out.flush();
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        if let Some(line) = &mut self.0 {
            let line = line.get_mut().unwrap_or_else(PoisonError::into_inner);
            if line.due.is_some() {
                line.put("");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_line_and_gone_in_the_end() {
        let mut out = Vec::new();
        let progress = Progress::to(&mut out, true);
        progress.tell(|| "1 of 3".to_owned());
        progress.tell(|| "2 of 3, at once".to_owned());
        drop(progress);
        assert_eq!(String::from_utf8_lossy(&out), "\r\x1b[K1 of 3\r\x1b[K");
    }

    #[test]
    fn a_pipe_gets_nothing_of_it() {
        let mut out = Vec::new();
        let progress = Progress::to(&mut out, false);
        progress.tell(|| panic!("nobody asked"));
        drop(progress);
        assert!(out.is_empty());
    }
}
