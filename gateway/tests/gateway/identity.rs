//! Who is it: tokens of an OpenID provider, good and bad ones.

use std::sync::{Arc, Mutex};

use atlas_restore_gateway::config::{Identity, Oidc};
use axum::Router;
use axum::routing::get as route;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::support::*;

/// A key of the provider: its private half, and what it publishes.
pub struct Key {
    pub id: &'static str,
    pub algorithm: Algorithm,
    pub private: EncodingKey,
    pub public: Value,
}

pub fn key(id: &'static str) -> Key {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
    // Uncompressed: a byte, then both coordinates.
    let point = pair.public_key().as_ref();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Key {
        id,
        algorithm: Algorithm::ES256,
        private: EncodingKey::from_ec_der(document.as_ref()),
        public: json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id,
            "x": text(&point[1..33]), "y": text(&point[33..65])}),
    }
}

pub struct Provider {
    pub address: String,
    pub keys: Arc<Mutex<Vec<Value>>>,
    pub reads: Arc<Mutex<u32>>,
    /// Whoever locks it keeps the keys from being answered.
    pub gate: Arc<tokio::sync::RwLock<()>>,
}

pub async fn provider(keys: &[&Key]) -> Provider {
    provider_with_keys_at(keys, "127.0.0.1").await
}

/// One whose discovery document names this host for its keys.
async fn provider_with_keys_at(keys: &[&Key], host: &str) -> Provider {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let keys: Arc<Mutex<Vec<Value>>> = Arc::new(Mutex::new(
        keys.iter().map(|key| key.public.clone()).collect(),
    ));
    let reads = Arc::new(Mutex::new(0));
    let gate: Arc<tokio::sync::RwLock<()>> = Arc::default();
    let passed = Arc::clone(&gate);
    let (published, counted) = (Arc::clone(&keys), Arc::clone(&reads));
    let keys_at = format!("{}/keys", address.replace("127.0.0.1", host));
    let discovery = json!({"issuer": address, "jwks_uri": keys_at}).to_string();
    let router: Router = Router::new()
        .route(
            "/.well-known/openid-configuration",
            route(move || async { discovery }),
        )
        .route(
            "/keys",
            route(move || async move {
                *counted.lock().unwrap() += 1;
                drop(passed.read().await);
                json!({"keys": *published.lock().unwrap()}).to_string()
            }),
        );
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = hyper_util::service::TowerToHyperService::new(router.clone());
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), service),
            );
        }
    });
    Provider {
        address,
        keys,
        reads,
        gate,
    }
}

pub fn gateway(provider: &Provider) -> Gateway {
    let mut config = config(&world());
    config.identity = Identity::Oidc(Box::new(Oidc {
        issuer: provider.address.clone(),
        audience: "portal".into(),
        jwks_url: None,
        algorithms: vec![Algorithm::ES256, Algorithm::RS256],
        token_header: "authorization".into(),
        username_claim: "email".into(),
        name_claim: "name".into(),
    }));
    Gateway::new(config)
}

fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

pub fn claims(provider: &Provider) -> Value {
    json!({"iss": provider.address, "aud": "portal", "exp": now() + 600, "email": PERSON, "name": "Maya"})
}

pub fn sign(key: &Key, claims: &Value) -> String {
    let mut header = Header::new(key.algorithm);
    header.kid = Some(key.id.to_owned());
    encode(&header, claims, &key.private).unwrap()
}

pub async fn status(gateway: &Gateway, token: &str) -> u16 {
    let request = with(
        get("/restore/session"),
        "authorization",
        &format!("Bearer {token}"),
    );
    gateway.call(request).await.status
}

#[tokio::test]
async fn token_of_the_provider_says_who_it_is() {
    let one = key("one");
    let provider = provider(&[&one]).await;
    let gateway = gateway(&provider);
    let token = sign(&one, &claims(&provider));
    let request = with(
        get("/restore/session"),
        "authorization",
        &format!("Bearer {token}"),
    );
    let got = gateway.call(request).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(
        got.json()["person"],
        json!({"username": PERSON, "name": "Maya"})
    );
    for _ in 0..5 {
        assert_eq!(status(&gateway, &token).await, 200);
    }
    assert_eq!(*provider.reads.lock().unwrap(), 1);
}

#[tokio::test]
async fn token_that_is_not_for_us_now_is_refused() {
    let (one, stranger) = (key("one"), key("one"));
    let provider = provider(&[&one]).await;
    let gateway = gateway(&provider);
    let changed = |name: &str, value: Value| {
        let mut claims = claims(&provider);
        claims[name] = value;
        sign(&one, &claims)
    };
    let good = sign(&one, &claims(&provider));
    assert_eq!(status(&gateway, &good).await, 200);
    for verified in [json!(true), json!("true")] {
        let token = changed("email_verified", verified);
        assert_eq!(status(&gateway, &token).await, 200);
    }
    let mut without_end = claims(&provider);
    without_end.as_object_mut().unwrap().remove("exp");
    // Signed with the public key as a shared secret, and not signed at all.
    let symmetric = {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("one".into());
        let secret = one.public["x"].as_str().unwrap();
        encode(
            &header,
            &claims(&provider),
            &EncodingKey::from_secret(secret.as_bytes()),
        )
        .unwrap()
    };
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!(
        "{}.{}.",
        part(json!({"alg": "none", "kid": "one"})),
        part(claims(&provider))
    );
    let (head, rest) = good.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let mut owner = claims(&provider);
    owner["email"] = json!("owner@example.com");
    let swapped = format!("{head}.{}.{signature}", part(owner));
    for (what, token) in [
        ("issuer", changed("iss", json!("https://evil.example"))),
        ("audience", changed("aud", json!("another"))),
        ("ended", changed("exp", json!(now() - 120))),
        ("not yet", changed("nbf", json!(now() + 600))),
        ("without an end", sign(&one, &without_end)),
        (
            "unverified address",
            changed("email_verified", json!(false)),
        ),
        (
            "unverified address, as text",
            changed("email_verified", json!("false")),
        ),
        (
            "address that is verified somehow",
            changed("email_verified", json!(1)),
        ),
        ("no name", changed("email", json!(null))),
        ("two names", changed("email", json!("a@x,b@y"))),
        ("a stranger's key", sign(&stranger, &claims(&provider))),
        ("an unknown key", sign(&key("two"), &claims(&provider))),
        ("symmetric", symmetric),
        ("unsigned", unsigned),
        ("other content", swapped),
        ("nonsense", "a.b.c".into()),
        ("nothing", String::new()),
    ] {
        assert_eq!(status(&gateway, &token).await, 401, "{what}");
    }
    assert_eq!(gateway.call(get("/restore/session")).await.status, 401);
}

