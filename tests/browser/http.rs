//! The fetch port: whatever the page's function does comes back as a value.

use std::rc::Rc;

use atlas_restore_dialog::dialog::{Answer, Read, RequestId};
use atlas_restore_dialog::model::{ClusterRef, Failure, RestoreRequest, Timestamp};
use atlas_restore_dialog::widget::host::Properties;
use atlas_restore_dialog::widget::http::{Http, Limits, Reply, limits, set_limits};
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use super::page::{Page, add, document, get, js, set, text, until};

/// A fetch that never answers.
const NEVER: &str = "return new Promise(() => {})";

/// Repetitions without a pause, for as long as this lives.
struct Quick(Limits);

impl Quick {
    /// Every answer has its usual time to come.
    fn new() -> Self {
        let earlier = limits();
        set_limits(Limits {
            backoff_ms: [0; 3],
            retry_after_ms: 0,
            ..earlier
        });
        Quick(earlier)
    }

    /// For what never answers: an answer that does come may be too late for these limits, or not.
    fn out_of_time() -> Self {
        let quick = Quick::new();
        set_limits(Limits {
            read_ms: 5,
            write_ms: 5,
            ..limits()
        });
        quick
    }
}

impl Drop for Quick {
    fn drop(&mut self) {
        set_limits(self.0);
    }
}

struct Port {
    host: HtmlElement,
    http: Rc<Http>,
}

impl Port {
    /// A host whose fetch is `body`, a function of `url` and `init`; `host.calls` counts.
    fn new(body: &str) -> Self {
        let host = add(&document().body().unwrap(), "section");
        set(&host, "calls", 0);
        let fetch = js("host, inner", "return (url, init) => { host.calls += 1; host.url = url; host.init = init; return inner(url, init); }")
            .call2(&JsValue::UNDEFINED, &host, &js("url, init", body))
            .unwrap();
        set(&host, "fetch", fetch);
        let http = Rc::new(Http::new(Rc::new(Properties::default())));
        http.aim(&host);
        Port { host, http }
    }

    async fn session(&self) -> Option<Reply> {
        self.http
            .read(&self.host, RequestId(1), Read::Session)
            .await
    }

    async fn failure(&self) -> Failure {
        self.session().await.unwrap().unwrap_err()
    }

    async fn restore(&self) -> Reply {
        let cluster = |name: &str| ClusterRef {
            project_id: "p".into(),
            name: name.into(),
        };
        let request = RestoreRequest {
            source: cluster("a b"),
            snapshot_id: "s".into(),
            target: cluster("t"),
            reason: None,
        };
        self.http
            .restore(&self.host, &request, "the-key", Some("ours"))
            .await
    }

    fn calls(&self) -> f64 {
        get(&self.host, "calls").as_f64().unwrap()
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.host.remove();
    }
}

