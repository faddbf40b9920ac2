//! How many files this process may have open: each connection is one.

/// Raises that to the most that the system allows it, and gives it; `None` where there is no such
/// limit, or where the system does not tell it.
#[cfg(unix)]
pub fn raise_open_files() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => maximum,
        Err(error) => {
            tracing::debug!("the limit of open files stays as it is: {error}");
            current
        }
    }
}

/// There is none that a program could raise.
#[cfg(not(unix))]
pub fn raise_open_files() -> Option<u64> {
    None
}
