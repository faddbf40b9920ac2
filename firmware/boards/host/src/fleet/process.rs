//! What this process takes of its machine, as the system tells it. Where there is no
//! `/proc`, nothing is known.

use std::fs;

/// Ticks in a second of processor time, the same on every Linux that this runs on.
const TICKS: f64 = 100.0;

/// Bytes of memory that are resident.
pub(super) fn resident_bytes() -> Option<u64> {
    resident_of(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Seconds of processor time since the start, all threads together.
pub(super) fn cpu_s() -> Option<f64> {
    cpu_of(&fs::read_to_string("/proc/self/stat").ok()?)
}

fn resident_of(status: &str) -> Option<u64> {
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1_024)
}

fn cpu_of(stat: &str) -> Option<f64> {
    // The name, in brackets, may have anything in it. Behind it comes the third field;
    // the 14th and the 15th are ticks in the program and in the kernel.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11);
    let mut next = || ticks.next()?.parse::<u32>().ok().map(f64::from);
    Some((next()? + next()?) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_from_what_the_system_writes() {
        let status = "Name:\tgoe-charger\nVmHWM:\t  500 kB\nVmRSS:\t  12345 kB\nThreads:\t1\n";
        assert_eq!(resident_of(status), Some(12_641_280));
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194304 900 0 0 0 250 51 7 8 20 0 1 0 100 200 300";
        assert_eq!(cpu_of(stat), Some(3.01));
        assert_eq!((resident_of("Name:\tx\n"), cpu_of("42")), (None, None));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn it_is_known_of_this_process() {
        assert!(resident_bytes().is_some_and(|bytes| bytes > 100_000));
        assert!(cpu_s().is_some_and(|cpu_s| cpu_s >= 0.0));
    }
}
