//! Findings as text: each carries its code, says what is the matter and what can be done.

use yew::prelude::*;

use super::Ctx;
use super::parts::{Tone, icon};
use crate::rules::{Finding, Severity};
use crate::widget::text::{Key, english, texts};

/// The weight of a finding as a tone.
pub fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Blocker => Tone::Danger,
        Severity::Warning => Tone::Warning,
        Severity::Notice => Tone::Info,
    }
}

/// The word that a finding begins with, so that colour is not alone.
pub fn word(severity: Severity) -> Key {
    match severity {
        Severity::Blocker => english::ERROR,
        Severity::Warning => english::WARNING,
        Severity::Notice => english::NOTE,
    }
}

/// A list of findings, each with message and remedy.
pub fn list<'f>(ctx: &Ctx, findings: impl IntoIterator<Item = &'f Finding>) -> Html {
    let items: Html = findings
        .into_iter()
        .map(|finding| item(ctx, finding))
        .collect();
    html! { <ul class="findings">{ items }</ul> }
}

fn item(ctx: &Ctx, finding: &Finding) -> Html {
    let texts = texts(finding.code);
    let severity = finding.severity();
    let remedy = if texts.remedy.english.is_empty() {
        Html::default()
    } else {
        html! { <p class="remedy">{ ctx.words.finding(texts.remedy, finding) }</p> }
    };
    html! {
        <li class={classes!("finding", severity.as_str())} data-code={finding.code.as_str()}>
            { icon(tone(severity)) }
            <div>
                <p class="message">
                    <span class="unseen">{ ctx.say(word(severity)) }{ ": " }</span>
                    <span>{ ctx.words.finding(texts.message, finding) }</span>
                </p>
                { remedy }
            </div>
        </li>
    }
}

/// Findings as plain sentences, for what happens in any case.
pub fn sentences<'f>(ctx: &Ctx, findings: impl IntoIterator<Item = &'f Finding>) -> Html {
    findings
        .into_iter()
        .map(|finding| {
            html! {
                <li data-code={finding.code.as_str()}>
                    { ctx.words.finding(texts(finding.code).message, finding) }
                </li>
            }
        })
        .collect()
}
