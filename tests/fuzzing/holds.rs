//! What must hold for any bytes. `fuzz/` looks for bytes for which it does not; `main.rs` tries those that are kept.

#[path = "../support/pieces.rs"]
mod pieces;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::{
    ClusterRef, Failure, PreRelease, RestoreRequest, Timestamp, Version,
};
use serde::de::IgnoredAny;
use serde_json::Value;

/// An answer of Atlas's or of the backend's: every reader takes or refuses it, and what is taken is JSON.
pub fn atlas_json(body: &[u8]) {
    let strict = is_json(body);
    let took = [
        atlas::read_session(body).is_ok(),
        atlas::read_projects(body).is_ok(),
        atlas::read_project(body).is_ok(),
        atlas::read_encryption(body).is_ok(),
        atlas::read_process_args(body).is_ok(),
        atlas::read_clusters(body).is_ok(),
        atlas::read_cluster(body).is_ok(),
        atlas::read_snapshots(body).is_ok(),
        atlas::read_snapshot(body).is_ok(),
        atlas::read_jobs(body).is_ok(),
        atlas::read_job(body).is_ok(),
        atlas::read_roles(body).is_ok(),
    ];
    assert!(
        strict || took == [false; 12],
        "taken, and no JSON: {took:?}"
    );
    atlas::read_policy(body);
    for size in [1, 5, 64] {
        pieces::alike(body, size);
    }
    passed_over(body);
    sent(body);
}

/// A member that nobody asks for is passed over exactly if it is JSON.
fn passed_over(body: &[u8]) {
    let whole = [br#"{"id":"a","name":"b","x":"#, body, b"}"].concat();
    let read = atlas::read_cluster(&whole);
    let strict = is_json(&whole);
    assert!(strict || read.is_err(), "passed over, and no JSON");
    if let Ok(Value::Object(members)) = serde_json::from_slice(&whole) {
        let known = members
            .keys()
            .all(|name| ["id", "name", "x"].contains(&name.as_str()));
        if known && members["id"] == "a" && members["name"] == "b" {
            assert!(read.is_ok(), "JSON, and not passed over: {read:?}");
        }
    }
}

/// What we send of a text of somebody else's is JSON of the same text, in one segment of a path and in one header.
fn sent(body: &[u8]) {
    let Ok(text) = std::str::from_utf8(body) else {
        return;
    };
    let cluster = ClusterRef {
        project_id: text.to_owned(),
        name: text.to_owned(),
    };
    let request = RestoreRequest {
        source: cluster.clone(),
        snapshot_id: text.to_owned(),
        target: cluster,
        reason: Some(text.to_owned()),
    };
    let call = atlas::create_restore_job(&request, "key", None);
    let read: Value = serde_json::from_str(call.body.as_deref().unwrap_or_default())
        .unwrap_or_else(|error| panic!("what is sent is no JSON: {error}"));
    assert_eq!(read["snapshotId"], text);
    assert_eq!(read["targetClusterName"], text);
    assert_eq!(call.path.matches('/').count(), 9, "{}", call.path);
    assert!(
        call.path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte))
    );
    assert!(
        call.headers
            .iter()
            .all(|(_, value)| value.bytes().all(|byte| byte.is_ascii_graphic()))
    );
}

/// JSON by another reader, which builds nothing and has no limit to its depth.
fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// A refusal: the first two bytes choose status and media type.
pub fn problem(data: &[u8]) {
    let [status, declared, body @ ..] = data else {
        return;
    };
    let statuses = [400, 401, 403, 404, 409, 422, 429, 500, 503, 599];
    let status = statuses[usize::from(*status) % statuses.len()];
    let types = [
        None,
        Some("application/json"),
        Some("application/problem+json; charset=utf-8"),
        Some("text/plain"),
        Some("TEXT/HTML"),
    ];
    let declared = types[usize::from(*declared) % types.len()];
    let failure = atlas::read_problem(status, declared, body);
    assert_eq!(failure.status(), Some(status));
    match failure {
        Failure::Refused(problem) => {
            for (name, text) in &problem.extra {
                assert!(is_json(text.as_bytes()), "{name}: {text}");
            }
            if let Ok(Value::Object(members)) = serde_json::from_slice(body) {
                let once = |name: &str| String::from_utf8_lossy(body).matches(name).count() == 1;
                for (name, read) in [
                    ("errorCode", &problem.error_code),
                    ("detail", &problem.detail),
                    ("instance", &problem.instance),
                ] {
                    if let (true, Some(Value::String(text))) = (once(name), members.get(name)) {
                        assert_eq!(read.as_ref(), Some(text));
                    }
                }
            }
        }
        Failure::NotJson { html, .. } => {
            assert!(serde_json::from_slice::<Value>(body).is_err());
            assert_eq!(html, atlas::looks_like_html(declared, body));
        }
        other => panic!("a refusal that is none: {other:?}"),
    }
    if let Ok(text) = std::str::from_utf8(body) {
        let later = atlas::read_retry_after(text, Timestamp(0));
        let sooner = atlas::read_retry_after(text, Timestamp(1_000));
        assert!(sooner <= later, "{later:?} and a second later {sooner:?}");
    }
}