#[tokio::test]
async fn keys_may_change() {
    let (one, two) = (key("one"), key("two"));
    let provider = provider(&[&one]).await;
    let gateway = gateway(&provider);
    assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 200);
    *provider.keys.lock().unwrap() = vec![two.public.clone()];
    // Unknown keys are looked up, though not at each request.
    let token = sign(&two, &claims(&provider));
    assert_eq!(status(&gateway, &token).await, 401);
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(11)).await;
    tokio::time::resume();
    assert_eq!(status(&gateway, &token).await, 200);
    assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 401);
    assert_eq!(*provider.reads.lock().unwrap(), 2);
}

#[tokio::test]
async fn provider_that_is_away_is_no_refusal() {
    let one = key("one");
    let provider = Provider {
        address: "http://127.0.0.1:1".into(),
        keys: Arc::default(),
        reads: Arc::default(),
        gate: Arc::default(),
    };
    let gateway = gateway(&provider);
    assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 503);
}

#[tokio::test]
async fn provider_that_is_slow_keeps_nobody_waiting_whose_key_is_known() {
    let one = key("one");
    let provider = provider(&[&one]).await;
    let gateway = gateway(&provider);
    let token = sign(&one, &claims(&provider));
    assert_eq!(status(&gateway, &token).await, 200);
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(601)).await;
    tokio::time::resume();
    let closed = provider.gate.write().await;
    let first = tokio::spawn({
        let (gateway, token) = (gateway.clone(), token.clone());
        async move { status(&gateway, &token).await }
    });
    while *provider.reads.lock().unwrap() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(status(&gateway, &token).await, 200);
    assert!(!first.is_finished(), "the provider has answered");
    drop(closed);
    assert_eq!(first.await.unwrap(), 200);
}

#[tokio::test]
async fn keys_are_not_read_where_anybody_could_change_them() {
    let one = key("one");
    // Reaches this machine, and is none of the addresses that are known to stay within it.
    let provider = provider_with_keys_at(&[&one], "0.0.0.0").await;
    let gateway = gateway(&provider);
    assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 503);
    assert_eq!(*provider.reads.lock().unwrap(), 0);
}

#[tokio::test]
async fn provider_that_fails_is_not_asked_for_each_request() {
    let one = key("one");
    let provider = provider(&[&one]).await;
    // What it publishes is no key set.
    provider.keys.lock().unwrap().push(json!("nonsense"));
    let gateway = gateway(&provider);
    let token = sign(&one, &claims(&provider));
    for _ in 0..5 {
        assert_eq!(status(&gateway, &token).await, 503);
    }
    assert_eq!(*provider.reads.lock().unwrap(), 1);
}

#[tokio::test]
async fn another_header_says_the_name_that_people_see() {
    let mut config = config(&world());
    config.identity = Identity::Header {
        header: "x-user".into(),
        name_header: Some("x-name".into()),
        trusted_peers: vec![PROXY.parse::<std::net::IpAddr>().unwrap().into()],
    };
    let gateway = Gateway::new(config);
    let request = || with(get("/restore/session"), "x-user", PERSON);
    let got = gateway.call(with(request(), "x-name", "Maya O.")).await;
    assert_eq!(got.json()["person"]["name"], "Maya O.");
    let got = gateway.call(request()).await;
    assert_eq!(
        got.json()["person"],
        json!({"username": PERSON, "name": null})
    );
}

#[tokio::test]
async fn header_says_who_it_is_only_from_the_proxy() {
    let mut config = config(&world());
    config.identity = by_header();
    let gateway = Gateway::new(config);
    let request = || with(get("/restore/session"), "x-user", PERSON);
    assert_eq!(gateway.call(request()).await.status, 200);
    let forged = gateway.call_from("10.9.8.8", request()).await;
    assert_eq!(forged.refusal(), (401, "not-signed-in".into()));
    // Whom Atlas does not know has no roles, and sees nothing.
    let got = gateway
        .call(with(
            get("/restore/session"),
            "x-user",
            "nobody@example.com",
        ))
        .await;
    assert_eq!(got.json()["roles"], json!({}));
    let list = with(
        get(&format!("{API}/groups")),
        "x-user",
        "nobody@example.com",
    );
    assert_eq!(gateway.call(list).await.json()["results"], json!([]));
}
