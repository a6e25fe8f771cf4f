//! Where a setting may come from: a TOML file, the environment, flags; the later wins. Belongs here: which keys there
//! are and which kind of value each takes; not: what the values mean ([`crate::config`]).

use std::fmt;

use toml::{Table, Value};

/// What stands before a key in the environment.
pub const PREFIX: &str = "RESTORE_GATEWAY_";

/// Secrets are no settings: they come from the environment under these names, or from a file that a setting names.
pub const SECRETS: [&str; 2] = ["RESTORE_GATEWAY_CLIENT_ID", "RESTORE_GATEWAY_CLIENT_SECRET"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    List,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Text => "a text",
            Kind::Number => "a whole number, 0 or more",
            Kind::Flag => "true or false",
            Kind::List => "a list of texts",
        }
    }
}

/// Every key.
const KEYS: [(&str, Kind); 43] = [
    ("listen", Kind::Text),
    ("base_path", Kind::Text),
    ("public_origin", Kind::Text),
    ("static_dir", Kind::Text),
    ("sandbox", Kind::Flag),
    ("world", Kind::Text),
    ("log", Kind::Text),
    ("atlas.base_url", Kind::Text),
    ("atlas.client_id_file", Kind::Text),
    ("atlas.client_secret_file", Kind::Text),
    ("atlas.ca_file", Kind::Text),
    ("atlas.timeout_seconds", Kind::Number),
    ("identity.source", Kind::Text),
    ("identity.header", Kind::Text),
    ("identity.name_header", Kind::Text),
    ("identity.trusted_peers", Kind::List),
    ("identity.issuer", Kind::Text),
    ("identity.audience", Kind::Text),
    ("identity.jwks_url", Kind::Text),
    ("identity.algorithms", Kind::List),
    ("identity.token_header", Kind::Text),
    ("identity.username_claim", Kind::Text),
    ("identity.name_claim", Kind::Text),
    ("identity.username", Kind::Text),
    ("identity.name", Kind::Text),
    ("policy.accepted_roles", Kind::List),
    ("policy.require_encryption", Kind::Flag),
    ("policy.topology", Kind::Text),
    ("audit.file", Kind::Text),
    ("audit.sync", Kind::Flag),
    ("limits.connections", Kind::Number),
    ("limits.concurrent_requests", Kind::Number),
    ("limits.answers_megabytes", Kind::Number),
    ("limits.requests_per_minute", Kind::Number),
    ("limits.restores_per_minute", Kind::Number),
    ("limits.roles_seconds", Kind::Number),
    ("limits.projects_seconds", Kind::Number),
    ("limits.header_seconds", Kind::Number),
    ("limits.body_seconds", Kind::Number),
    ("limits.request_seconds", Kind::Number),
    ("limits.shutdown_seconds", Kind::Number),
    ("limits.reconcile_seconds", Kind::Number),
    ("limits.remembered_attempts", Kind::Number),
];

/// A setting that can't be used: which, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The key, or where it stood: `atlas.base_url`.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

impl SettingError {
    pub(crate) fn new(key: &str, problem: impl Into<String>) -> Self {
        SettingError {
            key: key.to_owned(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.problem)
    }
}

impl std::error::Error for SettingError {}

/// Settings by key, each of its key's kind.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: Vec<(&'static str, Value)>,
}

