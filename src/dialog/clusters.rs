//! The clusters of the target project: judged, sorted, filtered.

use std::sync::Arc;

use super::Unicode;
use super::facts::List;
use crate::model::{
    CloudProvider, Cluster, ClusterEncryption, holds, order, places, shared, sorted,
};
use crate::rules::{Code, CodeSet, Severity};

/// The list that the person chooses from. Verdicts are worked out when facts change, never when rows are drawn.
#[derive(Debug, Default)]
pub(super) struct ClusterList {
    pub(super) list: List<Cluster>,
    /// That the list is complete was announced.
    pub(super) told: bool,
    /// For each cluster that was read, in the order in which they came.
    entries: Vec<Entry>,
    /// Places in `list` and `entries`: eligible ones first, then by name.
    order: Vec<u32>,
    /// The part of `order` that matches the filter.
    shown: Vec<u32>,
    filter: String,
    /// The filter that `shown` matches, folded.
    needle: String,
    eligible: usize,
    /// The place of a cluster that was read alone, since the list did not have it.
    alone: Option<usize>,
    /// More has changed than that clusters came: the verdicts that there are may not be right any more.
    stale: bool,
}

#[derive(Debug)]
struct Entry {
    verdict: CodeSet,
    /// What the filter looks at, folded: what only this cluster has, and what many have.
    own: Box<str>,
    common: Arc<str>,
}

impl Entry {
    fn matches(&self, needle: &str) -> bool {
        holds(&self.own, needle) || holds(&self.common, needle)
    }
}

impl ClusterList {
    pub(super) fn total(&self) -> usize {
        self.order.len()
    }

    pub(super) fn eligible(&self) -> usize {
        self.eligible
    }

    pub(super) fn matches(&self) -> usize {
        self.shown.len()
    }

    pub(super) fn filter(&self) -> &str {
        &self.filter
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Cluster> {
        self.list.items().iter().find(|cluster| cluster.id == id)
    }

    pub(super) fn by_name(&self, name: &str) -> Option<&Cluster> {
        self.list
            .items()
            .iter()
            .find(|cluster| cluster.name == name)
    }

    /// A later reading of one of its clusters.
    pub(super) fn replace(&mut self, fresh: &Cluster) {
        let known = self
            .list
            .items_mut()
            .iter_mut()
            .find(|cluster| cluster.name == fresh.name);
        match known {
            Some(cluster) => cluster.clone_from(fresh),
            None => {
                self.alone = Some(self.list.items().len());
                self.list.push(fresh.clone());
            }
        }
    }

    /// The list has the cluster that was read alone after all: the list's reading is the later one.
    fn forget_alone(&mut self) {
        let Some(place) = self.alone else {
            return;
        };
        let mut from_there = self.list.items().iter().skip(place);
        let known = from_there.next().map(|cluster| &cluster.id);
        if from_there.any(|cluster| Some(&cluster.id) == known) {
            self.alone = None;
            self.list.remove(place);
            // Judged anew with all that moved up.
            self.entries.truncate(place);
            self.order.clear();
        }
    }

    /// Every cluster once, those that are judged.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Cluster> {
        let clusters = self.list.items();
        self.order
            .iter()
            .filter_map(|place| clusters.get(*place as usize))
    }

    pub(super) fn row(&self, index: usize) -> Option<(&Cluster, CodeSet)> {
        let place = *self.shown.get(index)? as usize;
        Some((
            self.list.items().get(place)?,
            self.entries.get(place)?.verdict,
        ))
    }

    /// Something that a verdict depends on has changed.
    pub(super) fn outdate(&mut self) {
        self.stale = true;
    }