fn no_answer(failure: &Failure) -> &str {
    match failure {
        Failure::NoAnswer { message } => message,
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
async fn fetch_is_called_with_url_and_init_and_the_date_is_kept() {
    let port = Port::new(
        "return Response.json({person: {username: 'ada'}}, {headers: {Date: 'Mon, 10 Aug 2026 03:19:27 GMT'}})",
    );
    let dated = port.session().await.unwrap().unwrap();
    assert_eq!(dated.date, Timestamp::parse("2026-08-10T03:19:27Z"));
    let Answer::Session(session) = dated.value else {
        panic!("no session");
    };
    assert_eq!(session.person.username.as_deref(), Some("ada"));
    assert_eq!(text(&port.host, "url"), "/restore/session");
    let init = get(&port.host, "init");
    assert_eq!(text(&init, "method"), "GET");
    assert_eq!(text(&init, "credentials"), "same-origin");
    assert_eq!(text(&init, "cache"), "no-store");
    assert!(get(&init, "signal").is_object());
    assert_eq!(text(&get(&init, "headers"), "Accept"), "application/json");
}

#[wasm_bindgen_test]
async fn fetch_that_throws_or_rejects_is_no_answer_after_three_repetitions() {
    let _quick = Quick::new();
    for body in [
        "throw new Error('gone')",
        "return Promise.reject(new TypeError('gone'))",
    ] {
        let port = Port::new(body);
        assert_eq!(no_answer(&port.failure().await), "gone");
        assert_eq!(port.calls(), 4.0);
    }
}

#[wasm_bindgen_test]
async fn fetch_that_gives_no_response_is_no_answer() {
    let _quick = Quick::new();
    for body in [
        "",
        "return null",
        "return 'text'",
        "return {status: 200}",
        "return {status: 200, arrayBuffer() {}, headers: 5}",
    ] {
        let port = Port::new(body);
        assert!(
            no_answer(&port.failure().await).contains("no Response"),
            "{body}"
        );
        assert_eq!(port.calls(), 1.0, "{body}");
    }
}

#[wasm_bindgen_test]
async fn response_of_another_kind_is_known_by_what_it_can_do() {
    let port = Port::new(
        "return {status: 200, headers: new Headers(), arrayBuffer: async () => new TextEncoder().encode('{}').buffer}",
    );
    assert!(port.session().await.unwrap().is_ok());
    let port = Port::new(
        "return {status: 200, headers: {get() { throw 'no' }}, arrayBuffer: async () => new TextEncoder().encode('{}').buffer}",
    );
    assert!(port.session().await.unwrap().is_ok());
}

#[wasm_bindgen_test]
async fn html_and_cut_json_are_told_apart_and_not_repeated() {
    let _quick = Quick::new();
    let port = Port::new(
        "return new Response('<!doctype html>', {headers: {'Content-Type': 'text/html', 'X-Request-Id': 'r1'}})",
    );
    let expected = Failure::NotJson {
        status: 200,
        html: true,
        request_id: Some("r1".into()),
    };
    assert_eq!(port.failure().await, expected);
    assert_eq!(port.calls(), 1.0);
    let port = Port::new(
        "return new Response('{\"person\": {', {headers: {'Content-Type': 'application/json'}})",
    );
    assert!(matches!(port.failure().await, Failure::Unreadable { .. }));
    assert_eq!(port.calls(), 1.0);
}

#[wasm_bindgen_test]
async fn answer_of_another_version_is_refused() {
    let port = Port::new(
        "return new Response('{}', {headers: {'Content-Type': 'application/vnd.atlas.2020-01-01+json'}})",
    );
    let read = Read::Project { id: "p".into() };
    let reply = port.http.read(&port.host, RequestId(1), read).await;
    assert!(matches!(reply.unwrap(), Err(Failure::Unreadable { .. })));
}

#[wasm_bindgen_test]
async fn fetch_that_hangs_times_out_and_is_aborted() {
    let _quick = Quick::out_of_time();
    let port = Port::new(NEVER);
    assert_eq!(port.failure().await, Failure::TimedOut);
    assert_eq!(port.calls(), 4.0);
    let signal = get(&get(&port.host, "init"), "signal");
    assert_eq!(get(&signal, "aborted"), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn read_is_repeated_until_it_answers() {
    let _quick = Quick::new();
    let port = Port::new(
        "globalThis.flaky = (globalThis.flaky ?? 0) + 1; return globalThis.flaky < 3 ? new Response('', {status: 503, headers: {'Retry-After': '0'}}) : Response.json({})",
    );
    assert!(port.session().await.unwrap().is_ok());
    assert_eq!(port.calls(), 3.0);
}

/// S4: what is repeated waits by the backoff, give or take a half, and not less than the server asks for.
#[wasm_bindgen_test]
async fn pauses_between_repetitions_keep_to_their_bounds() {
    for (random, retry_after, expected) in [
        (0.0, "0", [150.0, 500.0, 1_500.0]),
        (0.5, "0", [300.0, 1_000.0, 3_000.0]),
        (0.75, "0", [375.0, 1_250.0, 3_750.0]),
        (0.5, "2", [2_000.0, 2_000.0, 3_000.0]),
    ] {
        let port = Port::new(
            "return Response.json({}, {status: 503, headers: {'Retry-After': globalThis.asked}})",
        );
        // Whatever takes less than a time limit is over at once.
        let spied = "globalThis.asked = asked;
            const [wait, chance, waits] = [window.setTimeout, Math.random, []];
            Math.random = () => random;
            window.setTimeout = (f, ms, ...rest) => { if (ms >= 30000) return wait(f, ms, ...rest); if (ms >= 100) waits.push(ms); return wait(f, 0, ...rest); };
            return () => { window.setTimeout = wait; Math.random = chance; return waits; };";
        let spied: Function = js("random, asked", spied)
            .call2(&JsValue::UNDEFINED, &random.into(), &retry_after.into())
            .unwrap()
            .unchecked_into();
        let failed = port.session().await.unwrap().is_err();
        let waits = spied.call0(&JsValue::UNDEFINED).unwrap();
        assert!(failed);
        let waits: Vec<f64> = Array::from(&waits)
            .iter()
            .filter_map(|ms| ms.as_f64())
            .collect();
        assert_eq!(waits, expected, "{random} {retry_after}");
    }
}

#[wasm_bindgen_test]
async fn refusal_is_not_repeated_and_keeps_its_headers() {
    let _quick = Quick::new();
    let port = Port::new(
        "return Response.json({detail: 'no', errorCode: 'NOPE'}, {status: 403, headers: {'X-Request-Id': 'r2'}})",
    );
    let Failure::Refused(problem) = port.failure().await else {
        panic!("no refusal");
    };
    assert_eq!(problem.detail.as_deref(), Some("no"));
    assert_eq!(problem.request_id.as_deref(), Some("r2"));
    assert_eq!(port.calls(), 1.0);
    let port = Port::new("return Response.json({}, {status: 429, headers: {'Retry-After': '7'}})");
    let Failure::Refused(problem) = port.failure().await else {
        panic!("no refusal");
    };
    assert_eq!(problem.retry_after_ms, Some(7_000));
    assert_eq!(
        port.calls(),
        1.0,
        "longer than we would wait: nothing is asked earlier"
    );
    let port = Port::new("return Response.json({}, {status: 429, headers: {'Retry-After': '0'}})");
    assert!(matches!(port.failure().await, Failure::Refused(_)));
    assert_eq!(port.calls(), 4.0, "three times more at most");
}

#[wasm_bindgen_test]
async fn restore_request_is_sent_once_whatever_happens() {
    for body in [
        "throw new Error('gone')",
        NEVER,
        "return new Response('', {status: 503})",
        "return new Response('<p>')",
    ] {
        let _quick = if body == NEVER {
            Quick::out_of_time()
        } else {
            Quick::new()
        };
        let port = Port::new(body);
        assert!(port.restore().await.is_err(), "{body}");
        assert_eq!(port.calls(), 1.0, "{body}");
        // The browser would follow 307 and 308 with the same request once more.
        assert_eq!(text(&get(&port.host, "init"), "redirect"), "error");
    }
}

#[wasm_bindgen_test]
async fn headers_of_the_page_win() {
    let port = Port::new("return Response.json({id: 'j'})");
    set(
        &port.host,
        "headers",
        js(
            "",
            "return Promise.resolve({'x-csrf-token': 'theirs', 'X-Trace': 't', Nothing: null})",
        ),
    );
    assert!(matches!(
        port.restore().await.unwrap().value,
        Answer::Job(job) if job.id == "j"
    ));
    let init = get(&port.host, "init");
    let headers = get(&init, "headers");
    assert_eq!(text(&headers, "x-csrf-token"), "theirs");
    assert!(get(&headers, "X-CSRF-Token").is_undefined());
    assert_eq!(text(&headers, "X-Trace"), "t");
    assert_eq!(text(&headers, "Idempotency-Key"), "the-key");
    assert!(get(&headers, "Nothing").is_undefined());
    assert_eq!(text(&init, "method"), "POST");
    assert!(text(&port.host, "url").ends_with("/clusters/a%20b/backup/restoreJobs"));
    set(
        &port.host,
        "headers",
        js("", "return new Headers({'X-CSRF-Token': 'h'})"),
    );
    assert!(port.restore().await.is_ok());
    let headers = get(&get(&port.host, "init"), "headers");
    assert_eq!(text(&headers, "x-csrf-token"), "h");
}

#[wasm_bindgen_test]
async fn headers_that_fail_send_nothing() {
    let _quick = Quick::new();
    for body in [
        "throw new Error('no token')",
        "return Promise.reject(new Error('no token'))",
        "return Promise.reject('no token')",
    ] {
        let port = Port::new("return Response.json({id: 'j'})");
        set(&port.host, "headers", js("", body));
        let message = "no token".to_owned();
        assert_eq!(port.restore().await, Err(Failure::NotSent { message }));
        assert_eq!(port.calls(), 0.0);
    }
}

#[wasm_bindgen_test]
async fn aborted_read_answers_nothing() {
    let page = Page::new();
    page.instead(NEVER);
    let http = Rc::new(Http::new(Rc::new(Properties::default())));
    http.aim(&page.host);
    let (host, reader) = (page.host.clone(), http.clone());
    let done = Rc::new(std::cell::Cell::new(None));
    let result = done.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let reply = reader.read(&host, RequestId(7), Read::Session).await;
        result.set(Some(reply.is_none()));
    });
    until(|| page.calls().len() == 1).await;
    http.abort(RequestId(8));
    assert_eq!(done.get(), None);
    http.abort(RequestId(7));
    until(|| done.get().is_some()).await;
    assert_eq!(done.get(), Some(true));

    let unpolled = http.read(&page.host, RequestId(9), Read::Session);
    http.abort(RequestId(9));
    assert!(unpolled.await.is_none());
    http.end();
    assert!(
        http.read(&page.host, RequestId(10), Read::Session)
            .await
            .is_none()
    );
    assert_eq!(page.calls().len(), 1);
}
