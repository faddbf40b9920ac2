//! Answers every request with the same bytes, as many as the charger's status has: what the
//! card, the network stack and the machine allow. The figures of the charger stand beside it.

#![no_std]
#![no_main]
#![deny(unsafe_op_in_unsafe_fn)]

#[path = "../clock.rs"]
mod clock;
#[path = "../crash.rs"]
mod crash;
#[path = "../net.rs"]
mod net;
#[path = "../prologue.rs"]
mod prologue;
#[path = "../uart.rs"]
mod uart;
#[path = "../virtio.rs"]
mod virtio;

use embassy_executor::{Executor, Spawner};
use embassy_futures::select::select;
use embassy_net::tcp::{Error, TcpSocket};
use embassy_net::{Runner, Stack, StackResources};
use embassy_time::Timer;
use static_cell::{ConstStaticCell, StaticCell};

use crate::net::{Card, Rings};

/// The socket, DHCP, and one to spare.
const SOCKETS: usize = 3;

/// An answer of as many bytes as the status of the charger with its head.
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6400\r\n\r\n";
static BODY: [u8; 6400] = [b'.'; 6400];

#[riscv_rt::entry]
fn main() -> ! {
    uart::start();
    clock::start();
    if crash::count() > 0 {
        crash::power_off();
    }
    // SAFETY: the handlers are in place, and nothing that they touch is borrowed.
    unsafe { riscv::interrupt::enable() };
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    EXECUTOR.init_with(Executor::new).run(|spawner| {
        spawner.spawn(start(spawner).expect("one of a pool of one"));
    })
}

#[embassy_executor::task]
async fn start(spawner: Spawner) {
    static RINGS: ConstStaticCell<Rings> = ConstStaticCell::new(Rings::NEW);
    static RESOURCES: StaticCell<StackResources<SOCKETS>> = StaticCell::new();
    let card = Card::start(RINGS.take()).expect("the machine has a network card");
    let (stack, runner) = embassy_net::new(
        card,
        embassy_net::Config::dhcpv4(Default::default()),
        RESOURCES.init_with(StackResources::new),
        1,
    );
    spawner.spawn(network(runner).expect("one"));
    serve(stack).await;
}

#[embassy_executor::task]
async fn network(mut runner: Runner<'static, Card>) {
    runner.run().await;
}

/// One client after the other, through a socket with the buffers of one of the charger's.
async fn serve(stack: Stack<'static>) {
    let (mut receive, mut transmit) = ([0; 384], [0; goe_embassy::SENT_AHEAD]);
    let mut socket = TcpSocket::new(stack, &mut receive, &mut transmit);
    socket.set_nagle_enabled(false);
    loop {
        if socket.accept(80).await.is_ok() {
            // A client that is gone needs no answer.
            let _ = answer_all(&mut socket).await;
        }
        socket.abort();
        let _ = select(socket.flush(), Timer::after_millis(100)).await;
    }
}

async fn answer_all(socket: &mut TcpSocket<'_>) -> Result<(), Error> {
    let mut request = [0; 384];
    let mut length = 0;
    loop {
        match socket.read(&mut request[length..]).await? {
            0 => return Ok(()),
            more => length += more,
        }
        if !request[..length].ends_with(b"\r\n\r\n") {
            continue;
        }
        length = 0;
        for mut rest in [HEAD, &BODY] {
            while !rest.is_empty() {
                let sent = socket.write(rest).await?;
                rest = &rest[sent..];
            }
        }
    }
}
