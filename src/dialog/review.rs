//! What will be lost, and the name typed.

use super::effect::Effect;
use super::facts::Recent;
use super::stage::{Check, Shown, Stage};
use super::{Announcement, Confirmation, Dialog, Focus, Missing, ReasonMode, SubmitError, Unicode};
use crate::model::RestoreRequest;
use crate::rules::{Code, CodeSet, Finding};

/// A reason goes into a header, where each character may take twelve bytes: many servers take eight thousand at most.
const LONGEST_REASON: usize = 500;

impl Dialog {
    pub(super) fn confirmation_typed(&mut self, text: String) {
        if let Stage::Review(review) = &mut self.stage {
            review.typed = text;
            // An error that is mended goes at once, and none appears while typing (V8).
            review.left = false;
        }
    }

    pub(super) fn confirmation_left(&mut self) {
        let expected = self.chosen_cluster().map(|cluster| cluster.name.clone());
        let (Stage::Review(review), Some(expected)) = (&mut self.stage, expected) else {
            return;
        };
        let was_left = std::mem::replace(&mut review.left, true);
        let confirmation = compare(&review.typed, &expected, self.unicode);
        let differs = !matches!(confirmation, Confirmation::Empty | Confirmation::Matches);
        if differs && !was_left {
            self.announce(Announcement::NameDiffers(confirmation));
        }
    }

    /// The reason is part of what is confirmed: changing it empties the confirmation (C6).
    pub(super) fn reason_typed(&mut self, text: String) {
        if let Stage::Review(review) = &mut self.stage {
            if self.reason != text {
                review.typed.clear();
                review.left = false;
            }
            self.reason = text;
        }
    }

    /// Reads everything again and judges it, as a click on Restore would, and sends nothing (S15).
    pub(super) fn check_only(&mut self) {
        let (sign_in_needed, shown) = (self.sign_in_needed, self.shown());
        let Stage::Review(review) = &mut self.stage else {
            return;
        };
        if review.check == Check::Running || sign_in_needed {
            return;
        }
        review.check = Check::Running;
        review.shown = shown;
        review.error = None;
        self.reread_all_but(Recent::NOTHING, false);
    }

    /// What is worse by then leads back to the destination, with its name; a blocker has done so already.
    pub(super) fn finish_check_only(&mut self) {
        let shown = match &self.stage {
            Stage::Review(review) if review.check == Check::Running => &review.shown,
            _ => return,
        };
        if self.reads_about_target_in_flight() {
            return;
        }
        let failure = self.recheck_failure();
        let changed = shown.as_ref().and_then(|shown| self.change_since(shown));
        if let (Some(changed), None, false) = (changed, &failure, self.sign_in_needed) {
            self.come_back_to_destination(changed);
            return;
        }
        let (now, sign_in_needed) = (self.server_time(self.now), self.sign_in_needed);
        let Stage::Review(review) = &mut self.stage else {
            return;
        };
        review.check = Check::NotAsked;
        if sign_in_needed {
        } else if let Some(failure) = failure {
            review.error = Some(SubmitError::RecheckFailed(failure));
            self.effect(Effect::Focus(Focus::SubmitError));
        } else {
            review.check = Check::Passed(now);
            self.announce(Announcement::CheckPassed);
        }
    }

    /// What would be sent now.
    pub(super) fn request(&self) -> Option<RestoreRequest> {
        let reason = self.reason.trim();
        Some(RestoreRequest {
            source: self.choice.source()?,
            snapshot_id: self.choice.snapshot.clone()?,
            target: self.choice.target()?,
            reason: (self.config.reason != ReasonMode::Off && !reason.is_empty())
                .then(|| reason.to_owned()),
        })
    }

    pub(super) fn missing_at_review(&self, typed: &str) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.sign_in_needed {
            missing.push(Missing::SignIn);
        }
        if self.offline {
            missing.push(Missing::Offline);
        }
        if !self.is_ready() || self.reads_about_target_in_flight() {
            missing.push(Missing::StillLoading);
        }
        let Some(cluster) = self.chosen_cluster() else {
            missing.push(Missing::Cluster);
            return missing;
        };
        let reason = self.reason.trim();
        let required = self.config.reason == ReasonMode::Required;
        let limit = self.config.reason_limit.map(|limit| limit as usize);
        let at_most = limit.unwrap_or(LONGEST_REASON).min(LONGEST_REASON);
        let pattern = self.config.reason_pattern.as_deref();
        if self.config.reason == ReasonMode::Off {
        } else if required && reason.is_empty() || reason.chars().count() > at_most {
            missing.push(Missing::Reason { at_most });
        } else if !reason.is_empty()
            && pattern.is_some_and(|pattern| !(self.unicode.fits)(pattern, reason))
        {
            missing.push(Missing::ReasonForm);
        }
        if compare(typed, &cluster.name, self.unicode) != Confirmation::Matches {
            missing.push(Missing::Confirmation);
        }
        missing
    }

    /// What stands on screen, to be compared with what is read at the click.
    pub(super) fn shown(&self) -> Option<Shown> {
        let cluster = self.chosen_cluster()?;
        let findings = self.basis().assess(cluster);
        let mut codes = CodeSet::default();
        for finding in &findings {
            codes.insert(finding.code);
        }
        Some(Shown {
            codes,
            target_id: cluster.id.clone(),
            write_concern: write_concern(&findings).map(|finding| {
                let value = finding.parameter("value").unwrap_or_default();
                (finding.code, value.to_owned())
            }),
        })
    }
}

/// The notice about the write concern among findings.
pub(super) fn write_concern(findings: &[Finding]) -> Option<&Finding> {
    findings.iter().find(|finding| {
        matches!(
            finding.code,
            Code::RwConcernOverridden | Code::RwConcernKept | Code::RwConcernUnknown
        )
    })
}

/// Compares what was typed with the name: trimmed, without zero-width characters, in NFC, case-sensitive (C4).
pub(super) fn compare(typed: &str, name: &str, unicode: Unicode) -> Confirmation {
    let clean = |text: &str| {
        let visible: String = text.chars().filter(|c| !is_zero_width(*c)).collect();
        (unicode.nfc)(visible.trim())
    };
    let (typed, name) = (clean(typed), clean(name));
    if typed.is_empty() {
        return Confirmation::Empty;
    }
    if typed == name {
        return Confirmation::Matches;
    }
    let (typed_length, expected) = (typed.chars().count(), name.chars().count());
    if (unicode.fold)(&typed) == (unicode.fold)(&name) {
        Confirmation::CaseDiffers
    } else if typed_length != expected {
        Confirmation::LengthDiffers {
            typed: typed_length,
            expected,
        }
    } else {
        Confirmation::Differs
    }
}

fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Unicode = Unicode {
        nfc: str::to_owned,
        fold: str::to_lowercase,
        fits: |_, _| true,
    };

    #[test]
    fn confirmation_ignores_what_nobody_sees_and_minds_the_rest() {
        let check = |typed: &str| compare(typed, "orders-eu", PLAIN);
        for same in [
            "orders-eu",
            " orders-eu\n",
            "orders\u{200b}-eu",
            "\u{feff}orders-eu",
        ] {
            assert_eq!(check(same), Confirmation::Matches, "{same:?}");
        }
        assert_eq!(check(" \u{200b}"), Confirmation::Empty);
        assert_eq!(check("Orders-EU"), Confirmation::CaseDiffers);
        assert_eq!(check("orders-us"), Confirmation::Differs);
        assert_eq!(
            check("orders"),
            Confirmation::LengthDiffers {
                typed: 6,
                expected: 9
            }
        );
    }
}
