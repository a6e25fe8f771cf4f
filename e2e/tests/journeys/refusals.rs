//! What cannot be restored where, and how that is said.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{SOURCE, strings};
use e2e::world::{ANALYTICS, PAYMENTS, STAGING, STOREFRONT};
use serde_json::json;

crate::journeys![
    snapshot_without_encryption_is_refused_word_for_word,
    target_without_encryption_is_refused_word_for_word,
    target_with_another_provider_is_refused_word_for_word,
    snapshot_whose_key_is_gone_is_refused_word_for_word,
    person_who_owns_the_target_not_cannot_choose_it,
    person_who_owns_the_source_not_is_told,
    owner_of_the_organization_counts_as_owner,
    unknown_roles_warn_and_stop_nothing,
    target_that_is_too_old_is_refused,
    cloud_manager_project_cannot_be_chosen,
    azure_is_assumed_and_said,
    sharded_source_is_refused,
    sharded_source_finds_a_matching_target,
    project_without_an_eligible_cluster_says_why,
    source_without_backups_says_what_to_do,
    every_reason_of_a_cluster_is_listed,
    prefilled_target_that_will_not_do_is_explained,
    prefilled_target_that_is_gone_is_explained,
    prefilled_project_that_will_not_do_is_explained,
    refused_cluster_undoes_the_earlier_choice,
];

/// A snapshot that cannot be restored at all: no form.
async fn blocked(page: &Page, code: &str, message: &str, remedy: &str) -> Result<()> {
    page.until("the panel is shown", "shown('snapshot-error')")
        .await?;
    assert_eq!(
        page.value(&format!(
            "one('snapshot-error').querySelector('[data-code=\"{code}\"] .message > :last-child').innerText"
        ))
        .await?,
        json!(message)
    );
    let said = page.text("snapshot-error").await?;
    assert!(said.contains(remedy), "{remedy} in {said}");
    assert_eq!(
        page.value(
            "['cluster-filter', 'project-picker', 'next-button', 'restore-button'].filter(shown)"
        )
        .await?,
        json!([]),
        "nothing to go on with"
    );
    assert_eq!(page.posts().await?.len(), 0);
    Ok(())
}

async fn opened(start: &Start, world: World, attributes: &str) -> Result<Page> {
    let page = start.bare(world, attributes).await?;
    page.open().await?;
    Ok(page)
}

async fn snapshot_without_encryption_is_refused_word_for_word(start: Start) -> Result<()> {
    let page = opened(&start, World::example("snapshot-not-encrypted")?, SOURCE).await?;
    blocked(
        &page,
        "snapshot.not-encrypted",
        "Cannot restore a non-encrypted snapshot to a cluster with Encryption at Rest enabled.",
        "This snapshot cannot be restored to Atlas here",
    )
    .await
}

async fn snapshot_whose_key_is_gone_is_refused_word_for_word(start: Start) -> Result<()> {
    let page = opened(&start, World::example("key-not-present")?, SOURCE).await?;
    blocked(
        &page,
        "snapshot.key-not-present",
        "Encryption credentials on snapshot are not present.",
        "The key that encrypted this snapshot was deleted",
    )
    .await
}

/// A target that cannot be chosen: said between input and list, the list stays.
async fn refused(page: &Page, cluster: &str, code: &str, message: &str) -> Result<String> {
    let said = page.refused_cluster(cluster).await?;
    assert!(said.contains(message), "{message} in {said}");
    assert!(
        page.codes("cluster-error")
            .await?
            .contains(&code.to_owned())
    );
    let place = page
        .value(
            "[one('cluster-filter').compareDocumentPosition(one('cluster-error')) & 4, \
              one('cluster-error').compareDocumentPosition(one('cluster-list')) & 4, \
              one('cluster-filter').ariaInvalid, shown('cluster-list'), \
              one('cluster-filter').getAttribute('aria-describedby').includes(one('cluster-error').id)]",
        )
        .await?;
    assert_eq!(place, json!([4, 4, "true", true, true]));
    assert_eq!(
        page.value("one('next-button').ariaDisabled").await?,
        json!("true")
    );
    // It is said to a screen reader too, at once.
    page.until(
        "it is announced",
        &format!(
            "root().querySelector('[aria-live=\"assertive\"]').textContent.includes('{cluster}')"
        ),
    )
    .await?;
    Ok(said)
}

