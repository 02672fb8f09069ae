//! Connections that can break: a listener whose streams can be told to reset, or to cut a reply.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

const WHOLE: usize = usize::MAX;
const RESET: usize = usize::MAX - 1;
const CLOSED: usize = usize::MAX - 2;

/// A handle on one connection, given to the request handler.
///
/// It holds how much of the next reply's body may be sent, or one of the three marks above.
#[derive(Debug, Clone)]
pub struct Connection(Arc<AtomicUsize>);

impl Connection {
    /// The next reply is not sent: the connection is reset.
    pub fn reset(&self) {
        self.0.store(RESET, Ordering::SeqCst);
    }

    /// Of the next reply, headers and so many bytes of the body are sent, then it closes.
    pub fn cut_body_after(&self, bytes: usize) {
        self.0.store(bytes.min(CLOSED - 1), Ordering::SeqCst);
    }
}

/// A TCP listener whose connections obey [`Connection`].
#[derive(Debug)]
pub struct Breakable(pub TcpListener);

impl Listener for Breakable {
    type Io = Stream;
    type Addr = Connection;

    async fn accept(&mut self) -> (Stream, Connection) {
        loop {
            // Out of file descriptors, most likely: give the others time to finish.
            let Ok((tcp, _)) = self.0.accept().await else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            // Without it small replies wait for the client's acknowledgement; it cannot matter more.
            let _ = tcp.set_nodelay(true);
            let connection = Connection(Arc::new(AtomicUsize::new(WHOLE)));
            return (
                Stream {
                    tcp,
                    connection: connection.clone(),
                },
                connection,
            );
        }
    }

    fn local_addr(&self) -> io::Result<Connection> {
        Ok(Connection(Arc::new(AtomicUsize::new(WHOLE))))
    }
}

impl Connected<IncomingStream<'_, Breakable>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Breakable>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A connection to one client.
///
/// It does not offer vectored writes, so that the head of a reply arrives in one buffer.
#[derive(Debug)]
pub struct Stream {
    tcp: TcpStream,
    connection: Connection,
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.connection.0.load(Ordering::SeqCst) {
            WHOLE => Pin::new(&mut self.tcp).poll_write(cx, bytes),
            RESET => {
                let lingering = self.tcp.set_zero_linger();
                let gone = io::Error::from(io::ErrorKind::ConnectionReset);
                Poll::Ready(Err(lingering.err().unwrap_or(gone)))
            }
            CLOSED => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            allowed => {
                let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
                let end = head.map_or(bytes.len(), |at| bytes.len().min(at + 4 + allowed));
                let written = Pin::new(&mut self.tcp).poll_write(cx, &bytes[..end]);
                if head.is_some() && matches!(written, Poll::Ready(Ok(_))) {
                    self.connection.0.store(CLOSED, Ordering::SeqCst);
                }
                written
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
