//! Tokens that are signed with RSA, as most providers do it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::signature::RsaKeyPair;
use serde_json::{Value, json};

use super::identity::{Key, claims, gateway, key, provider, sign, status};

/// Nothing here can make such keys: these two are of the tests alone.
const ONE: &str = include_str!("keys/test-only-rsa-one.pem");
const TWO: &str = include_str!("keys/test-only-rsa-two.pem");

fn rsa_key(id: &'static str, pem: &str) -> Key {
    let lines = pem.lines().skip_while(|line| !line.starts_with("-----"));
    let text: String = lines.filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(text).unwrap();
    let pair = RsaKeyPair::from_der(&der).unwrap();
    let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
    Key {
        id,
        algorithm: Algorithm::RS256,
        private: EncodingKey::from_rsa_der(&der),
        public: json!({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": id,
            "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e)}),
    }
}

/// What the provider publishes of a key, as a certificate's tools write it.
fn public_pem(key: &Key) -> String {
    let part = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(key.public[name].as_str().unwrap());
        let mut bytes = bytes.unwrap();
        if bytes[0] >= 0x80 {
            bytes.insert(0, 0);
        }
        der(2, &bytes)
    };
    let pair = der(0x30, &[part("n"), part("e")].concat());
    // rsaEncryption, without parameters.
    let kind = [
        0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0,
    ];
    let bits = der(3, &[vec![0], pair].concat());
    let text = STANDARD.encode(der(0x30, &[kind.to_vec(), bits].concat()));
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    )
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut bytes = vec![tag];
    if content.len() >= 0x80 {
        bytes.push(0x80 | u8::try_from(length.len()).unwrap());
    }
    bytes.extend(length);
    bytes.extend(content);
    bytes
}

#[tokio::test]
async fn token_signed_with_rsa_says_who_it_is() {
    let (one, stranger) = (rsa_key("one", ONE), rsa_key("one", TWO));
    let provider = provider(&[&one]).await;
    let gateway = gateway(&provider);
    assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 200);
    // By the same name, and another key.
    let token = sign(&stranger, &claims(&provider));
    assert_eq!(status(&gateway, &token).await, 401);
}

#[tokio::test]
async fn algorithm_that_a_token_names_does_not_change_what_its_key_is() {
    let (rsa, curve) = (rsa_key("rsa", ONE), key("curve"));
    let provider = provider(&[&rsa, &curve]).await;
    let gateway = gateway(&provider);
    let claims = claims(&provider);
    for good in [&rsa, &curve] {
        assert_eq!(status(&gateway, &sign(good, &claims)).await, 200);
    }
    let mut tokens = Vec::new();
    // Everybody knows the public key: as a shared secret it proves nothing, in whatever form it is taken.
    let pem = public_pem(&rsa);
    let published = rsa.public.to_string();
    let modulus = rsa.public["n"].as_str().unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(modulus).unwrap();
    for secret in [
        pem.as_bytes(),
        pem.trim_end().as_bytes(),
        published.as_bytes(),
        modulus.as_bytes(),
        &bytes,
        b"",
    ] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = Header::new(algorithm);
            header.kid = Some("rsa".into());
            let token = encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap();
            // The same, and said to be what the key is for.
            let (_, rest) = token.split_once('.').unwrap();
            let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"rsa"}"#);
            tokens.push(format!("{head}.{rest}"));
            tokens.push(token);
        }
    }
    // Each key's signature under the other's name, and one of a kind that is not accepted.
    for (signer, name) in [(&rsa, "curve"), (&curve, "rsa")] {
        let mut header = Header::new(signer.algorithm);
        header.kid = Some(name.to_owned());
        tokens.push(encode(&header, &claims, &signer.private).unwrap());
    }
    let mut header = Header::new(Algorithm::RS512);
    header.kid = Some("rsa".into());
    tokens.push(encode(&header, &claims, &rsa.private).unwrap());
    // Not signed at all, by any spelling.
    let good = sign(&rsa, &claims);
    let (_, rest) = good.split_once('.').unwrap();
    let (content, signature) = rest.split_once('.').unwrap();
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let head = URL_SAFE_NO_PAD.encode(json!({"alg": name, "kid": "rsa"}).to_string());
        tokens.push(format!("{head}.{content}."));
        tokens.push(format!("{head}.{content}.{signature}"));
    }
    for token in tokens {
        assert_eq!(status(&gateway, &token).await, 401, "{token}");
    }
}

#[tokio::test]
async fn new_key_is_looked_for_once() {
    let (one, two) = (rsa_key("one", ONE), rsa_key("two", TWO));
    let provider = provider(&[&one]).await;
    let gateway = gateway(&provider);
    assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 200);
    *provider.keys.lock().unwrap() = vec![two.public.clone(), one.public.clone()];
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(11)).await;
    tokio::time::resume();
    let reads = || *provider.reads.lock().unwrap();
    assert_eq!(reads(), 1);
    for _ in 0..3 {
        assert_eq!(status(&gateway, &sign(&two, &claims(&provider))).await, 200);
        assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 200);
    }
    assert_eq!(reads(), 2);
    // Names that nobody knows don't have the provider asked each time.
    for id in ["three", "four"] {
        let token = sign(&rsa_key(id, ONE), &claims(&provider));
        assert_eq!(status(&gateway, &token).await, 401);
    }
    assert_eq!(reads(), 2);
}

#[tokio::test]
async fn keys_for_something_else_spoil_no_others() {
    let one = rsa_key("one", ONE);
    let provider = provider(&[]).await;
    // As providers publish them beside those that sign: of other kinds, and to encrypt with.
    let mut encrypts = rsa_key("two", TWO).public;
    encrypts["use"] = json!("enc");
    *provider.keys.lock().unwrap() = vec![
        json!({"kty": "EC", "crv": "P-256", "alg": "ECDH-ES", "use": "enc", "kid": "a", "x": "AA", "y": "AA"}),
        json!({"kty": "OKP", "crv": "X25519", "kid": "b", "x": "AA"}),
        json!({"kty": "AKP", "alg": "ML-DSA-65", "kid": "c", "pub": "AA"}),
        encrypts,
        one.public.clone(),
    ];
    let gateway = gateway(&provider);
    assert_eq!(status(&gateway, &sign(&one, &claims(&provider))).await, 200);
    let token = sign(&rsa_key("two", TWO), &claims(&provider));
    assert_eq!(status(&gateway, &token).await, 401, "a key to encrypt with");
    // The only one that signs needs no name.
    let header = Header::new(Algorithm::RS256);
    let nameless = |claims: &Value| encode(&header, claims, &one.private).unwrap();
    assert_eq!(status(&gateway, &nameless(&claims(&provider))).await, 200);
}
