//! The restore as a command of the Atlas CLI, for people who would rather run it elsewhere.

use crate::model::RestoreRequest;

/// `atlas backups restores start automated …` that asks for the same, without secrets, for any POSIX shell. `None`
/// where a name holds control characters: no name of Atlas's does, and a terminal may act on them while they are pasted.
pub fn restore_command(request: &RestoreRequest) -> Option<String> {
    let mut command = "atlas backups restores start automated".to_owned();
    for (flag, value) in [
        (" --projectId ", &request.source.project_id),
        (" --clusterName ", &request.source.name),
        (" --snapshotId ", &request.snapshot_id),
        (" --targetProjectId ", &request.target.project_id),
        (" --targetClusterName ", &request.target.name),
    ] {
        if value.chars().any(char::is_control) {
            return None;
        }
        command.push_str(flag);
        // Between single quotes nothing has a meaning but the quote itself.
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !value.is_empty() && value.chars().all(plain) {
            command.push_str(value);
        } else {
            command.push('\'');
            command.push_str(&value.replace('\'', "'\\''"));
            command.push('\'');
        }
    }
    Some(command)
}
