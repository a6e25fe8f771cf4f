//! Sockets: connections are accepted, limited, served, and at the end allowed to finish.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::patience::Patient;
use super::{Peer, router};
use crate::app::App;

/// The longest head of a request.
const LARGEST_HEAD: usize = 32 * 1024;

/// Serves until `end` comes, then lets what is under way finish, for as long as the configuration says.
///
/// # Errors
/// The listener can't accept any more.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    end: impl Future<Output = ()>,
) -> io::Result<()> {
    let router = router(&app);
    let limits = app.config.limits.clone();
    let room = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut end = std::pin::pin!(end);
    loop {
        // Without room for another connection, it waits at the door.
        let place = tokio::select! {
            () = &mut end => break,
            place = Arc::clone(&room).acquire_owned() => place.map_err(io::Error::other)?,
        };
        let accepted = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_theirs(&error) => continue,
            Err(error) => {
                // Out of file descriptors, most likely: others will end.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let stream = Patient::new(stream, limits.request);
        let router = router.clone();
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(address.ip()));
            router.clone().oneshot(request.map(Body::new))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        let metrics = Arc::clone(&app.metrics);
        tokio::spawn(async move {
            metrics.connections.inc();
            // An error here is the caller's broken connection: there is nobody to tell.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
            metrics.connections.dec();
            drop(place);
        });
    }
    drop(listener);
    app.ending.store(true, Ordering::Relaxed);
    app.tasks.close();
    let finish = async {
        graceful.shutdown().await;
        app.tasks.wait().await;
    };
    if tokio::time::timeout(limits.shutdown, finish).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    Ok(())
}

fn is_theirs(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
