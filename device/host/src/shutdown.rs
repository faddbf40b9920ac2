//! Ctrl-C and SIGTERM, and the end of one device of a process.

use tokio::sync::watch;

/// Tells every task to come to its end. A clone is the same.
#[derive(Clone, Debug)]
pub struct Shutdown {
    signalled: watch::Receiver<bool>,
    ended: watch::Sender<bool>,
}

impl Shutdown {
    /// Begins to listen for the signals.
    ///
    /// # Errors
    /// When the system gives no signals.
    pub fn listen() -> std::io::Result<Self> {
        let (sender, signalled) = watch::channel(false);
        let signal = signal()?;
        tokio::task::spawn_local(async move {
            let name = signal.await;
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

#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = &'static str>> {
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
fn signal() -> std::io::Result<impl Future<Output = &'static str>> {
    Ok(async {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "interrupted",
            Err(_) => std::future::pending().await,
        }
    })
}
