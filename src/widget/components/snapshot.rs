//! The snapshot that is restored, in a few facts.

use yew::prelude::*;

use super::Ctx;
use super::parts::{fact, name, name_or_unknown, source_badge, time, unknown};
use crate::dialog::SnapshotSummary;
use crate::widget::text::{Value, english, project_name};

/// The summary above the choice of a target.
pub fn summary(summary: &SnapshotSummary, ctx: &Ctx) -> Html {
    html! {
        <section class="card" part="snapshot" data-testid="snapshot-summary" aria-labelledby="summary-title">
            <h4 id="summary-title" class="card-title">{ ctx.say(english::SUMMARY) }</h4>
            <dl class="facts">
                { fact(ctx, english::CLUSTER, source_cluster(summary, ctx)) }
                { fact(ctx, english::CREATED, time(ctx, summary.snapshot.created_at.as_ref())) }
                { facts(summary, ctx) }
            </dl>
        </section>
    }
}

/// The source's cluster, with its project below.
pub fn source_cluster(summary: &SnapshotSummary, ctx: &Ctx) -> Html {
    html! {
        <>
            { name(summary.cluster_name) }{ " " }{ source_badge(ctx) }
            <span class="sub">{ name(project_name(summary.project)) }</span>
        </>
    }
}

/// Type, version, size, encryption.
pub fn facts(summary: &SnapshotSummary, ctx: &Ctx) -> Html {
    let snapshot = summary.snapshot;
    html! {
        <>
            { fact(ctx, english::TYPE, ctx.words.snapshot_type(snapshot)) }
            { fact(ctx, english::VERSION, name_or_unknown(ctx, snapshot.mongodb_version.as_deref())) }
            { fact(ctx, english::SIZE, ctx.words.size(snapshot.storage_size_bytes)) }
            { fact(ctx, english::ENCRYPTION, encryption(summary, ctx)) }
        </>
    }
}

/// How the snapshot is encrypted, as far as is known.
pub fn encryption(summary: &SnapshotSummary, ctx: &Ctx) -> Html {
    match summary.encryption {
        None => unknown(ctx),
        Some("NONE") => ctx.say(english::NOT_ENCRYPTED).into(),
        Some(provider) => ctx.words.provider(provider).into(),
    }
}

/// How old the snapshot is, where that is known.
pub fn age<'a>(summary: &SnapshotSummary, ctx: &Ctx) -> Option<Value<'a>> {
    let taken = summary.snapshot.created_at.as_ref()?.value?;
    Some(Value::Text(ctx.words.formats.age(taken, ctx.now)))
}