impl Settings {
    /// Takes in a configuration file.
    ///
    /// # Errors
    /// No TOML, an unknown key, or a value of another kind.
    pub fn add_file(&mut self, text: &str) -> Result<(), SettingError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            SettingError::new("configuration file", error.to_string())
        })?;
        self.add_table("", &table)
    }

    fn add_table(&mut self, above: &str, table: &Table) -> Result<(), SettingError> {
        for (name, value) in table {
            let path = if above.is_empty() {
                name.clone()
            } else {
                format!("{above}.{name}")
            };
            match (known(&path), value) {
                (Some((key, kind)), value) => self.put(key, kind, value.clone())?,
                (None, Value::Table(inner)) if above.is_empty() => self.add_table(&path, inner)?,
                (None, _) => return Err(SettingError::new(&path, "there is no such key")),
            }
        }
        Ok(())
    }

    /// Takes in what the environment says: `RESTORE_GATEWAY_ATLAS_BASE_URL` is `atlas.base_url`. Lists are separated by
    /// commas.
    ///
    /// # Errors
    /// A variable of that prefix that means no key, or a value of another kind.
    pub fn add_environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), SettingError> {
        for (variable, text) in variables {
            let Some(rest) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            if SECRETS.contains(&variable.as_str()) {
                continue;
            }
            let found = KEYS
                .iter()
                .find(|(key, _)| key.replace('.', "_").eq_ignore_ascii_case(rest));
            let Some((key, kind)) = found else {
                return Err(SettingError::new(&variable, "there is no such key"));
            };
            self.put_text(key, *kind, &text)?;
        }
        Ok(())
    }

    /// Takes in one setting as a flag writes it.
    ///
    /// # Errors
    /// An unknown key, or a value of another kind.
    pub fn add(&mut self, key: &str, text: &str) -> Result<(), SettingError> {
        let Some((key, kind)) = known(key) else {
            return Err(SettingError::new(key, "there is no such key"));
        };
        self.put_text(key, kind, text)
    }

    fn put_text(&mut self, key: &'static str, kind: Kind, text: &str) -> Result<(), SettingError> {
        let value = match kind {
            Kind::Text => Some(Value::String(text.to_owned())),
            Kind::Number => text.trim().parse().ok().map(Value::Integer),
            Kind::Flag => text.trim().parse().ok().map(Value::Boolean),
            Kind::List => Some(Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|entry| !entry.is_empty())
                    .map(|entry| Value::String(entry.to_owned()))
                    .collect(),
            )),
        };
        let value = value.ok_or_else(|| wrong_kind(key, kind, text))?;
        self.put(key, kind, value)
    }

    fn put(&mut self, key: &'static str, kind: Kind, value: Value) -> Result<(), SettingError> {
        let fits = match (kind, &value) {
            (Kind::Text, Value::String(_)) | (Kind::Flag, Value::Boolean(_)) => true,
            (Kind::Number, Value::Integer(number)) => *number >= 0,
            (Kind::List, Value::Array(entries)) => entries.iter().all(Value::is_str),
            _ => false,
        };
        if !fits {
            let found = match &value {
                Value::String(text) => format!("\"{text}\""),
                Value::Integer(number) => number.to_string(),
                Value::Boolean(flag) => flag.to_string(),
                other => format!("a value of type {}", other.type_str()),
            };
            return Err(wrong_kind(key, kind, &found));
        }
        self.values.retain(|(known, _)| *known != key);
        self.values.push((key, value));
        Ok(())
    }

    fn value(&self, key: &str) -> Option<&Value> {
        debug_assert!(known(key).is_some(), "{key} is no key");
        self.values
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.value(key).and_then(Value::as_str)
    }

    pub(crate) fn required(&self, key: &str) -> Result<&str, SettingError> {
        match self.text(key) {
            Some(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(SettingError::new(key, "is needed, and missing")),
        }
    }

    pub(crate) fn number(&self, key: &str, default: u64) -> u64 {
        self.value(key)
            .and_then(Value::as_integer)
            .and_then(|number| u64::try_from(number).ok())
            .unwrap_or(default)
    }

    pub(crate) fn flag(&self, key: &str, default: bool) -> bool {
        self.value(key).and_then(Value::as_bool).unwrap_or(default)
    }

    pub(crate) fn list(&self, key: &str) -> Option<Vec<String>> {
        let entries = self.value(key)?.as_array()?;
        Some(
            entries
                .iter()
                .filter_map(|entry| entry.as_str().map(str::to_owned))
                .collect(),
        )
    }
}

fn known(key: &str) -> Option<(&'static str, Kind)> {
    KEYS.iter().find(|(known, _)| *known == key).copied()
}

fn wrong_kind(key: &str, kind: Kind, found: &str) -> SettingError {
    let found: String = found.chars().take(80).collect();
    SettingError::new(key, format!("expected {}, found {found}", kind.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_source_wins() {
        let mut settings = Settings::default();
        settings
            .add_file("listen = \"a\"\n[limits]\nconnections = 5")
            .unwrap();
        settings
            .add_environment([
                ("RESTORE_GATEWAY_LISTEN".into(), "b".into()),
                (
                    "RESTORE_GATEWAY_IDENTITY_TRUSTED_PEERS".into(),
                    "10.0.0.1, ::1".into(),
                ),
                ("PATH".into(), "/bin".into()),
            ])
            .unwrap();
        assert_eq!(settings.text("listen"), Some("b"));
        settings.add("listen", "c").unwrap();
        assert_eq!(settings.text("listen"), Some("c"));
        assert_eq!(settings.number("limits.connections", 1), 5);
        assert_eq!(
            settings.list("identity.trusted_peers").unwrap(),
            ["10.0.0.1", "::1"]
        );
    }

    #[test]
    fn errors_name_the_key() {
        let mut settings = Settings::default();
        for (file, key) in [
            ("lisen = 1", "lisen"),
            ("[atlas]\nbase_ulr = \"x\"", "atlas.base_ulr"),
            ("[atlas]\nclient_secret = \"x\"", "atlas.client_secret"),
            ("[limits]\nconnections = -1", "limits.connections"),
            ("[limits]\nconnections = \"many\"", "limits.connections"),
            ("[atlas.base_url]\nx = 1", "atlas.base_url"),
            ("sandbox = \"yes\"", "sandbox"),
        ] {
            assert_eq!(settings.add_file(file).unwrap_err().key, key, "{file}");
        }
        let variable = ("RESTORE_GATEWAY_LISEN".to_owned(), "x".to_owned());
        let error = settings.add_environment([variable]).unwrap_err();
        assert_eq!(error.key, "RESTORE_GATEWAY_LISEN");
        assert_eq!(
            settings.add("limits.connections", "x").unwrap_err().key,
            "limits.connections"
        );
    }
}
