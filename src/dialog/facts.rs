//! What has been read, and how well it is known.

use super::effect::RequestId;
use super::keyed::Keyed;
use crate::model::{
    Cluster, ClusterRef, Fact, Failure, Page, ProcessArgs, Project, ProjectEncryption, RestoreJob,
    Session, Snapshot, Timestamp,
};

/// Pages of one list that are asked for at the same time.
const PAGES_AT_ONCE: usize = 6;
/// What `itemsPerPage` asks for.
const PAGE_SIZE: u64 = 500;
/// A count is believed up to here before the items are there.
const MOST_RESERVED: u64 = 1 << 17;

/// How a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListState<'a> {
    /// Nobody asked yet.
    NotAsked,
    /// Nothing is there yet.
    Loading,
    /// Some pages are there, more are on their way.
    LoadingMore,
    /// All is there.
    Complete,
    /// A page could not be read; what is there stays usable.
    Failed(&'a Failure),
}

/// When a fact must have been read to be believed. A time after `until` is from a clock that was set back since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recent {
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
}

impl Recent {
    /// What was read before is believed no more.
    pub(super) const NOTHING: Recent = Recent {
        since: Timestamp(i64::MAX),
        until: Timestamp(i64::MIN),
    };

    fn contains(self, read: Timestamp) -> bool {
        self.since <= read && read <= self.until
    }
}

/// How the reading of one thing stands: the same code for all of them.
#[derive(Debug, Default)]
struct Reading {
    /// When the value was read, on the browser's clock.
    at: Timestamp,
    failure: Option<Failure>,
    request: Option<RequestId>,
}

/// One thing that is read by a request of its own. While it is read again, the earlier value stays.
#[derive(Debug)]
pub(super) struct Slot<T> {
    value: Option<T>,
    reading: Reading,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot {
            value: None,
            reading: Reading::default(),
        }
    }
}

impl<T> Slot<T> {
    pub(super) fn asked(&mut self, id: RequestId) -> Option<RequestId> {
        self.reading.request.replace(id)
    }

    pub(super) fn settle(&mut self, reply: Result<T, Failure>, now: Timestamp) {
        self.reading.request = None;
        match reply {
            Ok(value) => {
                self.value = Some(value);
                self.reading.at = now;
                self.reading.failure = None;
            }
            Err(failure) => self.reading.failure = Some(failure),
        }
    }

    pub(super) fn set(&mut self, value: T, now: Timestamp) {
        self.settle(Ok(value), now);
    }

    /// The value as last read, though a later read may have failed.
    pub(super) fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    pub(super) fn failure(&self) -> Option<&Failure> {
        self.reading.failure.as_ref()
    }

    pub(super) fn in_flight(&self) -> bool {
        self.reading.request.is_some()
    }

    pub(super) fn was_asked(&self) -> bool {
        self.value.is_some() || self.failure().is_some() || self.in_flight()
    }

    pub(super) fn forget_request(&mut self) {
        self.reading.request = None;
    }

    /// Empty again; gives the request that nobody waits for any more.
    pub(super) fn reset(&mut self) -> Option<RequestId> {
        std::mem::take(self).reading.request
    }

    pub(super) fn is_read(&self, recent: Recent) -> bool {
        self.value.is_some() && self.failure().is_none() && recent.contains(self.reading.at)
    }

    /// Read then, or being read where that counts.
    pub(super) fn is_fresh(&self, recent: Recent, on_its_way: bool) -> bool {
        on_its_way && self.in_flight() || self.is_read(recent)
    }

    /// For the rules: a value whose last reading failed counts as unreadable.
    pub(super) fn fact(&self) -> Fact<&T> {
        match (self.failure(), &self.value) {
            (Some(_), _) => Fact::Unreadable,
            (None, Some(value)) => Fact::Known(value),
            (None, None) => Fact::NotAsked,
        }
    }
}

/// How the reading of a list stands, page by page: the same code for all of them.
#[derive(Debug)]
struct Paging {
    in_flight: Vec<(RequestId, u32)>,
    next_page: u32,
    last_page: u32,
    at: Timestamp,
    complete: bool,
    failure: Option<(u32, Failure)>,
}

impl Paging {
    /// Starts from page 1 again; gives the requests that nobody waits for any more.
    fn restart(&mut self) -> Vec<RequestId> {
        let abandoned = self.in_flight.drain(..).map(|(id, _)| id).collect();
        self.next_page = 1;
        self.last_page = 1;
        self.failure = None;
        abandoned
    }

    fn forget_requests(&mut self) {
        if let Some((_, page)) = self.in_flight.first().copied() {
            self.failure.get_or_insert((
                page,
                Failure::NoAnswer {
                    message: String::new(),
                },
            ));
        }
        self.in_flight.clear();
    }

    /// Nobody waits for this page any more.
    fn answered(&mut self, page: u32) {
        self.in_flight.retain(|(_, asked)| *asked != page);
    }

