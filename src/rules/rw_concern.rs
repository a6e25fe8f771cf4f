//! The default write concern after the restore: where snapshot and target differ, the target's wins.

use super::Code;
use super::report::Report;
use super::report::Value::Written;
use crate::model::{Fact, ProcessArgs};

/// One of `rw-concern.overridden` (parameters: `value`, the target's), `rw-concern.kept` and `rw-concern.unknown`.
pub(super) fn after_restore(target: Fact<&ProcessArgs>, report: &mut Report) {
    match target {
        Fact::NotAsked | Fact::Unreadable => report(Code::RwConcernUnknown, &[]),
        Fact::Known(settings) => match settings.default_write_concern.as_deref() {
            None | Some("") => report(Code::RwConcernKept, &[]),
            value => report(Code::RwConcernOverridden, &[Written(value)]),
        },
    }
}
