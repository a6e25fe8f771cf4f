//! The clusters of the target project: judged, sorted, filtered.

use std::cell::OnceCell;
use std::sync::Arc;

use super::Unicode;
use super::facts::List;
use crate::model::{
    CloudProvider, Cluster, ClusterEncryption, holds, order, places, shared, sorted,
};
use crate::rules::{Code, CodeSet};

/// So many clusters with backups are known by name: beside source and target, 20 are looked at.
const BACKED_UP: usize = 22;

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
    /// Places of the first by name that have backups, and how many have: worked out when somebody asks.
    backed_up: OnceCell<(Vec<u32>, usize)>,
}

#[derive(Debug)]
struct Entry {
    verdict: CodeSet,
    /// What the filter looks at, folded: name and id, where folding changes them, and what many clusters have.
    own: Option<Box<str>>,
    common: Arc<str>,
}

impl Entry {
    fn matches(&self, cluster: &Cluster, needle: &str) -> bool {
        let own = match &self.own {
            Some(own) => holds(own, needle),
            None => holds(&cluster.name, needle) || holds(&cluster.id, needle),
        };
        own || holds(&self.common, needle)
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
        self.list.items().get(self.place_of(name)?)
    }

    /// Where the cluster of this name stands: each half of the order is sorted by name.
    fn place_of(&self, name: &str) -> Option<usize> {
        let clusters = self.list.items();
        let name_at = |place: &u32| {
            let cluster = clusters.get(*place as usize);
            cluster.map_or("", |cluster| cluster.name.as_str())
        };
        let (eligible, rest) = self.order.split_at_checked(self.eligible)?;
        for half in [eligible, rest] {
            let found = half.get(half.partition_point(|place| name_at(place) < name));
            if let Some(place) = found.filter(|place| name_at(place) == name) {
                return Some(*place as usize);
            }
        }
        // What came since has not been judged.
        let judged = self.entries.len();
        let fresh = clusters.get(judged..)?;
        let found = fresh.iter().position(|cluster| cluster.name == name)?;
        Some(judged + found)
    }

    /// A later reading of one of its clusters.
    pub(super) fn replace(&mut self, fresh: &Cluster) {
        let place = self.place_of(&fresh.name);
        match place.and_then(|place| self.list.items_mut().get_mut(place)) {
            Some(cluster) => cluster.clone_from(fresh),
            None => {
                self.alone = Some(self.list.items().len());
                self.list.push(fresh.clone());
            }
        }
        self.backed_up = OnceCell::new();
    }