    /// A page was read, and `more` of them follow; gives the pages to ask for next. Without any, all is there.
    fn read(&mut self, page: u32, more: bool, total: Option<u64>, now: Timestamp) -> Vec<u32> {
        if more {
            let estimated = total.unwrap_or(0).div_ceil(PAGE_SIZE);
            let estimated = u32::try_from(estimated).unwrap_or(u32::MAX);
            self.last_page = self.last_page.max(estimated).max(page.saturating_add(1));
        } else {
            self.last_page = self.last_page.min(page);
        }
        let mut ask = Vec::new();
        if self.failure.is_none() {
            while self.in_flight.len() + ask.len() < PAGES_AT_ONCE
                && self.next_page <= self.last_page
            {
                ask.push(self.next_page);
                self.next_page += 1;
            }
            if ask.is_empty() && self.in_flight.is_empty() {
                self.complete = true;
                self.at = now;
            }
        }
        ask
    }

    fn state(&self, is_empty: bool) -> ListState<'_> {
        let in_flight = !self.in_flight.is_empty();
        match &self.failure {
            Some((_, failure)) => ListState::Failed(failure),
            None if in_flight && is_empty => ListState::Loading,
            None if in_flight => ListState::LoadingMore,
            None if self.complete => ListState::Complete,
            None => ListState::NotAsked,
        }
    }
}

/// A list that comes page by page.
#[derive(Debug)]
pub(super) struct List<T> {
    items: Vec<T>,
    /// Pages of a second reading, until it is complete; the earlier items stay meanwhile.
    incoming: Option<Vec<T>>,
    paging: Paging,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List {
            items: Vec::new(),
            incoming: None,
            paging: Paging {
                in_flight: Vec::new(),
                next_page: 1,
                last_page: 1,
                at: Timestamp::default(),
                complete: false,
                failure: None,
            },
        }
    }
}

impl<T> List<T> {
    /// Nothing was asked; the room for items stays.
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.incoming = None;
        self.paging.complete = false;
        self.paging.at = Timestamp::default();
        self.paging.restart();
    }

    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    /// For how many items there is room now: where Atlas says how many there will be, for all of them.
    pub(super) fn room(&self) -> usize {
        self.items.capacity()
    }

    pub(super) fn items_mut(&mut self) -> &mut [T] {
        &mut self.items
    }

    pub(super) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Takes out what stands at `place`, which must be one.
    pub(super) fn remove(&mut self, place: usize) {
        self.items.remove(place);
    }

    pub(super) fn is_complete(&self) -> bool {
        self.paging.complete && self.paging.failure.is_none()
    }

    pub(super) fn in_flight(&self) -> bool {
        !self.paging.in_flight.is_empty()
    }

    pub(super) fn was_asked(&self) -> bool {
        self.paging.complete || self.paging.failure.is_some() || self.in_flight()
    }

    pub(super) fn failure(&self) -> Option<&Failure> {
        self.paging.failure.as_ref().map(|(_, failure)| failure)
    }

    pub(super) fn is_read(&self, recent: Recent) -> bool {
        self.is_complete() && recent.contains(self.paging.at)
    }

    /// Read then, or being read where that counts.
    pub(super) fn is_fresh(&self, recent: Recent, on_its_way: bool) -> bool {
        on_its_way && self.in_flight() || self.is_read(recent)
    }

    pub(super) fn asked(&mut self, id: RequestId, page: u32) {
        let paging = &mut self.paging;
        paging.in_flight.push((id, page));
        paging.next_page = paging.next_page.max(page.saturating_add(1));
    }

    /// Starts from page 1 again; gives the requests that nobody waits for any more.
    pub(super) fn restart(&mut self) -> Vec<RequestId> {
        self.incoming = (self.paging.complete || self.incoming.is_some()).then(Vec::new);
        if self.incoming.is_none() {
            self.items.clear();
        }
        self.paging.restart()
    }

    /// The page to ask for again after a failure.
    pub(super) fn retry_page(&mut self) -> Option<u32> {
        self.paging.failure.take().map(|(page, _)| page)
    }

    pub(super) fn forget_requests(&mut self) {
        self.paging.forget_requests();
    }

    /// Takes a page in; gives the pages to ask for next.
    pub(super) fn settle(
        &mut self,
        page: u32,
        reply: Result<Page<T>, Failure>,
        now: Timestamp,
    ) -> Vec<u32> {
        self.paging.answered(page);
        let mut received = match reply {
            Ok(received) => received,
            Err(failure) => {
                self.paging.failure = Some((page, failure));
                return Vec::new();
            }
        };
        let items = self.incoming.as_mut().unwrap_or(&mut self.items);
        // In one piece for as many as there will be: a list that grows by doubling leaves holes behind.
        let total = received.total_count.unwrap_or(0).min(MOST_RESERVED) as usize;
        items.reserve_exact(total.saturating_sub(items.len()));
        items.append(&mut received.results);
        let ask = self
            .paging
            .read(page, received.more, received.total_count, now);
        if ask.is_empty()
            && self.paging.in_flight.is_empty()
            && self.paging.failure.is_none()
            && let Some(incoming) = self.incoming.take()
        {
            self.items = incoming;
        }
        ask
    }

    pub(super) fn state(&self) -> ListState<'_> {
        self.paging.state(self.items.is_empty())
    }
}

