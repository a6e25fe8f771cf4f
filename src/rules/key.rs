//! The projects' current keys.

use super::encryption::{is_encrypted, provider_name};
use super::report::Report;
use super::report::Value::Text;
use super::{Code, Known, Target, project};
use crate::model::{ClusterEncryption, Fact, KeyProvider, ProjectEncryption};

/// `source.key-invalid`: point-in-time oplogs are encrypted with the current AWS key. Parameters: `project`.
pub(super) fn source_key_valid(known: &Known, report: &mut Report) {
    let source = known.source;
    let key = source.encryption.known().and_then(|keys| keys.aws.as_ref());
    if known.encryption.provider() == Some(KeyProvider::Aws)
        && key.and_then(|key| key.valid) == Some(false)
    {
        report(Code::SourceKeyInvalid, &[project::shown(source.project)]);
    }
}

/// `target.key-invalid` and `target.key-unknown`, where the target has a provider. A document that was read and says
/// nothing of that provider means that its key is gone. Parameters: `project`, `provider` (the target's, as Atlas writes
/// it), and with `target.key-invalid` `reason`: `disabled`, `invalid` or `missing`.
pub(super) fn target_key_valid(target: &Target, report: &mut Report) {
    if !is_encrypted(target.cluster) {
        return;
    }
    let project = project::shown(target.project);
    let provider = Text(provider_name(target.cluster));
    match target.encryption {
        Fact::NotAsked => {}
        Fact::Unreadable => report(Code::TargetKeyUnknown, &[project, provider]),
        Fact::Known(keys) => {
            if let Some(reason) = fault(keys, &target.cluster.encryption) {
                let reason = Text(reason);
                report(Code::TargetKeyInvalid, &[project, provider, reason]);
            }
        }
    }
}

fn fault(keys: &ProjectEncryption, cluster: &ClusterEncryption) -> Option<&'static str> {
    let entry = match cluster {
        ClusterEncryption::Provider(provider) => keys.entry(*provider),
        _ => None,
    };
    match entry {
        None => Some("missing"),
        Some(key) if key.enabled == Some(false) => Some("disabled"),
        Some(key) if key.valid == Some(false) => Some("invalid"),
        Some(_) => None,
    }
}

/// `target.key-region-differs`: both AWS, in another project. Parameters: `sourceRegion`, `targetRegion`.
pub(super) fn same_region(known: &Known, target: &Target, report: &mut Report) {
    let source = known.source;
    if known.encryption.provider() != Some(KeyProvider::Aws)
        || target.cluster.encryption != ClusterEncryption::Provider(KeyProvider::Aws)
        || source.project.id == target.project.id
    {
        return;
    }
    if let (Some(from), Some(to)) = (aws_region(source.encryption), aws_region(target.encryption))
        && from != to
    {
        report(Code::TargetKeyRegionDiffers, &[Text(from), Text(to)]);
    }
}

fn aws_region(keys: Fact<&ProjectEncryption>) -> Option<&str> {
    match keys {
        Fact::Known(keys) => keys.aws.as_ref()?.region.as_deref(),
        Fact::NotAsked | Fact::Unreadable => None,
    }
}
