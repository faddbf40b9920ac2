//! Ctrl-C and SIGTERM, the end of standard input, and the end of one device of a process.

use std::io;

use tokio::sync::{oneshot, watch};

/// Tells every task to come to its end. A clone is the same.
#[derive(Clone, Debug)]
pub struct Shutdown {
    signalled: watch::Receiver<bool>,
    ended: watch::Sender<bool>,
}

impl Shutdown {
    /// Begins to listen for the signals, and for the end of standard input if `until_eof`.
    ///
    /// # Errors
    /// When the system gives no signals, or no thread.
    pub fn listen(until_eof: bool) -> io::Result<Self> {
        let (sender, signalled) = watch::channel(false);
        let signal = signal()?;
        let input = until_eof.then(end_of_input).transpose()?;
        tokio::task::spawn_local(async move {
            let name = match input {
                None => signal.await,
                Some(ends) => tokio::select! {
                    name = signal => name,
                    () = ends => "standard input ended",
                },
            };
            tracing::info!("{name}: stopping");
            // Nobody waits any more when this fails.
            let _ = sender.send(true);
        });
        Ok(Shutdown {
            signalled,
            ended: watch::Sender::new(false),
        })
    }

    /// The same signals, for tasks that can also be ended without the others.
    #[must_use]
    pub fn apart(&self) -> Self {
        Shutdown {
            signalled: self.signalled.clone(),
            ended: watch::Sender::new(false),
        }
    }

    /// Ends the tasks that this one tells.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Ready once it is time to stop.
    pub async fn wait(mut self) {
        let mut ended = self.ended.subscribe();
        // The senders are gone only when the runtime is.
        tokio::select! {
            _ = self.signalled.wait_for(|&stop| stop) => {}
            _ = ended.wait_for(|&end| end) => {}
        }
    }
}

/// Ready once standard input has ended. It is read by a thread, which ends with the process,
/// since not every system can wait for it otherwise.
fn end_of_input() -> io::Result<impl Future<Output = ()>> {
    let (sender, ended) = oneshot::channel();
    let thread = std::thread::Builder::new().name("input".to_owned());
    thread.spawn(move || {
        // What cannot be read has ended, too; and nobody waits any more when this fails.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = sender.send(());
    })?;
    Ok(async {
        // The sender is gone only when it has ended.
        let _ = ended.await;
    })
}

#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = &'static str>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => "interrupted",
            _ = terminate.recv() => "terminated",
        }
    })
}

#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = &'static str>> {
    Ok(async {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "interrupted",
            Err(_) => std::future::pending().await,
        }
    })
}
