//! `check()`: a dialog that nobody sees. It reads, and nothing else.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::http::{Http, Reply, describe, now};
use super::unicode::UNICODE;
use crate::dialog::{Config, Dialog, Effect, Event, RequestId};
use crate::rules::Finding;

/// Answers, in the order of their coming; `None` for a read that was stopped.
#[derive(Default)]
struct Inbox {
    replies: RefCell<VecDeque<(RequestId, Option<Reply>)>>,
    waker: Cell<Option<Waker>>,
}

impl Inbox {
    fn put(&self, id: RequestId, reply: Option<Reply>) {
        self.replies.borrow_mut().push_back((id, reply));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    async fn take(&self) -> (RequestId, Option<Reply>) {
        poll_fn(|context| match self.replies.borrow_mut().pop_front() {
            Some(reply) => Poll::Ready(reply),
            None => {
                self.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}

/// All findings that can be had without a person, or why there are none.
pub async fn check(
    host: HtmlElement,
    http: Rc<Http>,
    config: Config,
) -> Result<Vec<Finding>, String> {
    let inbox = Rc::new(Inbox::default());
    let mut dialog = Dialog::new(UNICODE);
    let mut event = Event::Opened(Box::new(config));
    let mut under_way = 0_u32;
    loop {
        for effect in dialog.update(event, now()) {
            match effect {
                Effect::Read { id, read } => {
                    under_way += 1;
                    let reply = http.read(&host, id, read);
                    let inbox = inbox.clone();
                    spawn_local(async move { inbox.put(id, reply.await) });
                }
                Effect::Abort(id) => http.abort(id),
                // Nothing else is for a dialog that nobody sees, least of all a restore.
                _ => {}
            }
        }
        if let Some(report) = dialog.check_report(now()) {
            http.end();
            return report.map_err(|failure| describe(&failure));
        }
        event = loop {
            if under_way == 0 {
                return Err("The check was stopped.".to_owned());
            }
            let (id, reply) = inbox.take().await;
            under_way -= 1;
            if let Some(reply) = reply {
                break Event::Replied { id, reply };
            }
        };
    }
}