/// Two versions, one a line: each read as another reader does, and in the same order.
pub fn version(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = text.split('\n');
    let pairs = [lines.next(), lines.next()].map(|line| {
        let line = line.unwrap_or_default();
        let (ours, theirs) = (Version::parse(line), fields(line));
        assert_eq!(ours.is_some(), theirs.is_some(), "{line:?}");
        if let (Some(version), Some(fields)) = (ours, theirs) {
            let pre_release = match version.pre_release {
                PreRelease::Alpha(n) => (0, n),
                PreRelease::Beta(n) => (1, n),
                PreRelease::ReleaseCandidate(n) => (2, n),
                PreRelease::Release => (3, 0),
            };
            let read = [
                version.major,
                version.minor,
                version.patch,
                pre_release.0,
                pre_release.1,
            ];
            assert_eq!(read.map(u64::from), fields, "{line:?}");
            assert_eq!(Version::parse(&version.to_string()), Some(version));
        }
        (ours, theirs)
    });
    if let [(Some(a), Some(x)), (Some(b), Some(y))] = pairs {
        assert_eq!(a.cmp(&b), x.cmp(&y), "{a} and {b}");
    }
}

/// `N.N.N` and what may follow, read byte by byte.
fn fields(text: &str) -> Option<[u64; 5]> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let number = |at: &mut usize| {
        let start = *at;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = bytes.get(*at) {
            value = value
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'));
            *at += 1;
        }
        (*at > start && value <= u64::from(u32::MAX)).then_some(value)
    };
    let mut read = [0; 5];
    for (place, field) in read.iter_mut().take(3).enumerate() {
        if place > 0 {
            if bytes.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
        *field = number(&mut at)?;
    }
    read[3] = 3;
    match &bytes[at..] {
        b"" | b"-ent" => return Some(read),
        rest => {
            let words: [(&[u8], u64); 3] = [(b"-alpha", 0), (b"-beta", 1), (b"-rc", 2)];
            let (word, rank) = words.into_iter().find(|(word, _)| rest.starts_with(word))?;
            at += word.len();
            read[3] = rank;
        }
    }
    read[4] = number(&mut at)?;
    (at == bytes.len()).then_some(read)
}

/// A time: what is read means the same once it is written in UTC, and no text is an instant in two ways.
pub fn time(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    // RFC 3339 has no year before 0 nor after 9999, into which an offset can lead.
    let writable = |at: &Timestamp| (-62_167_219_200_000..253_402_300_800_000).contains(&at.0);
    if let Some(at) = Timestamp::parse(text).filter(writable) {
        let written = in_utc(at);
        assert_eq!(
            Timestamp::parse(&written),
            Some(at),
            "{text:?} is {written}"
        );
        assert_eq!(Timestamp::parse_http_date(text), None);
    }
    if let Some(at) = Timestamp::parse_http_date(text) {
        assert_eq!(at.0 % 1_000, 0, "{text:?}");
        assert_eq!(Timestamp::parse(&in_utc(at)), Some(at));
    }
    if let Some(at) = Timestamp::of_object_id(text) {
        assert_eq!(text.len(), 24);
        assert!((0..=i64::from(u32::MAX) * 1_000).contains(&at.0));
    }
}

/// RFC 3339, by counting years and months one after the other.
fn in_utc(at: Timestamp) -> String {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut days, in_day) = (at.0.div_euclid(86_400_000), at.0.rem_euclid(86_400_000));
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += if leap(year) { 366 } else { 365 };
    }
    while days >= if leap(year) { 366 } else { 365 } {
        days -= if leap(year) { 366 } else { 365 };
        year += 1;
    }
    let february = if leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (seconds, ms) = (in_day / 1_000, in_day % 1_000);
    format!(
        "{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}.{ms:03}Z",
        days + 1,
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}
