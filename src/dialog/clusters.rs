//! The clusters of the target project: judged, sorted, filtered.

use std::cell::OnceCell;
use std::sync::Arc;

use super::Unicode;
use super::facts::List;
use crate::model::{
    CloudProvider, Cluster, ClusterEncryption, find, holds, order, places, shared, sorted,
};
use crate::rules::{Code, CodeSet};

/// So many clusters with backups are known by name: beside source and target, 20 are looked at.
const BACKED_UP: usize = 22;
/// Atlas's limit to a cluster's name.
const LONGEST_NAME: usize = 64;

/// The list that the person chooses from. Verdicts are worked out when facts change, never when rows are drawn.
#[derive(Debug, Default)]
pub(super) struct ClusterList {
    pub(super) list: List<Cluster>,
    /// That the list is complete was announced.
    pub(super) told: bool,
    /// For each cluster that was read, in the order in which they came.
    entries: Vec<Entry>,
    /// Their names, and ids that are none of Atlas's, folded, one after another with a line's end between: one text is
    /// searched many times as fast as 10,000 in as many places.
    names: String,
    /// Places in `list` and `entries`: eligible ones first, then by name.
    order: Vec<u32>,
    /// Where the last order was, for the next one to be built in.
    spare: Vec<u32>,
    /// The part of `order` that matches the filter.
    shown: Vec<u32>,
    filter: String,
    /// The same, folded.
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
    /// Where its name ends in `names`.
    name_end: u32,
    /// What the filter looks at beside name and id, folded; the same for many clusters.
    common: Arc<str>,
}

/// What many clusters have is searched once for all of them, as a rule: so many answers are remembered, each in a place
/// that the text's address decides.
const REMEMBERED: usize = 1_024;

/// Answers on texts that many clusters have.
struct Common<'a> {
    needle: &'a str,
    known: Vec<(*const u8, bool)>,
}

impl Common<'_> {
    fn holds(&mut self, text: &Arc<str>) -> bool {
        let address = text.as_ptr();
        let Some(known) = self.known.get_mut(address.addr() / 8 % REMEMBERED) else {
            return holds(text, self.needle);
        };
        if known.0 != address {
            *known = (address, holds(text, self.needle));
        }
        known.1
    }
}