    /// Judges the clusters that were not judged yet, or all where a verdict may have changed; sorts and filters them.
    pub(super) fn judge(&mut self, verdict: impl Fn(&Cluster) -> CodeSet, unicode: Unicode) {
        self.forget_alone();
        let clusters = self.list.items();
        let judged = self.entries.len().min(clusters.len());
        self.entries.truncate(judged);
        let stale = std::mem::take(&mut self.stale);
        if stale {
            for (entry, cluster) in self.entries.iter_mut().zip(clusters) {
                entry.verdict = verdict(cluster);
            }
        }
        for cluster in clusters.iter().skip(judged) {
            let (own, common) = haystacks(cluster, unicode);
            self.entries.push(Entry {
                verdict: verdict(cluster),
                own,
                common,
            });
        }
        let entries = &self.entries;
        let key = |place: &u32| {
            let place = *place as usize;
            let entry = entries.get(place);
            let blocked = entry.is_some_and(|entry| entry.verdict.blocks());
            let cluster = clusters.get(place);
            (
                blocked,
                cluster.map(|cluster| (cluster.name.as_str(), cluster.id.as_str())),
            )
        };
        let compare = |a: usize, b: usize| key(&(a as u32)).cmp(&key(&(b as u32)));
        let mut known = std::mem::take(&mut self.order);
        let mut fresh = Vec::new();
        if stale {
            std::mem::swap(&mut known, &mut fresh);
        }
        let sorted = if known.len() + fresh.len() == 0 {
            0
        } else {
            judged
        };
        for place in places(clusters.len()) {
            if place as usize >= sorted {
                fresh.push(place);
            }
        }
        let mut rest = known.as_slice();
        for place in order(fresh, &compare) {
            let is_before = |known: &u32| compare(*known as usize, place as usize).is_le();
            let (before, after) = rest.split_at(rest.partition_point(is_before));
            self.order.extend_from_slice(before);
            self.order.push(place);
            rest = after;
        }
        self.order.extend_from_slice(rest);
        // A list that shifts while it is paged gives the same cluster twice.
        let id = |place: &u32| clusters.get(*place as usize).map(|cluster| &cluster.id);
        self.order.dedup_by(|a, b| id(a) == id(b));
        self.eligible = self.order.iter().take_while(|place| !key(place).0).count();
        self.apply_filter();
    }

    pub(super) fn set_filter(&mut self, filter: String, unicode: Unicode) {
        let needle = (unicode.fold)(filter.trim());
        let narrower = needle.starts_with(&self.needle);
        (self.filter, self.needle) = (filter, needle);
        if narrower {
            let shown = std::mem::take(&mut self.shown);
            self.show_of(&shown);
        } else {
            self.apply_filter();
        }
    }

    fn apply_filter(&mut self) {
        let order = std::mem::take(&mut self.order);
        self.show_of(&order);
        self.order = order;
    }

    /// Shows those of these places that match the filter.
    fn show_of(&mut self, places: &[u32]) {
        let matches = |place: &u32| {
            self.needle.is_empty()
                || self
                    .entries
                    .get(*place as usize)
                    .is_some_and(|entry| entry.matches(&self.needle))
        };
        self.shown = places.iter().copied().filter(matches).collect();
    }

    /// `target.none-eligible`: how many clusters each blocker stops, most first.
    pub(super) fn blockers_by_count(&self) -> Vec<(Code, usize)> {
        let mut counts: Vec<(Code, usize)> = Vec::new();
        for place in &self.order {
            let Some(entry) = self.entries.get(*place as usize) else {
                continue;
            };
            for code in entry.verdict.iter() {
                if code.severity() != Severity::Blocker {
                    continue;
                }
                match counts.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((code, 1)),
                }
            }
        }
        sorted(&counts, &|(code, count), (other, more)| {
            more.cmp(&count).then(code.cmp(&other))
        })
    }
}

