//! The same reads and rules without a person (`check()`): by reads only, asserted by what effects it has.

use super::Dialog;
use crate::model::{Failure, Timestamp};
use crate::rules::Finding;

impl Dialog {
    /// The result of a check without a person (`check()`): `None` while reads are under way, then all findings that
    /// can be had (about the pair, if the page gave a target; else about person, source and snapshot), or what could
    /// not be read.
    pub fn check_report(&self, now: Timestamp) -> Option<Result<Vec<Finding>, Failure>> {
        let wanted = [
            &self.config.source_project,
            &self.config.source_cluster,
            &self.config.snapshot,
        ];
        if wanted.into_iter().any(Option::is_none) {
            return Some(Err(Failure::NoAnswer {
                message: "check() needs source-project, source-cluster and snapshot".to_owned(),
            }));
        }
        if self.sign_in_needed {
            return Some(Err(self.facts.session.failure().cloned().unwrap_or(
                Failure::NoAnswer {
                    message: "the session has ended: sign in and check again".to_owned(),
                },
            )));
        }
        if let Some((_, failure)) = self.base_failure() {
            return Some(Err(failure.clone()));
        }
        let waiting = !self.facts.session_is_settled()
            || self.facts.source_cluster.in_flight()
            || self.facts.snapshot.in_flight()
            || self.reads_about_target_in_flight();
        let basis = self.basis_at(now);
        if waiting || basis.source().is_none() {
            return None;
        }
        let Some(name) = &self.config.target_cluster else {
            return Some(Ok(basis.assess_source()));
        };
        if let Some(cluster) = self.clusters.by_name(name)
            && self.choice.prefill.is_none()
        {
            return Some(Ok(basis.assess(cluster)));
        }
        if self.choice.refused.as_ref() == Some(name) {
            let findings = self.refused_findings(name, now);
            return Some(match self.facts.target_cluster.failure() {
                Some(failure) if findings.is_empty() => Err(failure.clone()),
                _ => Ok(findings),
            });
        }
        self.facts
            .target_project
            .failure()
            .map(|failure| Err(failure.clone()))
    }
}
