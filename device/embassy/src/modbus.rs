//! The Modbus server of a small device: as many sockets as connections may stay, and one
//! more, at which the next client finds somebody.
//!
//! All of it is one task, which has no sockets while the device wants no server. It must
//! never know a register.

use embassy_futures::join::join_array;
use embassy_futures::select::select;
use embassy_futures::yield_now;
use embassy_net::Stack;
use embassy_net::tcp::TcpSocket;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_time::{Duration, Timer};
use goe_device::http::{PATIENCE_MS, Slots};
use goe_device::modbus;
use goe_runtime::device::Registered;

use crate::clock::SinceBoot;
use crate::socket::PlainSocket;

/// Connections that may stay.
const CONNECTIONS: usize = 4;

/// Sockets.
pub(crate) const SOCKETS: usize = CONNECTIONS + 1;

/// Time that a peer may leave a packet unanswered.
const SILENCE: Duration = Duration::from_secs(10);

/// Memory for one socket: requests are short, and so are most answers.
struct SocketMemory<const FRAME: usize> {
    receive: [u8; 32],
    transmit: [u8; 96],
    frame: [u8; FRAME],
}

/// Memory for the server, with frames as the table [needs](modbus::frame_for) them.
pub struct ModbusMemory<const FRAME: usize>([SocketMemory<FRAME>; SOCKETS]);

impl<const FRAME: usize> ModbusMemory<FRAME> {
    /// Unused.
    pub const NEW: Self = ModbusMemory(
        [const {
            SocketMemory {
                receive: [0; 32],
                transmit: [0; 96],
                frame: [0; FRAME],
            }
        }; SOCKETS],
    );
}

/// Serves the registers of a device at the port that it wants, whenever it wants it.
pub async fn run_modbus<const FRAME: usize>(
    stack: Stack<'static>,
    memory: &mut ModbusMemory<FRAME>,
    device: &impl Registered,
) -> ! {
    let slots = Slots::<_, CONNECTIONS>::new(SinceBoot);
    // One socket at a time claims a slot.
    let claiming = Mutex::<NoopRawMutex, ()>::new(());
    let wanted = || {
        let wanted = device.modbus();
        wanted.enabled.then_some(wanted.port)
    };
    loop {
        let Some(port) = wanted() else {
            device.modbus_changed().wait().await;
            continue;
        };
        log::info!("modbus: listening on port {port}");
        let all = memory.0.each_mut().map(|memory| {
            let (slots, claiming) = (&slots, &claiming);
            socket(stack, port, memory, slots, claiming, device)
        });
        let change = async {
            while wanted() == Some(port) {
                device.modbus_changed().wait().await;
            }
        };
        // To drop sockets resets their connections.
        select(join_array(all), change).await;
    }
}

/// Lets one client in after the other.
async fn socket<const FRAME: usize>(
    stack: Stack<'static>,
    port: u16,
    memory: &mut SocketMemory<FRAME>,
    slots: &Slots<SinceBoot, CONNECTIONS>,
    claiming: &Mutex<NoopRawMutex, ()>,
    device: &impl Registered,
) {
    let mut socket = TcpSocket::new(stack, &mut memory.receive, &mut memory.transmit);
    socket.set_timeout(Some(SILENCE));
    socket.set_nagle_enabled(false);
    loop {
        // It fails when the client has gone before it was quite there.
        if socket.accept(port).await.is_err() {
            socket.abort();
            yield_now().await;
            continue;
        }
        let slot = {
            let _turn = claiming.lock().await;
            slots.claim().await
        };
        modbus::serve(device, slot, PlainSocket(&mut socket), &mut memory.frame).await;
        socket.abort();
        // Ready once the peer was told; it may be gone.
        let _ = select(socket.flush(), Timer::after_millis(PATIENCE_MS)).await;
    }
}
