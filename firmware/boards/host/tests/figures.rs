//! Figures of a board: how long it takes to its first answer, how many requests
//! it serves, and on bare metal, how much stack that took. Printed, with limits
//! that only a fault would reach.

mod support;

use std::path::Path;
use std::thread::scope;
use std::time::{Duration, Instant};

use support::{Board, Charger, Connection, Options, board};

const ALW: &[u8] = b"GET /api/status?filter=alw HTTP/1.1\r\nHost: x\r\n\r\n";
const STATUS: &[u8] = b"GET /api/status HTTP/1.1\r\nHost: x\r\n\r\n";

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
            let ask = || {
                asks_for(&charger, Duration::from_secs(2), ALW, |body| {
                    assert_eq!(body, r#"{"alw":true}"#);
                })
            };
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

/// The rest of what a request takes: beside it stands an image that does nothing but send as
/// many bytes.
#[test]
#[ignore = "needs a quiet machine"]
fn the_whole_status_beside_a_canned_answer() {
    let charger = Charger::start();
    let canned = (board() == Board::Qemu).then(|| {
        let image = std::env::var("GOE_IMAGE").expect("GOE_IMAGE names the charger's image");
        let canned = Path::new(&image).with_file_name("canned");
        assert!(canned.exists(), "{} is built by `run`", canned.display());
        let mut options = Options::args(&["--image", &canned.to_string_lossy()]);
        options.own_broker = false;
        options.start()
    });
    // Until the first networks are found the status is shorter than ever after.
    charger.wait_for_seconds(5);
    let mut rates = [const { Vec::new() }; 2];
    for _ in 0..5 {
        for (charger, rates) in [Some(&charger), canned.as_ref()].iter().zip(&mut rates) {
            let Some(charger) = charger else { continue };
            let time = Duration::from_secs(1);
            let latencies = asks_for(charger, time, STATUS, |body| assert!(body.len() > 6000));
            rates.push(latencies.len() as f64 / latencies.iter().sum::<Duration>().as_secs_f64());
        }
    }
    for (what, rates) in ["the whole status", "a canned answer"]
        .iter()
        .zip(&mut rates)
    {
        rates.sort_by(f64::total_cmp);
        if let [least, .., most] = rates.as_slice() {
            let median = rates[rates.len() / 2];
            println!("{what}, 1 connection: {median:.0} requests/s ({least:.0} to {most:.0})");
            assert!(median > 20.0, "{median} requests a second");
        }
    }
}

fn asks_for(
    charger: &Charger,
    time: Duration,
    request: &[u8],
    check: impl Fn(&str),
) -> Vec<Duration> {
    let mut connection = Connection::open(charger.http);
    let started = Instant::now();
    let mut latencies = Vec::new();
    while started.elapsed() < time {
        let sent = Instant::now();
        connection.send(request).expect("sends");
        let answer = connection.answer(false).expect("an answer");
        latencies.push(sent.elapsed());
        check(&answer.body);
    }
    latencies
}
