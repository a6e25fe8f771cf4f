//! Settings that are good, and those that are named as wrong.

use super::*;

const REMOTE: &str = r#"
    [identity]
    source = "header"
    header = "X-Forwarded-Email"
    trusted_peers = ["10.1.0.0/16", "::1"]
    [audit]
    file = "-"
"#;

fn check(file: &str) -> Checked<Config> {
    let mut settings = Settings::default();
    settings.add_file(file)?;
    Config::check(&settings, |name| Some(format!("value of {name}")))
}

#[test]
fn remote_needs_little() {
    let config = check(REMOTE).unwrap();
    assert_eq!(config.base_path, "/restore");
    let Atlas::Remote {
        base_url,
        client_secret,
        ..
    } = &config.atlas
    else {
        panic!("not remote");
    };
    assert_eq!(base_url, "https://cloud.mongodb.com");
    assert_eq!(
        client_secret.reveal(),
        "value of RESTORE_GATEWAY_CLIENT_SECRET"
    );
    assert!(!format!("{config:?}").contains("value of"));
    let Identity::Header {
        header,
        trusted_peers,
        ..
    } = &config.identity
    else {
        panic!("no header");
    };
    assert_eq!(
        (header.as_str(), trusted_peers.len()),
        ("x-forwarded-email", 2)
    );
}

#[test]
fn wrong_settings_are_named() {
    for (change, key) in [
        (
            ("source = \"header\"", "source = \"fixed\""),
            "identity.source",
        ),
        (
            ("source = \"header\"", "source = \"oidc\""),
            "identity.issuer",
        ),
        (("source = \"header\"", ""), "identity.source"),
        (
            ("[\"10.1.0.0/16\", \"::1\"]", "[]"),
            "identity.trusted_peers",
        ),
        (("::1", "localhost"), "identity.trusted_peers"),
        (("X-Forwarded-Email", "X Email"), "identity.header"),
        (
            (
                "[audit]",
                "[atlas]\nbase_url = \"cloud.mongodb.com\"\n[audit]",
            ),
            "atlas.base_url",
        ),
        (
            (
                "[audit]",
                "[atlas]\nbase_url = \"http://cloud.mongodb.com\"\n[audit]",
            ),
            "atlas.base_url",
        ),
        (("file = \"-\"", ""), "audit.file"),
        (
            ("[audit]", "[policy]\ntopology = \"ring\"\n[audit]"),
            "policy.topology",
        ),
        (
            (
                "[audit]",
                "[atlas]\nclient_secret_file = \"/no/such\"\n[audit]",
            ),
            "atlas.client_secret_file",
        ),
    ] {
        let file = REMOTE.replace(change.0, change.1);
        assert_eq!(check(&file).unwrap_err().key, key, "{file}");
    }
    for (line, key) in [
        ("listen = \"8080\"", "listen"),
        ("base_path = \"restore\"", "base_path"),
        ("base_path = \"/a/../b\"", "base_path"),
        ("public_origin = \"https://a/b\"", "public_origin"),
        ("static_dir = \"/no/such\"", "static_dir"),
        ("world = \"x.json\"", "world"),
        ("sandbox = true", "world"),
        ("sandbox = true\nworld = \"Cargo.toml\"", "world"),
        ("atlas.ca_file = \"Cargo.toml\"", "atlas.ca_file"),
        (
            "limits.connections = 9223372036854775807",
            "limits.connections",
        ),
        (
            "limits.concurrent_requests = 9223372036854775807",
            "limits.concurrent_requests",
        ),
        (
            "limits.reconcile_seconds = 9223372036854775807",
            "limits.reconcile_seconds",
        ),
        ("limits.answers_megabytes = 63", "limits.answers_megabytes"),
        (
            "limits.answers_megabytes = 4096",
            "limits.answers_megabytes",
        ),
    ] {
        let file = format!("{line}\n{REMOTE}");
        assert_eq!(check(&file).unwrap_err().key, key, "{file}");
    }
}

#[test]
fn symmetric_signatures_are_refused() {
    let oidc = r#"
        [identity]
        source = "oidc"
        issuer = "https://id.example.com"
        audience = "portal"
        algorithms = ["HS256"]
        [audit]
        file = "-"
    "#;
    assert_eq!(check(oidc).unwrap_err().key, "identity.algorithms");
    let good = oidc.replace("HS256", "PS256");
    assert!(check(&good).is_ok());
    for (there, accepted) in [
        ("http://id.example.com", false),
        ("http://127.0.0.1.example.com", false),
        ("http://127.0.0.1:8080", true),
        ("http://[::1]:8080", true),
    ] {
        let checked = check(&good.replace("https://id.example.com", there));
        assert_eq!(checked.is_ok(), accepted, "{there}");
    }
}

#[test]
fn missing_secret_is_named() {
    let mut settings = Settings::default();
    settings.add_file(REMOTE).unwrap();
    let error = Config::check(&settings, |_| None).unwrap_err();
    assert_eq!(error.key, "atlas.client_id_file");
    assert!(error.problem.contains("RESTORE_GATEWAY_CLIENT_ID"));
}
