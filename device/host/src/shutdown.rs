//! Ctrl-C and SIGTERM.

use tokio::sync::watch;

/// Tells every task to come to its end.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Begins to listen for the signals.
    ///
    /// # Errors
    /// When the system gives no signals.
    pub fn listen() -> std::io::Result<Self> {
        let (sender, receiver) = watch::channel(false);
        let signal = signal()?;
        tokio::task::spawn_local(async move {
            let name = signal.await;
            tracing::info!("{name}: stopping");
            // Nobody waits any more when this fails.
            let _ = sender.send(true);
        });
        Ok(Shutdown(receiver))
    }

    /// Ready once it is time to stop.
    pub async fn wait(mut self) {
        // The sender is gone only when the runtime is.
        let _ = self.0.wait_for(|&stop| stop).await;
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
