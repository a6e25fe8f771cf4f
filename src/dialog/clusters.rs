//! The clusters of the target project: judged, sorted, filtered.

use super::Unicode;
use super::facts::List;
use crate::model::{CloudProvider, Cluster, ClusterEncryption, order, sorted};
use crate::rules::{Code, CodeSet, Severity};

/// The list that the person chooses from. Verdicts are worked out when facts change, never when rows are drawn.
#[derive(Debug, Default)]
pub(super) struct ClusterList {
    pub(super) list: List<Cluster>,
    /// For each cluster that was read, in the order in which they came.
    entries: Vec<Entry>,
    /// Places in `list` and `entries`: eligible ones first, then by name.
    order: Vec<u32>,
    /// The part of `order` that matches the filter.
    shown: Vec<u32>,
    filter: String,
    eligible: usize,
    /// The place of a cluster that was read alone, since the list did not have it.
    alone: Option<usize>,
}

#[derive(Debug)]
struct Entry {
    verdict: CodeSet,
    /// What the filter looks at, folded; it begins with the name.
    haystack: Box<str>,
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
        }
    }

    pub(super) fn row(&self, index: usize) -> Option<(&Cluster, CodeSet)> {
        let place = *self.shown.get(index)? as usize;
        Some((
            self.list.items().get(place)?,
            self.entries.get(place)?.verdict,
        ))
    }

    /// Judges all clusters anew, sorts and filters them.
    pub(super) fn judge(&mut self, verdict: impl Fn(&Cluster) -> CodeSet, unicode: Unicode) {
        self.forget_alone();
        let clusters = self.list.items();
        self.entries.truncate(clusters.len());
        for (place, cluster) in clusters.iter().enumerate() {
            let verdict = verdict(cluster);
            match self.entries.get_mut(place) {
                Some(entry) => entry.verdict = verdict,
                None => self.entries.push(Entry {
                    verdict,
                    haystack: haystack(cluster, unicode),
                }),
            }
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
        self.order = order(clusters.len(), &|a, b| {
            key(&(a as u32)).cmp(&key(&(b as u32)))
        });
        // A list that shifts while it is paged gives the same cluster twice.
        let id = |place: &u32| clusters.get(*place as usize).map(|cluster| &cluster.id);
        self.order.dedup_by(|a, b| id(a) == id(b));
        self.eligible = self.order.iter().take_while(|place| !key(place).0).count();
        self.apply_filter(unicode);
    }

    pub(super) fn set_filter(&mut self, filter: String, unicode: Unicode) {
        self.filter = filter;
        self.apply_filter(unicode);
    }

    fn apply_filter(&mut self, unicode: Unicode) {
        let needle = (unicode.fold)(self.filter.trim());
        let entries = &self.entries;
        self.shown.clear();
        self.shown
            .extend(self.order.iter().copied().filter(|place| {
                needle.is_empty()
                    || entries
                        .get(*place as usize)
                        .is_some_and(|entry| entry.haystack.contains(&needle))
            }));
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

/// Name, id, regions, version, cloud and key provider: what people search for (T6).
fn haystack(cluster: &Cluster, unicode: Unicode) -> Box<str> {
    let mut text = cluster.name.clone();
    let mut add = |part: &str| {
        text.push('\n');
        text.push_str(part);
    };
    add(&cluster.id);
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
    (unicode.fold)(&text).into_boxed_str()
}