impl ClusterList {
    /// Another list, in the room of this one: what a list of 10,000 had would be too small by a little for the next.
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.told = false;
        self.entries.clear();
        self.names.clear();
        self.order.clear();
        self.shown.clear();
        self.filter.clear();
        self.needle.clear();
        self.eligible = 0;
        self.alone = None;
        self.stale = false;
        self.backed_up = OnceCell::new();
    }

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
        let named = self
            .entries
            .last()
            .map_or(0, |entry| entry.name_end as usize);
        self.names.truncate(named);
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
        // In one piece for as many as there will be: what grows with each page leaves a hole behind each time.
        let room = self.list.room();
        self.entries.reserve_exact(room - judged);
        self.shown
            .reserve_exact(room.saturating_sub(self.shown.len()));
        if judged == 0 && self.names.capacity() < room {
            // Those that come will have names as long as these: not longer than Atlas allows, whatever these are.
            let bytes: usize = clusters.iter().map(|cluster| cluster.name.len()).sum();
            let each = (bytes / clusters.len().max(1)).min(LONGEST_NAME) + 3;
            self.names.reserve_exact(room * each);
        }
        for cluster in clusters.iter().skip(judged) {
            add_folded(&mut self.names, &cluster.name, unicode);
            if !cluster.id.bytes().all(is_of_id) {
                add_folded(&mut self.names, &cluster.id, unicode);
            }
            self.entries.push(Entry {
                verdict: verdict(cluster),
                name_end: u32::try_from(self.names.len()).unwrap_or(u32::MAX),
                common: common(cluster, unicode),
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
        let mut known = std::mem::replace(&mut self.order, std::mem::take(&mut self.spare));
        let mut fresh: Vec<u32> = Vec::new();
        if moved {
            // Copied, as the room of `known` is the next spare one.
            if known.is_empty() {
                fresh.extend(places(0..judged));
            }
            fresh.append(&mut known);
        }
        fresh.extend(places(judged..clusters.len()));
        self.order.reserve_exact(room);
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
        known.clear();
        self.spare = known;
        self.eligible = self.order.partition_point(|place| !key(*place as usize).0);
        self.apply_filter();
    }

    pub(super) fn set_filter(&mut self, filter: String, unicode: Unicode) {
        self.needle = (unicode.fold)(filter.trim());
        self.filter = filter;
        self.apply_filter();
    }

    /// Shows those that match the filter.
    fn apply_filter(&mut self) {
        self.shown.clone_from(&self.order);
        if !self.needle.is_empty() {
            let found = self.found();
            self.shown
                .retain(|place| found.get(*place as usize) == Some(&true));
        }
    }

    /// For each cluster, in the order in which they came, whether it matches the filter.
    fn found(&self) -> Vec<bool> {
        let needle = self.needle.as_str();
        let may_be_id = needle.bytes().all(is_of_id);
        let mut common = Common {
            needle,
            known: vec![(std::ptr::null(), false); REMEMBERED],
        };
        let next_after = |end: usize| Some(end + find(self.names.get(end..)?, needle)?);
        let mut next = next_after(0);
        let clusters = self.entries.iter().zip(self.list.items());
        clusters
            .map(|(entry, cluster)| {
                let end = entry.name_end as usize;
                if next.is_some_and(|next| next < end) {
                    next = next_after(end);
                    return true;
                }
                common.holds(&entry.common) || may_be_id && holds(&cluster.id, needle)
            })
            .collect()
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

/// Whether ids of Atlas's have it; in lower case.
fn is_of_id(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Adds a name that is folded, and a line's end. Most are folded as they come, and need no second copy on the way.
fn add_folded(names: &mut String, name: &str, unicode: Unicode) {
    if name
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
    {
        names.push_str(name);
    } else {
        names.push_str(&(unicode.fold)(name));
    }
    names.push('\n');
}

/// Version, key provider, regions, clouds and sizes: what people search for beside name and id (T6).
fn common(cluster: &Cluster, unicode: Unicode) -> Arc<str> {
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
    shared(&(unicode.fold)(&text))
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
    /// Else a backend's one name of a megabyte would ask for as much for each cluster that it says it has.
    #[test]
    fn names_get_no_more_room_than_names_can_need() {
        let mut list = ClusterList::default();
        let mut first = page(&[&"n".repeat(1_000_000)], true).unwrap();
        first.total_count = Some(50_000);
        list.list.settle(1, Ok(first), Timestamp(1));
        list.judge(&refusing(&[]), PLAIN);
        assert!(list.names.capacity() < 10_000_000);
        // Nor does a short list get the room of the long one before it anew.
        list.clear();
        let before = list.names.capacity();
        list.list
            .settle(1, page(&[&"n".repeat(64)], false), Timestamp(1));
        list.judge(&refusing(&[]), PLAIN);
        assert_eq!(list.names.capacity(), before);
    }

    #[test]
    fn a_list_that_was_cleared_is_like_a_new_one() {
        let mut list = ClusterList::default();
        list.list.asked(crate::dialog::RequestId(1), 1);
        list.list.asked(crate::dialog::RequestId(2), 2);
        list.list
            .settle(1, page(&["b", "a", "c"], true), Timestamp(1));
        list.judge(&refusing(&["b"]), PLAIN);
        list.set_filter("a".to_owned(), PLAIN);
        assert_eq!(list.backed_up().1, 0);
        list.replace(&page(&["d"], false).unwrap().results[0]);
        list.outdate();
        list.told = true;
        list.list.settle(2, Err(Failure::TimedOut), Timestamp(2));
        list.clear();
        assert_eq!(format!("{list:?}"), format!("{:?}", ClusterList::default()));
    }

    /// Each name and id by itself: nothing is found across their ends, nor in the one after.
    #[test]
    fn filter_finds_what_one_cluster_has() {
        let mut list = ClusterList::default();
        list.list
            .settle(1, page(&["Über-ab", "bc", "CC", "b"], false), Timestamp(0));
        list.judge(&refusing(&["b"]), PLAIN);
        for (filter, wanted) in [
            ("bb", vec![]),
            ("ÜBER", vec!["Über-ab"]),
            ("c", vec!["CC", "bc"]),
            ("cc", vec!["CC"]),
            ("ID-cc", vec!["CC"]),
            ("b", vec!["bc", "Über-ab", "b"]),
            ("b\n", vec!["bc", "Über-ab", "b"]),
        ] {
            list.set_filter(filter.to_owned(), PLAIN);
            assert_eq!(rows(&list), wanted, "{filter}");
        }
    }
}
