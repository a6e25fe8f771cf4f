//! The default write concern after the restore: where snapshot and target differ, the target's wins.

use super::report::{Report, none, written};
use super::{Code, Target};
use crate::model::Fact;

/// One of `rw-concern.overridden` (parameters: `value`, the target's), `rw-concern.kept` and `rw-concern.unknown`.
pub(super) fn after_restore(target: &Target, report: &mut Report) {
    match target.process_args {
        Fact::NotAsked | Fact::Unreadable => report(Code::RwConcernUnknown, &none),
        Fact::Known(settings) => match settings.default_write_concern.as_deref() {
            None | Some("") => report(Code::RwConcernKept, &none),
            value => report(Code::RwConcernOverridden, &|| {
                vec![("value", written(value))]
            }),
        },
    }
}
