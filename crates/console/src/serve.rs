//! Listens on 127.0.0.1 and nowhere else, until Ctrl-C or a polite request to end.

use std::future::{Future, poll_fn};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::task::Poll;

use tokio::signal::unix::{SignalKind, signal};
use whose_engine::store::Case;
use whose_register::Register;

use crate::app::app;
use crate::error::ConsoleError;
use crate::state::{Console, Hooks};

/// Threads that make pages; one person looks at one page at a time.
const MAX_THREADS: usize = 4;

/// Serves a case, and the register where there is one, on this port (0 takes a free one) until it is told to stop.
///
/// `ready` gets the address to open, with the key in it: whoever has it sees the case.
///
/// # Errors
/// When the port cannot be had, or the case was not run to its end or cannot be read.
pub fn serve(
    case: Case,
    register: Option<Register>,
    port: u16,
    hooks: Hooks,
    ready: &dyn Fn(&str),
) -> Result<(), ConsoleError> {
    let taken = |cause| ConsoleError::Port { port, cause };
    let listener =
        TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    let port = listener.local_addr().map_err(taken)?.port();
    let console = Console::open(case, register, port, hooks)?;
    // Held until the runtime has ended: a register on a server has a runtime of its own, which may not end inside another.
    let _kept = console.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MAX_THREADS)
        .build()
        .map_err(ConsoleError::Stopped)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(taken)?;
        let stop = stop().map_err(ConsoleError::Stopped)?;
        let warm = console.clone();
        tokio::task::spawn_blocking(move || warm.warm_up());
        ready(&format!("http://127.0.0.1:{port}{}", console.start_path()));
        axum::serve(listener, app(console))
            .with_graceful_shutdown(stop)
            .await
            .map_err(ConsoleError::Stopped)
    })
}

/// Ends at Ctrl-C or SIGTERM.
fn stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(poll_fn(move |context| {
        let is_over =
            terminate.poll_recv(context).is_ready() | interrupt.poll_recv(context).is_ready();
        if is_over {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }))
}