/// Name and id; then version, key provider, regions, clouds and sizes: what people search for (T6).
fn haystacks(cluster: &Cluster, unicode: Unicode) -> (Box<str>, Arc<str>) {
    let own = [cluster.name.as_str(), "\n", &cluster.id].concat();
    let mut text = String::new();
    let mut add = |part: &str| {
        text.push('\n');
        text.push_str(part);
    };
    add(cluster.mongodb_version.as_deref().unwrap_or_default());
    match &cluster.encryption {
        ClusterEncryption::Provider(provider) => add(provider.as_str()),
        ClusterEncryption::Unknown(word) => add(word),
        ClusterEncryption::None | ClusterEncryption::Absent => {}
    }
    let mut last = "";
    for config in cluster.region_configs() {
        let region = config.region.as_deref().unwrap_or_default();
        if region == last {
            continue;
        }
        last = region;
        add(region);
        // People write eu-west-1 where Atlas writes EU_WEST_1.
        add(&region.replace('_', "-"));
        add(match &config.provider {
            CloudProvider::Aws => "AWS",
            CloudProvider::Azure => "AZURE",
            CloudProvider::Gcp => "GCP",
            CloudProvider::Tenant => "TENANT",
            CloudProvider::Unknown(word) => word,
        });
        add(config.instance_size.as_deref().unwrap_or_default());
    }
    (
        (unicode.fold)(&own).into_boxed_str(),
        shared(&(unicode.fold)(&text)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, Timestamp};

    const PLAIN: Unicode = Unicode {
        nfc: |text| text.to_owned(),
        fold: |text| text.to_lowercase(),
        fits: |_, _| true,
    };

    fn page(names: &[&str], more: bool) -> Result<crate::model::Page<Cluster>, Failure> {
        let clusters: Vec<String> = names
            .iter()
            .map(|name| {
                format!(r#"{{"id":"id-{name}","name":"{name}","clusterType":"REPLICASET"}}"#)
            })
            .collect();
        let next = if more {
            r#"{"rel":"next","href":"-"}"#
        } else {
            ""
        };
        let body = format!(r#"{{"links":[{next}],"results":[{}]}}"#, clusters.join(","));
        crate::atlas::read_clusters(body.as_bytes()).map_err(Failure::from)
    }

    fn refusing(refused: &'static [&'static str]) -> impl Fn(&Cluster) -> CodeSet {
        move |cluster| {
            let mut codes = CodeSet::default();
            if refused.contains(&cluster.name.as_str()) {
                codes.insert(Code::TargetNotEncrypted);
            }
            codes
        }
    }

    fn rows(list: &ClusterList) -> Vec<&str> {
        (0..list.matches())
            .filter_map(|index| Some(list.row(index)?.0.name.as_str()))
            .collect()
    }

    #[test]
    fn clusters_that_come_are_sorted_in_and_a_changed_fact_judges_all_anew() {
        let mut list = ClusterList::default();
        list.list
            .settle(1, page(&["m", "c", "x"], true), Timestamp(0));
        list.judge(refusing(&["c"]), PLAIN);
        assert_eq!(rows(&list), ["m", "x", "c"]);
        // What came twice because the list moved on meanwhile is one cluster.
        list.list
            .settle(2, page(&["x", "a", "d"], false), Timestamp(0));
        list.judge(refusing(&["d"]), PLAIN);
        assert_eq!(
            rows(&list),
            ["a", "m", "x", "c", "d"],
            "c is judged already"
        );
        assert_eq!((list.total(), list.eligible()), (5, 3));
        list.outdate();
        list.judge(refusing(&["m"]), PLAIN);
        assert_eq!(rows(&list), ["a", "c", "d", "x", "m"]);
        assert_eq!(list.eligible(), 4);
    }

    #[test]
    fn filter_finds_the_same_however_it_was_typed() {
        let mut list = ClusterList::default();
        list.list
            .settle(1, page(&["ab", "abc", "b", "cab"], false), Timestamp(0));
        list.judge(refusing(&[]), PLAIN);
        let wanted = |filter: &str| match filter {
            "a" | "ab" => vec!["ab", "abc", "cab"],
            "abc" | "ABC" => vec!["abc"],
            "b" => vec!["ab", "abc", "b", "cab"],
            "zz" => vec![],
            _ => vec!["ab", "abc", "b", "cab"],
        };
        for filter in [
            "a", "ab", "abc", "ab", "b", "", "zz", "", "ABC", "a", "zz", "ab",
        ] {
            list.set_filter(filter.to_owned(), PLAIN);
            assert_eq!(rows(&list), wanted(filter), "{filter}");
        }
    }
}