/// Everything read so far. Clusters of the target project are kept in [`super::clusters::ClusterList`].
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// A backend without a session gives [`Session::default`] here.
    pub(super) session: Slot<Session>,
    pub(super) projects: List<Project>,
    pub(super) source_project: Slot<Project>,
    pub(super) source_cluster: Slot<Cluster>,
    pub(super) snapshot: Slot<Snapshot>,
    pub(super) source_clusters: List<Cluster>,
    pub(super) snapshots: List<Snapshot>,
    pub(super) target_project: Slot<Project>,
    /// The chosen target read alone: a prefilled one that the list has not, or any at a second look.
    pub(super) target_cluster: Slot<Cluster>,
    pub(super) encryption: Keyed<String, Slot<ProjectEncryption>>,
    pub(super) process_args: Keyed<ClusterRef, Slot<ProcessArgs>>,
    pub(super) jobs: Keyed<ClusterRef, List<RestoreJob>>,
    /// Of the target that was last asked for it, when its newest completed snapshot was taken; `None`: it has none.
    pub(super) newest_snapshot: Option<(ClusterRef, Option<Timestamp>)>,
}

impl Facts {
    /// The project with this id, wherever it was read.
    pub(super) fn project(&self, id: &str) -> Option<&Project> {
        let slots = [&self.source_project, &self.target_project];
        slots
            .into_iter()
            .filter_map(Slot::value)
            .chain(self.projects.items())
            .find(|project| project.id == id)
    }

    /// The running job into this cluster, and the cluster that it is listed under.
    pub(super) fn running_into(&self, target: &ClusterRef) -> Option<(&ClusterRef, &RestoreJob)> {
        self.jobs.iter().find_map(|(source, list)| {
            list.items()
                .iter()
                .find(|job| job.runs_into(&target.project_id, &target.name))
                .map(|job| (source, job))
        })
    }

    /// The job with this id, and the cluster that it is listed under.
    pub(super) fn job(&self, id: &str) -> Option<(&ClusterRef, &RestoreJob)> {
        self.jobs.iter().find_map(|(source, list)| {
            let job = list.items().iter().find(|job| job.id == id)?;
            Some((source, job))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[u32], more: bool, total: Option<u64>) -> Result<Page<u32>, Failure> {
        Ok(Page {
            results: items.to_vec(),
            more,
            total_count: total,
        })
    }

    fn ask(list: &mut List<u32>, pages: &[u32]) {
        for page in pages {
            list.asked(RequestId(u64::from(*page)), *page);
        }
    }

    #[test]
    fn list_asks_for_six_pages_at_once_and_ends_where_atlas_says() {
        let mut list = List::default();
        ask(&mut list, &[1]);
        let next = list.settle(1, page(&[1], true, Some(5_000)), Timestamp(0));
        assert_eq!(next, [2, 3, 4, 5, 6, 7]);
        ask(&mut list, &next);
        assert_eq!(list.state(), ListState::LoadingMore);
        let next = list.settle(3, page(&[3], true, Some(5_000)), Timestamp(0));
        assert_eq!(next, [8]);
        ask(&mut list, &next);
        for page_number in [2, 4, 5, 6, 7] {
            let next = list.settle(page_number, page(&[page_number], false, None), Timestamp(1));
            assert_eq!(next, Vec::<u32>::new());
        }
        list.settle(8, page(&[], false, None), Timestamp(1));
        assert!(list.is_complete());
        assert_eq!(list.items().len(), 7);
    }

    #[test]
    fn list_pages_on_where_the_count_was_too_low() {
        let mut list = List::default();
        ask(&mut list, &[1]);
        let next = list.settle(1, page(&[1], true, None), Timestamp(0));
        assert_eq!(next, [2]);
        ask(&mut list, &next);
        assert_eq!(list.settle(2, page(&[2], true, Some(1)), Timestamp(0)), [3]);
        ask(&mut list, &[3]);
        list.settle(3, page(&[], false, Some(1)), Timestamp(0));
        assert!(list.is_complete());
    }

    #[test]
    fn list_keeps_what_it_has_when_a_page_fails_and_while_it_is_read_again() {
        let mut list = List::default();
        ask(&mut list, &[1]);
        list.settle(1, page(&[1], true, Some(501)), Timestamp(0));
        ask(&mut list, &[2]);
        list.settle(2, Err(Failure::TimedOut), Timestamp(0));
        assert_eq!(list.state(), ListState::Failed(&Failure::TimedOut));
        assert_eq!(list.items(), [1]);
        assert_eq!(list.retry_page(), Some(2));
        ask(&mut list, &[2]);
        list.settle(2, page(&[2], false, None), Timestamp(5));
        assert!(list.is_read(Recent {
            since: Timestamp(5),
            until: Timestamp(9),
        }));

        list.restart();
        ask(&mut list, &[1]);
        assert_eq!(list.items(), [1, 2]);
        list.settle(1, page(&[7], false, None), Timestamp(9));
        assert_eq!(list.items(), [7]);
    }
}
