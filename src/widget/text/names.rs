//! Names of things as people know them, and what others wrote made safe to show.

use super::{Value, Words, english};
use crate::model::{
    ClusterEncryption, ClusterState, ClusterType, Project, Snapshot, SnapshotType, Timestamp,
};
use crate::rules::{Code, Finding};

impl Words {
    /// A key provider by Atlas's word for it; `NONE` is no encryption; a word that we don't know stays as it is.
    pub fn provider(&self, word: &str) -> String {
        let key = match word {
            "AWS" => english::PROVIDER_AWS,
            "AZURE" => english::PROVIDER_AZURE,
            "GCP" => english::PROVIDER_GCP,
            "NONE" => english::PROVIDER_NONE,
            "" => english::UNKNOWN,
            _ => return visible(word),
        };
        self.say(key).to_string()
    }

    /// How a cluster is encrypted.
    pub fn encryption(&self, encryption: &ClusterEncryption) -> String {
        match encryption {
            ClusterEncryption::Absent | ClusterEncryption::None => self.provider("NONE"),
            ClusterEncryption::Provider(provider) => self.provider(provider.as_str()),
            ClusterEncryption::Unknown(word) => visible(word),
        }
    }

    /// What a cluster is doing.
    pub fn state(&self, paused: bool, state: Option<&ClusterState>) -> String {
        let key = match state {
            _ if paused => english::PAUSED,
            Some(ClusterState::Idle) => english::IDLE,
            Some(ClusterState::Creating) => english::CREATING,
            Some(ClusterState::Updating) => english::UPDATING,
            Some(ClusterState::Deleting) => english::DELETING,
            Some(ClusterState::Repairing) => english::REPAIRING,
            Some(ClusterState::Unknown(word)) => return visible(word),
            None => english::UNKNOWN,
        };
        self.say(key).to_string()
    }

    /// The kind of a cluster, where it is worth a word.
    pub fn cluster_type(&self, kind: Option<&ClusterType>) -> Option<String> {
        let key = match kind? {
            ClusterType::ReplicaSet => return None,
            ClusterType::Sharded => english::SHARDED,
            ClusterType::GeoSharded => english::GEO_SHARDED,
            ClusterType::Unknown(word) => return Some(visible(word)),
        };
        Some(self.say(key).to_string())
    }

    /// How a snapshot came about.
    pub fn snapshot_type(&self, snapshot: &Snapshot) -> String {
        let key = match snapshot.snapshot_type.as_ref() {
            Some(SnapshotType::OnDemand) => english::TYPE_ON_DEMAND,
            Some(SnapshotType::Fallback) => english::TYPE_FALLBACK,
            Some(SnapshotType::Scheduled) => match snapshot.frequency_type.as_deref() {
                Some(frequency) if frequency != "ondemand" && !frequency.is_empty() => {
                    return self.text(
                        english::TYPE_FREQUENCY,
                        &[("frequency", Value::Name(frequency))],
                    );
                }
                _ => english::TYPE_SCHEDULED,
            },
            Some(SnapshotType::Unknown(word)) => return visible(word),
            None => english::UNKNOWN,
        };
        self.say(key).to_string()
    }

    /// A size in bytes; nothing is unknown.
    pub fn size(&self, bytes: Option<u64>) -> String {
        match bytes {
            Some(bytes) if bytes > 0 => self.formats.size(bytes as f64),
            _ => self.say(english::UNKNOWN).to_string(),
        }
    }

    /// Roles, as alternatives.
    fn roles(&self, list: &str) -> String {
        let names: Vec<String> = list
            .split(',')
            .map(str::trim)
            .filter(|role| !role.is_empty())
            .map(|role| match role {
                "GROUP_OWNER" => self.say(english::ROLE_GROUP_OWNER).to_string(),
                "ORG_OWNER" => self.say(english::ROLE_ORG_OWNER).to_string(),
                "GROUP_BACKUP_MANAGER" => self.say(english::ROLE_BACKUP).to_string(),
                other => visible(other),
            })
            .collect();
        if names.is_empty() {
            return self.say(english::ROLE_GROUP_OWNER).to_string();
        }
        self.formats.any_of(&names)
    }

    /// A finding's parameters as people read them.
    pub fn parameters<'a>(&self, finding: &'a Finding) -> Vec<(&'a str, Value<'a>)> {
        let mut values: Vec<(&str, Value)> = finding
            .parameters()
            .map(|(name, value)| {
                let shown = match name {
                    "acceptedRoles" => Value::Text(self.roles(value)),
                    "sizeBytes" | "capacityBytes" => Value::Text(self.size(value.parse().ok())),
                    "expiresAt" => match Timestamp::parse(value) {
                        Some(time) => Value::Time(time),
                        None => Value::Name(value),
                    },
                    "provider" | "snapshotProvider" | "targetProvider"
                        if finding.code != Code::TargetNotDedicated =>
                    {
                        Value::Text(self.provider(value))
                    }
                    _ => Value::Name(value),
                };
                (name, shown)
            })
            .collect();
        if finding.parameter("acceptedRoles").is_none() {
            values.push(("acceptedRoles", Value::Text(self.roles(""))));
        }
        values
    }
}

/// A project's name, or its id where Atlas gave none.
pub fn project_name(project: &Project) -> &str {
    if project.name.is_empty() {
        &project.id
    } else {
        &project.name
    }
}

/// Between facts on one line: a comma is a pause to who hears it.
pub const COMMA: &str = ", ";

/// Facts that have no labels, each in one piece, as one text: rows are laid out at each key that is typed.
pub fn facts_line(facts: impl Iterator<Item = String>) -> String {
    let mut line = String::new();
    for fact in facts.filter(|fact| !fact.is_empty()) {
        if !line.is_empty() {
            line.push_str(COMMA);
        }
        // What is written from the other side moves nothing around it (I4).
        let apart = !fact.is_ascii();
        if apart {
            line.push('\u{2068}');
        }
        line.extend(fact.chars().map(|c| if c == ' ' { '\u{a0}' } else { c }));
        if apart {
            line.push('\u{2069}');
        }
    }
    line
}

/// Text that somebody else wrote, with characters that hide or reorder text made visible.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hides(c) {
            out.push('⟨');
            out.push_str("U+");
            push_hex(c as u32, &mut out);
            out.push('⟩');
        } else {
            out.push(c);
        }
    }
    out
}

/// Controls, and marks that no one sees: zero-width, joiners, direction, byte order.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn push_hex(value: u32, out: &mut String) {
    let digits = if value > 0xffff { 6 } else { 4 };
    for place in (0..digits).rev() {
        let digit = value >> (4 * place) & 0xf;
        out.extend(char::from_digit(digit, 16).map(|c| c.to_ascii_uppercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_one_line_that_breaks_between_them() {
        let line = |facts: &[&str]| facts_line(facts.iter().map(|fact| (*fact).to_owned()));
        assert_eq!(
            line(&["M30", "", "AWS EU_WEST_1"]),
            "M30, AWS\u{a0}EU_WEST_1"
        );
        assert_eq!(line(&["بلا", "M0"]), "\u{2068}بلا\u{2069}, M0");
        assert_eq!(line(&[]), "");
    }

    #[test]
    fn visible_shows_what_hides() {
        assert_eq!(visible("orders-eu"), "orders-eu");
        assert_eq!(visible("a\u{202e}b\n"), "a⟨U+202E⟩b⟨U+000A⟩");
        assert_eq!(visible("Zürich 東京 عربي"), "Zürich 東京 عربي");
    }
}
