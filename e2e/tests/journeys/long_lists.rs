//! Ten thousand clusters.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{DOWN, END, ENTER, HOME, UP};
use e2e::world::STOREFRONT;
use serde_json::json;

crate::journeys![
    ten_thousand_clusters_are_listed_in_part,
    keys_reach_both_ends_of_ten_thousand,
    enter_takes_the_active_one_of_the_filtered_list,
    chosen_project_is_listed_however_many_come_before_it,
];

async fn estate(start: &Start) -> Result<Page> {
    let page = start.destination(World::example("busy-estate")?).await?;
    page.choose_project(STOREFRONT).await?;
    page.until(
        "all are there",
        "one('cluster-count')?.dataset.count === '10000' && !one('cluster-list').ariaBusy",
    )
    .await?;
    Ok(page)
}

async fn ten_thousand_clusters_are_listed_in_part(start: Start) -> Result<()> {
    let page = estate(&start).await?;
    let rows = "all('cluster-option').map((o) => [Number(o.ariaPosInSet), Number(o.ariaSetSize)])";
    let drawn = page.value(rows).await?;
    let drawn = drawn.as_array().cloned().unwrap_or_default();
    assert!((1..=60).contains(&drawn.len()), "{} rows", drawn.len());
    assert_eq!(drawn[0], json!([1, 10000]));
    // Scrolled to the middle, other rows are there, in order, and what is to be seen is covered.
    page.js(
        "const l = one('cluster-list'); l.scrollTop = l.scrollHeight / 2;",
        vec![],
    )
    .await?;
    page.until(
        "rows of the middle are drawn",
        "(() => { const l = one('cluster-list').getBoundingClientRect(); const o = all('cluster-option'); \
          return Number(o[0].ariaPosInSet) > 1000 && o.length <= 60 && o[0].getBoundingClientRect().top <= l.top + 1 \
          && o.at(-1).getBoundingClientRect().bottom >= l.bottom - 1; })()",
    )
    .await?;
    let places = page
        .value("all('cluster-option').map((o) => Number(o.ariaPosInSet))")
        .await?;
    let places: Vec<u64> = places
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_u64)
        .collect();
    assert!(
        places.windows(2).all(|two| two[1] == two[0] + 1),
        "{places:?}"
    );

    page.type_into("cluster-filter", "rders").await?;
    page.until(
        "the count follows the filter",
        "Number(one('cluster-count').dataset.count) < 10000 && all('cluster-option').every((o) => o.ariaSetSize === one('cluster-count').dataset.count)",
    )
    .await?;
    Ok(())
}

async fn keys_reach_both_ends_of_ten_thousand(start: Start) -> Result<()> {
    let page = estate(&start).await?;
    let active = |place: u32| {
        format!(
            "(() => {{ const a = root().getElementById(one('cluster-filter').getAttribute('aria-activedescendant')); \
               if (a?.ariaPosInSet !== '{place}') return false; \
               const l = one('cluster-list').getBoundingClientRect(), r = a.getBoundingClientRect(); \
               return r.top >= l.top - 1 && (r.bottom <= l.bottom + 1 || r.height > l.height); }})()"
        )
    };
    page.js("one('cluster-filter').focus();", vec![]).await?;
    page.press(&[DOWN]).await?;
    page.until("the first is active", &active(1)).await?;
    page.press(&[END]).await?;
    page.until("the last is active and to be seen", &active(10_000))
        .await?;
    page.press(&[UP, UP]).await?;
    page.until("two before it", &active(9_998)).await?;
    page.press(&[HOME]).await?;
    page.until("the first is active again", &active(1)).await?;
    assert_eq!(page.string("focusName()").await?, "cluster-filter");
    assert_eq!(
        page.value("all('cluster-option').filter((o) => o.ariaSelected === 'true').length")
            .await?,
        json!(0),
        "arrows choose nothing"
    );
    Ok(())
}

async fn enter_takes_the_active_one_of_the_filtered_list(start: Start) -> Result<()> {
    let page = estate(&start).await?;
    page.type_into("cluster-filter", "ord").await?;
    page.until(
        "the list is filtered",
        "Number(one('cluster-count').dataset.count) < 10000 && all('cluster-option').length > 1",
    )
    .await?;
    page.until(
        "the first match is active",
        "root().getElementById(one('cluster-filter').getAttribute('aria-activedescendant'))?.ariaPosInSet === '1'",
    )
    .await?;
    page.press(&[DOWN]).await?;
    page.until(
        "the second is active",
        "root().getElementById(one('cluster-filter').getAttribute('aria-activedescendant'))?.ariaPosInSet === '2'",
    )
    .await?;
    let wanted = page
        .string("root().getElementById(one('cluster-filter').getAttribute('aria-activedescendant')).dataset.clusterId")
        .await?;
    assert_eq!(
        page.value(&format!("option('{wanted}').dataset.eligible"))
            .await?,
        json!("true"),
        "eligible ones come first"
    );
    page.press(&[ENTER]).await?;
    page.until(
        "it is chosen",
        &format!("option('{wanted}')?.ariaSelected === 'true'"),
    )
    .await?;
    Ok(())
}

async fn chosen_project_is_listed_however_many_come_before_it(start: Start) -> Result<()> {
    let many = json!({"projects": 600, "clusters": 4, "otherClusters": 4, "seed": 1});
    let world = World::example("eligible")?.with("generate", many);
    let page = start.destination(world).await?;
    page.until(
        "all are read",
        "!one('project-picker').ariaBusy && all('project-option').length > 100",
    )
    .await?;
    let listed = "[one('project-picker').value, one('project-picker').selectedIndex]";
    // Storefront is the last by name, and more than the select holds come before it.
    assert_eq!(page.value(listed).await?, json!([STOREFRONT, 201]));
    page.js(
        "const field = one('project-picker').closest('.field').querySelector('input'); field.focus();",
        vec![],
    )
    .await?;
    page.write("staging").await?;
    page.until(
        "they are narrowed",
        "all('project-option').length < 10 && all('project-option').some((o) => o.textContent.includes('Staging'))",
    )
    .await?;
    assert_eq!(
        page.string("one('project-picker').value").await?,
        STOREFRONT
    );
    page.expect_no_trouble().await
}
