//! One cluster: as a row of the list, and as the card of the chosen one.

use yew::prelude::*;

use super::Ctx;
use super::parts::{drawing, name};
use crate::dialog::ClusterRow;
use crate::model::{CloudProvider, Cluster};
use crate::rules::{Code, Finding, Severity};
use crate::widget::text::{Value, Words, english, texts, visible};

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
pub fn row(words: &Words, row: &ClusterRow, found: &[Finding], place: &Place) -> Html {
    let cluster = row.cluster;
    let class = classes!(
        "option",
        (!row.eligible).then_some("off"),
        row.chosen.then_some("chosen"),
        place.active.then_some("active"),
    );
    let reasons: Html = if found.is_empty() {
        row.verdict
            .iter()
            .map(|code| reason_of(words, &Finding::new(code)))
            .collect()
    } else {
        found
            .iter()
            .filter(|finding| finding.severity() != Severity::Notice)
            .map(|finding| reason_of(words, finding))
            .collect()
    };
    let badge = if row.is_source {
        html! { <span class="badge">{ words.say(english::SOURCE_BADGE) }</span> }
    } else {
        Html::default()
    };
    let chosen = if row.chosen {
        html! { <span class="badge accent">{ drawing("M5 12.5l4.5 4.5L19 7.5") }{ words.say(english::CHOSEN_MARK) }</span> }
    } else {
        Html::default()
    };
    html! {
        <li
            key={cluster.id.as_str()}
            id={option_id(&cluster.id)}
            {class}
            role="option"
            data-testid="cluster-option"
            data-cluster-id={cluster.id.clone()}
            data-eligible={if row.eligible { "true" } else { "false" }}
            aria-selected={if row.chosen { "true" } else { "false" }}
            aria-disabled={(!row.eligible).then_some("true")}
            aria-setsize={place.of.to_string()}
            aria-posinset={place.position.to_string()}
        >
            <span class="option-title">{ name(&cluster.name) }{ badge }{ chosen }</span>
            { meta(words, cluster) }
            { if row.verdict == Default::default() { Html::default() } else { html! { <span class="reasons">{ reasons }</span> } } }
        </li>
    }
}

/// The id of a row's element.
pub fn option_id(cluster_id: &str) -> String {
    ["cluster-", cluster_id].concat()
}

/// A finding in a few words, with the icon of its weight.
pub fn reason(ctx: &Ctx, finding: &Finding) -> Html {
    reason_of(ctx.words, finding)
}

fn reason_of(words: &Words, finding: &Finding) -> Html {
    let severity = finding.severity();
    let texts = texts(finding.code);
    // Two findings tell more with their values, and are short enough with them.
    let (key, detail) = match finding.code {
        Code::TargetProviderMismatch => (
            texts.short,
            finding
                .parameter("targetProvider")
                .map(|word| words.provider(word)),
        ),
        Code::TargetVersionTooOld | Code::TargetVersionFarAhead => {
            (texts.short, finding.parameter("targetVersion").map(visible))
        }
        _ => (texts.short, None),
    };
    let text = words.finding_text(key, finding);
    let text = match detail {
        Some(detail) => words.text(
            english::OPTION_REASON,
            &[("name", Value::Text(text)), ("reason", Value::Text(detail))],
        ),
        None => text,
    };
    html! {
        <span class={classes!("reason", severity.as_str())} data-code={finding.code.as_str()}>
            { super::parts::icon(super::findings::tone(severity)) }
            <span>{ text }</span>
        </span>
    }
}

/// Region, tier, version, provider, state.
pub fn meta(words: &Words, cluster: &Cluster) -> Html {
    let idle = matches!(cluster.state, Some(crate::model::ClusterState::Idle)) && !cluster.paused;
    let state = (!idle).then(|| words.state(cluster.paused, cluster.state.as_ref()));
    let parts = [
        size(cluster),
        region(cluster),
        Some(version(words, cluster.mongodb_version.as_deref())),
        Some(words.encryption(&cluster.encryption)),
        words.cluster_type(cluster.cluster_type.as_ref()),
        state,
    ];
    let parts: Html = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .map(|part| html! { <span><bdi>{ part }</bdi></span> })
        .collect();
    html! { <span class="meta">{ parts }</span> }
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