    /// The first clusters by name that have backups, and how many have.
    pub(super) fn backed_up(&self) -> (impl Iterator<Item = &Cluster>, usize) {
        let clusters = self.list.items();
        let (first, count) = self.backed_up.get_or_init(|| {
            let name = |place: &u32| clusters.get(*place as usize).map(|cluster| &cluster.name);
            let (mut first, mut count) = (Vec::new(), 0);
            for place in &self.order {
                let cluster = clusters.get(*place as usize);
                if cluster.is_none_or(|cluster| cluster.backup_enabled != Some(true)) {
                    continue;
                }
                count += 1;
                let at = first.partition_point(|other| name(other) <= name(place));
                if at < BACKED_UP {
                    first.truncate(BACKED_UP - 1);
                    first.insert(at, *place);
                }
            }
            (first, count)
        });
        let first = first
            .iter()
            .filter_map(|place| clusters.get(*place as usize));
        (first, *count)
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
    pub(super) fn judge(&mut self, verdict: &dyn Fn(&Cluster) -> CodeSet, unicode: Unicode) {
        self.forget_alone();
        let clusters = self.list.items();
        let judged = self.entries.len().min(clusters.len());
        // All are sorted anew only where one that was in the list may have moved.
        let mut moved = self.order.is_empty() || judged < self.entries.len();
        self.entries.truncate(judged);
        if std::mem::take(&mut self.stale) {
            for (entry, cluster) in self.entries.iter_mut().zip(clusters) {
                let before = std::mem::replace(&mut entry.verdict, verdict(cluster));
                moved |= before.blocks() != entry.verdict.blocks();
            }
        }
        if judged == clusters.len() && !moved {
            return;
        }
        self.backed_up = OnceCell::new();
        self.entries.reserve_exact(clusters.len() - judged);
        for cluster in clusters.iter().skip(judged) {
            let (own, common) = haystacks(cluster, unicode);
            self.entries.push(Entry {
                verdict: verdict(cluster),
                own,
                common,
            });
        }
        let entries = &self.entries;
        let key = |place: usize| {
            let entry = entries.get(place);
            let blocked = entry.is_some_and(|entry| entry.verdict.blocks());
            let cluster = clusters.get(place);
            (
                blocked,
                cluster.map(|cluster| (cluster.name.as_str(), cluster.id.as_str())),
            )
        };
        let compare = |a: usize, b: usize| key(a).cmp(&key(b));
        let mut known = std::mem::take(&mut self.order);
        let mut fresh: Vec<u32> = Vec::new();
        if moved {
            std::mem::swap(&mut known, &mut fresh);
            if fresh.is_empty() {
                fresh = places(judged);
            }
        }
        fresh.extend(places(clusters.len()).get(judged..).unwrap_or_default());
        self.order.reserve_exact(known.len() + fresh.len());
        let id = |place: Option<&u32>| Some(&clusters.get(*place? as usize)?.id);
        let mut rest = known.as_slice();
        for place in order(fresh, &compare) {
            let is_before = |known: &u32| compare(*known as usize, place as usize).is_le();
            let (before, after) = rest.split_at(rest.partition_point(is_before));
            self.order.extend_from_slice(before);
            // A list that shifts while it is paged gives the same cluster twice.
            if self.order.is_empty() || id(self.order.last()) != id(Some(&place)) {
                self.order.push(place);
            }
            rest = after;
        }
        self.order.extend_from_slice(rest);
        self.eligible = self.order.partition_point(|place| !key(*place as usize).0);
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
        if self.needle.is_empty() {
            self.shown = places.to_vec();
            return;
        }
        let clusters = self.list.items();
        let matches = |place: &u32| {
            let place = *place as usize;
            let one = self.entries.get(place).zip(clusters.get(place));
            one.is_some_and(|(entry, cluster)| entry.matches(cluster, &self.needle))
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
            for code in entry.verdict.blockers().iter() {
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

/// Whether folding leaves a text as it is: most names and all ids need no second copy.
fn is_folded(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

/// Name and id; then version, key provider, regions, clouds and sizes: what people search for (T6).
fn haystacks(cluster: &Cluster, unicode: Unicode) -> (Option<Box<str>>, Arc<str>) {
    let own = (!is_folded(&cluster.name) || !is_folded(&cluster.id)).then(|| {
        let own = [cluster.name.as_str(), "\n", &cluster.id].concat();
        (unicode.fold)(&own).into_boxed_str()
    });
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
    (own, shared(&(unicode.fold)(&text)))
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
        list.judge(&refusing(&["c"]), PLAIN);
        assert_eq!(rows(&list), ["m", "x", "c"]);
        // What came twice because the list moved on meanwhile is one cluster.
        list.list
            .settle(2, page(&["x", "a", "d"], false), Timestamp(0));
        list.judge(&refusing(&["d"]), PLAIN);
        assert_eq!(
            rows(&list),
            ["a", "m", "x", "c", "d"],
            "c is judged already"
        );
        assert_eq!((list.total(), list.eligible()), (5, 3));
        list.outdate();
        list.judge(&refusing(&["m"]), PLAIN);
        assert_eq!(rows(&list), ["a", "c", "d", "x", "m"]);
        assert_eq!(list.eligible(), 4);
    }

    #[test]
    fn filter_finds_the_same_however_it_was_typed() {
        let mut list = ClusterList::default();
        list.list
            .settle(1, page(&["ab", "abc", "b", "cab"], false), Timestamp(0));
        list.judge(&refusing(&[]), PLAIN);
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