async fn target_without_encryption_is_refused_word_for_word(start: Start) -> Result<()> {
    let page = start
        .destination(World::example("target-not-encrypted")?)
        .await?;
    page.choose_project(STAGING).await?;
    let said = refused(
        &page,
        "orders-staging",
        "target.not-encrypted",
        "Target cluster does not have encryption enabled.",
    )
    .await?;
    assert!(
        said.contains("Deploy a new target cluster") && said.contains("or enable it"),
        "{said}"
    );
    page.restore_neighbour().await
}

async fn target_with_another_provider_is_refused_word_for_word(start: Start) -> Result<()> {
    let page = start
        .destination(World::example("provider-mismatch")?)
        .await?;
    page.choose_project(STAGING).await?;
    let said = refused(
        &page,
        "orders-staging",
        "target.provider-mismatch",
        "Encryption provider of target cluster does not match selected snapshot's encryption provider.",
    )
    .await?;
    for part in [
        "AWS KMS",
        "Azure Key Vault",
        "new snapshot",
        "change the target",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    page.restore_neighbour().await
}

/// What several journeys end with.
trait Neighbour {
    /// The cluster next to the refused one can be chosen, and what was said is gone.
    async fn restore_neighbour(&self) -> Result<()>;
}

impl Neighbour for Page {
    async fn restore_neighbour(&self) -> Result<()> {
        self.choose_cluster("orders-rehearsal").await?;
        self.to_review().await?;
        assert_eq!(self.posts().await?.len(), 0);
        Ok(())
    }
}

async fn person_who_owns_the_target_not_cannot_choose_it(start: Start) -> Result<()> {
    let page = start.destination(World::example("not-an-owner")?).await?;
    let options = page
        .value("all('project-option').map((o) => [o.dataset.projectId, o.disabled, o.dataset.code ?? null, o.innerText])")
        .await?;
    let of = |id: &str| {
        options
            .as_array()
            .and_then(|all| all.iter().find(|one| one[0] == id).cloned())
            .unwrap_or_default()
    };
    for id in [STAGING, PAYMENTS] {
        let option = of(id);
        assert_eq!(option[1], true, "{option}");
        assert!(
            option[2].to_string().contains("person.not-owner-of-target"),
            "{option}"
        );
        assert!(option[3].to_string().contains("not its owner"), "{option}");
    }
    for id in [STOREFRONT, ANALYTICS] {
        assert_eq!(of(id)[1], false);
    }
    Ok(())
}

async fn person_who_owns_the_source_not_is_told(start: Start) -> Result<()> {
    let mut world = World::example("eligible")?;
    world.0["person"]["roles"][STOREFRONT] = json!(["GROUP_READ_ONLY"]);
    let page = opened(&start, world, SOURCE).await?;
    blocked(
        &page,
        "person.not-owner-of-source",
        "You need the role Project Owner in the source project Storefront.",
        "Ask an owner of Storefront",
    )
    .await
}

async fn owner_of_the_organization_counts_as_owner(start: Start) -> Result<()> {
    let mut world = World::example("not-an-owner")?;
    let organization = world.0["groups"][0]["orgId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    world.0["person"]["orgRoles"] = json!({organization: ["ORG_OWNER"]});
    let page = start.destination(world).await?;
    assert_eq!(
        page.value("all('project-option').filter((o) => o.disabled && o.dataset.projectId).length")
            .await?,
        json!(0)
    );
    page.choose_project(STAGING).await
}

async fn unknown_roles_warn_and_stop_nothing(start: Start) -> Result<()> {
    let page = start.destination(World::example("roles-unknown")?).await?;
    assert_eq!(
        page.value(
            "[...root().querySelectorAll('[data-code=\"person.role-unknown\"]')].length > 0"
        )
        .await?,
        json!(true)
    );
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await
}

async fn target_that_is_too_old_is_refused(start: Start) -> Result<()> {
    let page = start
        .destination(World::example("version-too-old")?)
        .await?;
    page.choose_project(STAGING).await?;
    let said = refused(
        &page,
        "orders-staging",
        "target.version-too-old",
        "This cluster runs MongoDB 8.0",
    )
    .await?;
    assert!(said.contains("8.2"), "{said}");
    page.restore_neighbour().await
}

async fn cloud_manager_project_cannot_be_chosen(start: Start) -> Result<()> {
    let page = start.destination(World::example("cloud-manager")?).await?;
    let option = page
        .value("(() => { const o = all('project-option').find((o) => o.innerText.includes('Legacy')); return [o.disabled, o.dataset.code, o.innerText]; })()")
        .await?;
    assert_eq!(option[0], true);
    assert!(
        option[1].to_string().contains("target.cloud-manager"),
        "{option}"
    );
    Ok(())
}

async fn azure_is_assumed_and_said(start: Start) -> Result<()> {
    let page = start.destination(World::example("azure-assumed")?).await?;
    let warned = page
        .string("root().querySelector('[data-code=\"snapshot.encryption-assumed\"]').innerText")
        .await?;
    assert!(warned.contains("Azure Key Vault"), "{warned}");
    page.restore_into(STAGING, "pricing-azure").await?;
    page.job("running").await
}

async fn sharded_source_is_refused(start: Start) -> Result<()> {
    let world = World::example("sharded-source")?;
    let snapshot = newest(&world);
    let page = opened(
        &start,
        world,
        &format!("source-project={STOREFRONT}&source-cluster=orders&snapshot={snapshot}"),
    )
    .await?;
    blocked(
        &page,
        "snapshot.sharded",
        "This is a snapshot of a sharded cluster, and only replica sets can be restored here.",
        "Choose a snapshot of a replica set",
    )
    .await
}

fn newest(world: &World) -> String {
    world.0["snapshots"][0]["snapshot"]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

async fn sharded_source_finds_a_matching_target(start: Start) -> Result<()> {
    let world = World::example("sharded-matching")?;
    let snapshot = newest(&world);
    let page = opened(
        &start,
        world,
        &format!("source-project={STOREFRONT}&source-cluster=orders&snapshot={snapshot}"),
    )
    .await?;
    page.choose_project(STAGING).await?;
    page.refused_cluster("orders-three-shards").await?;
    assert_eq!(
        page.codes("cluster-error").await?,
        ["target.topology-differs"]
    );
    page.choose_cluster("reports-sharded").await?;
    page.to_review().await?;
    page.confirm("reports-sharded").await?;
    page.click("restore-button").await?;
    page.job("running").await
}

async fn project_without_an_eligible_cluster_says_why(start: Start) -> Result<()> {
    let page = start.destination(World::example("no-eligible")?).await?;
    page.choose_project(STAGING).await?;
    page.until("the panel is shown", "shown('no-eligible')")
        .await?;
    let said = page.text("no-eligible").await?;
    assert!(
        said.contains("Deploy a cluster with Encryption at Rest, or enable it"),
        "{said}"
    );
    let codes = page.codes("no-eligible").await?;
    assert!(
        codes.iter().any(|code| code == "target.not-encrypted"),
        "{codes:?}"
    );
    // The clusters are listed all the same, each with its reasons.
    assert_eq!(
        page.value("all('cluster-option').length > 0 && all('cluster-option').every((o) => o.dataset.eligible === 'false' && o.ariaDisabled === 'true' && o.querySelector('[data-code]'))")
            .await?,
        json!(true)
    );
    Ok(())
}

async fn source_without_backups_says_what_to_do(start: Start) -> Result<()> {
    let page = opened(
        &start,
        World::example("backups-off")?,
        &format!("source-project={STOREFRONT}&source-cluster=orders"),
    )
    .await?;
    page.until("the panel is shown", "shown('no-backups')")
        .await?;
    assert_eq!(
        page.value("one('no-backups').closest('[data-code]').dataset.code")
            .await?,
        json!("source.backups-off")
    );
    assert!(
        page.text("no-backups")
            .await?
            .contains("Enable backups by modifying the cluster")
    );
    assert_eq!(page.value("shown('next-button')").await?, json!(false));
    Ok(())
}

async fn every_reason_of_a_cluster_is_listed(start: Start) -> Result<()> {
    // Too old, of another provider and paused at once.
    let world = World::example("eligible")?.cluster(
        "orders-staging",
        json!({"mongoDBVersion": "7.0.1", "encryptionAtRestProvider": "AZURE", "paused": true}),
    );
    let page = start.destination(world).await?;
    page.choose_project(STAGING).await?;
    let option = page.option("orders-staging")?;
    let expected = [
        "target.provider-mismatch",
        "target.version-too-old",
        "target.unavailable",
    ];
    let listed = strings(
        &page
            .value(&format!(
                "[...{option}.querySelectorAll('[data-code]')].map((e) => e.dataset.code)"
            ))
            .await?,
    );
    page.refused_cluster("orders-staging").await?;
    let said = page.codes("cluster-error").await?;
    for code in expected {
        assert!(listed.iter().any(|one| one == code), "{code} in {listed:?}");
        assert!(said.iter().any(|one| one == code), "{code} in {said:?}");
    }
    // Eligible ones come first.
    let order = page
        .value("all('cluster-option').map((o) => o.dataset.eligible).join(' ')")
        .await?;
    let order = order.as_str().unwrap_or_default().to_owned();
    assert!(
        order.starts_with("true") && !order.contains("false true"),
        "{order}"
    );
    Ok(())
}

async fn prefilled_target_that_will_not_do_is_explained(start: Start) -> Result<()> {
    let page = opened(
        &start,
        World::example("target-not-encrypted")?,
        &format!("{SOURCE}&target-project={STAGING}&target-cluster=orders-staging"),
    )
    .await?;
    page.until("it is explained", "shown('cluster-error')")
        .await?;
    let said = page.text("cluster-error").await?;
    assert!(
        said.contains("orders-staging")
            && said.contains("Target cluster does not have encryption enabled."),
        "{said}"
    );
    assert_eq!(page.value("shown('cluster-list')").await?, json!(true));
    Ok(())
}

async fn prefilled_target_that_is_gone_is_explained(start: Start) -> Result<()> {
    let page = opened(
        &start,
        World::example("eligible")?,
        &format!("{SOURCE}&target-project={STAGING}&target-cluster=no-such-cluster"),
    )
    .await?;
    page.until("it is explained", "shown('cluster-error')")
        .await?;
    let said = page.text("cluster-error").await?;
    assert!(said.contains("no-such-cluster"), "{said}");
    assert_eq!(
        page.value("one('next-button').ariaDisabled").await?,
        json!("true")
    );
    Ok(())
}

async fn prefilled_project_that_will_not_do_is_explained(start: Start) -> Result<()> {
    let page = opened(
        &start,
        World::example("eligible")?,
        &format!("{SOURCE}&target-project={PAYMENTS}&target-cluster=ledger"),
    )
    .await?;
    page.until(
        "it is explained",
        "root().querySelector('[data-code=\"person.not-owner-of-target\"]:not(option)')?.checkVisibility()",
    )
    .await?;
    assert_eq!(
        page.value("one('project-picker').ariaInvalid").await?,
        json!("true")
    );
    assert_eq!(
        page.value("one('project-picker').value").await?,
        json!(PAYMENTS),
        "it stays as the invalid value"
    );
    Ok(())
}

async fn refused_cluster_undoes_the_earlier_choice(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    page.choose_cluster("orders-staging").await?;
    page.refused_cluster("catalog-staging").await?;
    assert_eq!(
        page.value("all('cluster-option').filter((o) => o.ariaSelected === 'true').length")
            .await?,
        json!(0)
    );
    page.click("next-button").await?;
    page.until(
        "the summary has the focus",
        "focusName() === 'error-summary'",
    )
    .await?;
    assert_eq!(page.value("shown('review')").await?, json!(false));
    Ok(())
}
