//! What the documentation and `deploy/` say can be used as it stands.

use atlas_restore_gateway::config::Config;
use atlas_restore_gateway::settings::Settings;

use super::support::*;

const README: &str = include_str!("../../README.md");
const KUBERNETES: &str = include_str!("../../../deploy/kubernetes/gateway.yaml");

/// Checks a configuration file whose files are elsewhere on this machine.
fn check(text: &str) -> Config {
    let secret = temporary("secret");
    std::fs::write(&secret, "mdb_sa_of_test").unwrap();
    let secret = secret.display().to_string();
    let mut text = text.to_owned();
    for name in ["client-id", "client-secret"] {
        for folder in ["/run/secrets/atlas-", "/run/atlas/"] {
            text = text.replace(&format!("{folder}{name}"), &secret);
        }
    }
    let site = std::env::temp_dir().display().to_string();
    let text = text.replace("/srv/portal", &site);
    let mut settings = Settings::default();
    settings.add_file(&text).unwrap();
    Config::check(&settings, |_| None).unwrap()
}

/// The ConfigMap's file.
fn config_map() -> String {
    let (_, rest) = KUBERNETES.split_once("  config.toml: |\n").unwrap();
    let (text, _) = rest.split_once("---").unwrap();
    text.lines()
        .map(|line| format!("{}\n", line.trim()))
        .collect()
}

#[test]
fn configurations_that_are_written_down_are_good() {
    let (_, rest) = README.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let config = check(example);
    assert_eq!(
        config.public_origin.as_deref(),
        Some("https://portal.example.com")
    );
    assert_eq!(check(&config_map()).audit.file, None);
}

#[test]
fn container_has_the_memory_that_its_limits_may_take() {
    let limits = check(&config_map()).limits;
    let (_, limit) = KUBERNETES.rsplit_once("memory: ").unwrap();
    let limit: usize = limit.split_once("Mi\n").unwrap().0.parse().unwrap();
    // As the README says.
    let needed = 50_000_000 + limits.answers + limits.connections * 500_000;
    assert!(needed < limit * 1024 * 1024, "{needed}");
}
