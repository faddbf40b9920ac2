//! Figures of a board: how long it takes to its first answer, how many requests
//! it serves, and on bare metal, how much stack that took. Printed, with limits
//! that only a fault would reach.

mod support;

use std::thread::scope;
use std::time::{Duration, Instant};

use support::{Board, Charger, Connection, board};

const REQUEST: &[u8] = b"GET /api/status?filter=alw HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
#[ignore = "needs a quiet machine"]
fn time_to_the_first_answer_and_requests_a_second() {
    let started = Instant::now();
    let charger = Charger::start();
    println!(
        "from the start of the program to its first answer: {} ms",
        started.elapsed().as_millis()
    );
    for connections in [1, 4] {
        let started = Instant::now();
        let mut latencies: Vec<Duration> = scope(|scope| {
            let ask = || asks_for(&charger, Duration::from_secs(2));
            let askers: Vec<_> = (0..connections).map(|_| scope.spawn(ask)).collect();
            let latencies = askers.into_iter();
            latencies
                .flat_map(|asker| asker.join().expect("asks to the end"))
                .collect()
        });
        latencies.sort_unstable();
        let rate = latencies.len() as f64 / started.elapsed().as_secs_f64();
        let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100].as_micros();
        println!(
            "{connections} connections: {rate:.0} requests/s; half of them within {} us, 99 % within {} us",
            at(50),
            at(99)
        );
        assert!(rate > 20.0, "{rate} requests a second");
    }
    if board() == Board::Qemu {
        // It tells every five seconds, when there is more to tell.
        std::thread::sleep(Duration::from_secs(6));
        let log = charger.log();
        let told = log.lines().rfind(|line| line.contains("stack: "));
        println!("{}", told.expect("the image tells of its stack"));
    }
}

fn asks_for(charger: &Charger, time: Duration) -> Vec<Duration> {
    let mut connection = Connection::open(charger.http);
    let started = Instant::now();
    let mut latencies = Vec::new();
    while started.elapsed() < time {
        let sent = Instant::now();
        connection.send(REQUEST).expect("sends");
        let answer = connection.answer(false).expect("an answer");
        assert_eq!(answer.body, r#"{"alw":true}"#);
        latencies.push(sent.elapsed());
    }
    latencies
}
