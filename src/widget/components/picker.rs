//! A native select over a list that may be long: above two hundred entries a filter comes before it.

use yew::prelude::*;

use super::Ctx;
use crate::dialog;
use crate::widget::app::Msg;
use crate::widget::text::{Value, english};
use crate::widget::unicode::fold;

/// More than this are not put into one select.
const MOST: usize = 200;

/// A select with a label.
pub struct Picker<'a> {
    /// Its id, which its label and its hint are named after.
    pub id: &'static str,
    /// Its test id.
    pub testid: &'static str,
    /// The test id of its options, and the attribute that holds their value.
    pub option: (&'static str, &'static str),
    /// Its label.
    pub label: AttrValue,
    /// What stands where nothing is chosen.
    pub placeholder: AttrValue,
    /// What is chosen.
    pub chosen: Option<&'a str>,
    /// The text that narrows a long list, and what to do when it changes.
    pub filter: (&'a str, fn(String) -> Msg),
    /// What a pick means.
    pub event: fn(String) -> dialog::Event,
    /// The list is on its way.
    pub loading: bool,
    /// Ids of what describes it.
    pub described_by: Option<AttrValue>,
    /// It is wrong as it is.
    pub invalid: bool,
}

/// One entry.
pub struct Entry<'a> {
    /// What is sent when it is picked.
    pub value: &'a str,
    /// What is shown.
    pub text: String,
    /// Why it can't be picked: its codes.
    pub codes: Option<String>,
}

impl Picker<'_> {
    /// The select with its label and, for a long list, its filter.
    pub fn html<'a>(self, ctx: &Ctx, entries: Vec<Entry<'a>>) -> Html {
        let total = entries.len();
        let long = total > MOST;
        let wanted = fold(self.filter.0.trim());
        let shown: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| {
                !long
                    || self.chosen == Some(entry.value)
                    || wanted.is_empty()
                    || fold(&entry.text).contains(&wanted)
            })
            .take(MOST)
            .collect();
        let narrow = if long {
            self.narrow(ctx, shown.len(), total)
        } else {
            Html::default()
        };
        let listed = self
            .chosen
            .is_some_and(|chosen| shown.iter().any(|entry| entry.value == chosen));
        let value = if listed {
            self.chosen.unwrap_or_default().to_owned()
        } else {
            String::new()
        };
        let (testid, attribute) = self.option;
        let options: Html = shown
            .iter()
            .map(|entry| option(entry, testid, attribute))
            .collect();
        html! {
            <>
                <label class="label" for={self.id}>{ self.label }</label>
                { narrow }
                <div class="pick">
                    <select
                        id={self.id}
                        class="select"
                        data-testid={self.testid}
                        data-value={value}
                        aria-busy={super::aria_true(self.loading)}
                        aria-invalid={super::aria_true(self.invalid)}
                        aria-describedby={self.described_by}
                        onchange={ctx.picked(self.event)}
                    >
                        <option value="" disabled=true>{ self.placeholder }</option>
                        { options }
                    </select>
                    { super::parts::drawing("M7 10l5 5 5-5") }
                </div>
            </>
        }
    }

    fn narrow(&self, ctx: &Ctx, shown: usize, total: usize) -> Html {
        let hint = ctx.rich(
            english::NARROW_FIRST,
            &[
                ("shown", Value::Count(shown)),
                ("total", Value::Count(total)),
            ],
        );
        html! {
            <>
                <input
                    class="input"
                    type="text"
                    aria-label={ctx.say(english::NARROW)}
                    placeholder={ctx.say(english::NARROW)}
                    autocomplete="off"
                    spellcheck="false"
                    value={self.filter.0.to_owned()}
                    oninput={ctx.typed_locally(self.filter.1)}
                />
                <p class="hint">{ hint }</p>
            </>
        }
    }
}

fn option(entry: &Entry, testid: &'static str, attribute: &'static str) -> Html {
    let mut option = yew::virtual_dom::VTag::new("option");
    // Keyed: an option that somebody is about to pick must not become another one when the list grows.
    option.key = Some(entry.value.into());
    option.add_attribute("value", entry.value.to_owned());
    option.add_attribute("data-testid", testid);
    option.add_attribute(attribute, entry.value.to_owned());
    if let Some(codes) = &entry.codes {
        option.add_attribute("disabled", "disabled");
        option.add_attribute("data-code", codes.clone());
    }
    option.add_child(entry.text.clone().into());
    option.into()
}
