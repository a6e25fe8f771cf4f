//! One cluster: as a row of the list, and as the card of the chosen one.

use super::parts::{TICK, drawing, icon, name, source_badge};
use super::{Ui, findings};
use crate::dialog::ClusterRow;
use crate::model::{CloudProvider, Cluster};
use crate::rules::{Code, CodeSet, Finding, Severity};
use crate::widget::text::{Value, Words, english, facts_line, texts, visible};

/// What a row needs beside its cluster.
pub struct Place {
    /// 1-based, among those that match.
    pub position: usize,
    /// How many match.
    pub of: usize,
    /// The arrow keys are here.
    pub active: bool,
}

/// A row. Every reason is there to be read.
pub fn row(ui: &mut Ui, row: &ClusterRow, found: &[Finding], place: &Place) {
    let cluster = row.cluster;
    ui.tag("li role=option data-testid=cluster-option", |ui| {
        let mut class = String::from("option");
        for (is_so, word) in [
            (!row.eligible, " off"),
            (row.chosen, " chosen"),
            (place.active, " active"),
        ] {
            if is_so {
                class.push_str(word);
            }
        }
        // By its place: another filter or more clusters change what the elements say, and move none.
        ui.key(place.position as u64);
        ui.attr("class", class);
        ui.attr("id", option_id(&cluster.id));
        ui.attr("data-cluster-id", cluster.id.clone());
        ui.attr("data-eligible", truth(row.eligible));
        ui.attr("aria-selected", truth(row.chosen));
        ui.flag("aria-disabled", !row.eligible);
        ui.attr("aria-setsize", place.of.to_string());
        ui.attr("aria-posinset", place.position.to_string());
        ui.tag("span.option-title", |ui| {
            name(ui, &cluster.name);
            ui.group(|ui| {
                if row.is_source {
                    source_badge(ui);
                }
            });
            ui.group(|ui| {
                if row.chosen {
                    ui.tag("span.badge.accent", |ui| {
                        drawing(ui, TICK);
                        ui.say(english::CHOSEN_MARK);
                    });
                }
            });
        });
        meta(cluster, row.verdict, ui);
        if row.verdict != Default::default() {
            ui.tag("span.reasons", |ui| {
                if found.is_empty() {
                    for code in row.verdict.iter() {
                        reason(ui, &Finding::new(code));
                    }
                }
                for finding in found {
                    if finding.severity() != Severity::Notice {
                        reason(ui, finding);
                    }
                }
            });
        }
    });
}

/// `true` or `false`, for attributes that say both.
pub fn truth(is_so: bool) -> &'static str {
    if is_so { "true" } else { "false" }
}

/// The id of a row's element.
pub fn option_id(cluster_id: &str) -> String {
    ["cluster-", cluster_id].concat()
}

/// A finding in a few words, with the icon of its weight.
pub fn reason(ui: &mut Ui, finding: &Finding) {
    let severity = finding.severity();
    let words = ui.words;
    let mut text = words.finding_text(texts(finding.code).short, finding);
    // Two findings tell more with their values, and are short enough with them.
    let detail = match finding.code {
        Code::TargetProviderMismatch => finding
            .parameter("targetProvider")
            .map(|word| words.provider(word)),
        Code::TargetVersionTooOld | Code::TargetVersionFarAhead => {
            finding.parameter("targetVersion").map(visible)
        }
        _ => None,
    };
    if let Some(detail) = detail {
        let values = [("name", Value::Text(text)), ("reason", Value::Text(detail))];
        text = words.text(english::OPTION_REASON, &values);
    }
    ui.tag("span", |ui| {
        ui.attr("class", ["reason ", severity.as_str()].concat());
        ui.attr("data-code", finding.code.as_str());
        icon(ui, findings::tone(severity));
        ui.text(text);
    });
}

/// Region, tier, version, provider, state; but for what the reasons below say in the same words.
pub fn meta(cluster: &Cluster, reasons: CodeSet, ui: &mut Ui) {
    let words = ui.words;
    let idle = matches!(cluster.state, Some(crate::model::ClusterState::Idle)) && !cluster.paused;
    let state = (!idle && !reasons.contains(Code::TargetUnavailable))
        .then(|| words.state(cluster.paused, cluster.state.as_ref()));
    let parts = [
        size(cluster),
        region(cluster),
        Some(version(words, cluster.mongodb_version.as_deref())),
        (!reasons.contains(Code::TargetNotEncrypted))
            .then(|| words.encryption(&cluster.encryption)),
        words.cluster_type(cluster.cluster_type.as_ref()),
        state,
    ];
    let mut line = facts_line(parts.into_iter().flatten());
    // For who hears what comes after it.
    line.push(' ');
    ui.put_text("span.meta", line);
}

/// `MongoDB 8.0.29`, among facts that have no labels.
pub fn version(words: &Words, version: Option<&str>) -> String {
    match version {
        Some(version) if !version.is_empty() => ["MongoDB ", &visible(version)].concat(),
        _ => words.say(english::UNKNOWN).to_string(),
    }
}

/// Where its first nodes are.
fn region(cluster: &Cluster) -> Option<String> {
    let config = cluster.region_configs().next()?;
    let host = host_name(&config.provider);
    Some(match (&config.region, host) {
        (Some(region), "") => visible(region),
        (Some(region), host) => [host, " ", &visible(region)].concat(),
        (None, host) => visible(host),
    })
}

/// Its size, such as `M30`.
fn size(cluster: &Cluster) -> Option<String> {
    let config = cluster.region_configs().next()?;
    config.instance_size.as_deref().map(visible)
}

/// Size and place, for the review.
pub fn size_and_place(cluster: &Cluster) -> Vec<String> {
    [size(cluster), region(cluster)]
        .into_iter()
        .flatten()
        .collect()
}

fn host_name(provider: &CloudProvider) -> &str {
    match provider {
        CloudProvider::Aws => "AWS",
        CloudProvider::Azure => "Azure",
        CloudProvider::Gcp => "Google Cloud",
        CloudProvider::Tenant => "",
        CloudProvider::Unknown(word) => word,
    }
}
