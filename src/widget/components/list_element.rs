//! The list as the browser has laid it out: heights given, heights taken, rows brought into view.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::window::Rows;
use crate::widget::format::plain;

/// The class of the two spaces before and after the rows.
pub const SPACE: &str = "space";

/// Gives the two spaces their heights, by the style object: the page may forbid style attributes.
pub fn space(list: &HtmlElement, (before, after): (f64, f64)) {
    let ends = [
        (list.first_element_child(), before),
        (list.last_element_child(), after),
    ];
    for (element, height) in ends {
        let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok())
        else {
            continue;
        };
        if element.class_name() == SPACE {
            let height = [&plain(height), "px"].concat();
            let _ = element.style().set_property("block-size", &height);
        }
    }
}

/// Takes the heights of the drawn rows; gives by how much those above the place looked at have grown.
pub fn measure(list: &HtmlElement, rows: &mut Rows) -> f64 {
    let count = rows.range().len();
    if count == 0 || list.client_height() == 0 {
        return 0.0;
    }
    let mut heights = Vec::with_capacity(count);
    let mut next = list.first_element_child();
    while let Some(element) = next {
        if element.class_name() != SPACE {
            heights.push(element.get_bounding_client_rect().height());
        }
        next = element.next_element_sibling();
    }
    if heights.len() != count {
        return 0.0;
    }
    rows.measured(f64::from(list.scroll_top()), &heights)
}

/// Scrolls the list, and the dialog around it, as little as it takes to show the row with this id.
pub fn show(list: &HtmlElement, id: &str) {
    let selector = ["[id=\"", id, "\"]"].concat();
    if let Some(row) = list.query_selector(&selector).ok().flatten() {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
