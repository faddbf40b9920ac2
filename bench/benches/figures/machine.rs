//! The machine that the figures are of, and what else it was doing.
//!
//! All of it is read from Linux's `/proc`; elsewhere it is left out.

use std::fs;
use std::thread;
use std::time::Duration;

/// One line for the head of the page.
pub(crate) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let architecture = std::env::consts::ARCH;
    let system = std::env::consts::OS;
    format!("Machine: {cores} cores, {architecture}, {system}.")
}

/// A line that says how far the machine was free for what comes next.
pub(crate) fn busy_elsewhere() -> String {
    let (Some(before), Ok(load)) = (CpuTime::read(), fs::read_to_string("/proc/loadavg")) else {
        return String::new();
    };
    thread::sleep(Duration::from_secs(1));
    let Some(after) = CpuTime::read() else {
        return String::new();
    };
    let busy = after.busy - before.busy;
    let share = busy as f64 / (after.all - before.all).max(1) as f64;
    let load = load.split(' ').next().unwrap_or("?");
    format!(
        "Before it, the rest of the machine's work took {:.0} % of its cores (load {load}, \
         which still counts the building of this bench).",
        share * 100.0
    )
}

/// CPU time of all cores, in ticks.
struct CpuTime {
    busy: u64,
    all: u64,
}

impl CpuTime {
    fn read() -> Option<Self> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        // user nice system idle iowait irq softirq steal; guest time is in user.
        let ticks: Vec<u64> = line.split_whitespace().flat_map(str::parse).collect();
        let all = ticks.iter().take(8).sum();
        let idle = ticks.get(3)? + ticks.get(4)?;
        Some(CpuTime {
            busy: all - idle,
            all,
        })
    }
}

/// CPU time that a process has used, all its threads together, in seconds.
pub(crate) fn cpu_time_s(process: u32) -> Option<f64> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let mut total_ns = 0;
    for thread in threads {
        let schedstat = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        let running_ns: u64 = schedstat.split(' ').next()?.parse().ok()?;
        total_ns += running_ns;
    }
    Some(total_ns as f64 / 1e9)
}

/// Memory that a process holds, in KiB.
pub(crate) fn resident_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Memory that the kernel holds for its own objects (sockets, files, timers) and in the buffers of
/// TCP, in KiB, of the whole machine.
pub(crate) fn kernel_kib() -> Option<u64> {
    let memory = fs::read_to_string("/proc/meminfo").ok()?;
    let slab = memory.lines().find_map(|line| line.strip_prefix("Slab:"))?;
    let slab: u64 = slab.split_whitespace().next()?.parse().ok()?;
    let sockets = fs::read_to_string("/proc/net/sockstat").ok()?;
    let tcp = sockets.lines().find(|line| line.starts_with("TCP:"))?;
    let (_, pages) = tcp.split_once(" mem ")?;
    let pages: u64 = pages.split_whitespace().next()?.parse().ok()?;
    Some(slab + pages * 4)
}
