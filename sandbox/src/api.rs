//! Atlas's operations over a world. Belongs here: which path means what, and what it answers; not: faults,
//! logging, credentials.

use serde_json::{Map, Value, json};

use crate::error::AtlasError;
use crate::http::{Request, Response, percent_decode, percent_encode};
use crate::jobs::{self, Delivery, Order};
use crate::page::{ORIGIN, Page};
use crate::sandbox::State;
use crate::world::{World, text};

const CLUSTERS_VERSION: &str = "2024-08-05";
const VERSION: &str = "2023-01-01";

type Answer = Result<Response, AtlasError>;

impl State {
    /// Answers a call below `…/api/atlas/v2`; `path` is what stands below it.
    pub(crate) fn atlas(&mut self, path: &str, request: &Request, now: i64) -> Response {
        self.operation(path, request, now)
            .unwrap_or_else(Response::from)
    }

    fn operation(&mut self, path: &str, request: &Request, now: i64) -> Answer {
        let segments = path
            .trim_start_matches('/')
            .split('/')
            .map(|segment| percent_decode(segment).ok_or_else(|| AtlasError::nothing_here(path)))
            .collect::<Result<Vec<_>, _>>()?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method.as_str();
        // A cluster may be called "groups": only the place of a word counts.
        match (method, segments.as_slice()) {
            ("GET", ["groups"]) => {
                accepts(request, VERSION)?;
                self.list_groups(request)
            }
            ("GET", ["groups", group]) => {
                accepts(request, VERSION)?;
                let group = self.group(group)?;
                Ok(found(VERSION, &group))
            }
            ("GET", ["groups", group, "encryptionAtRest"]) => {
                accepts(request, VERSION)?;
                self.group(group)?;
                Ok(found(VERSION, &self.world.encryption_at_rest(group)))
            }
            ("GET", ["groups", group, "clusters"]) => {
                accepts(request, CLUSTERS_VERSION)?;
                self.group(group)?;
                self.list_clusters(group, request)
            }
            ("GET", ["groups", group, "clusters", cluster]) => {
                accepts(request, CLUSTERS_VERSION)?;
                Ok(found(CLUSTERS_VERSION, &self.cluster(group, cluster)?))
            }
            ("GET", ["groups", group, "clusters", cluster, "processArgs"]) => {
                accepts(request, CLUSTERS_VERSION)?;
                self.cluster(group, cluster)?;
                Ok(found(CLUSTERS_VERSION, &self.process_args(group, cluster)))
            }
            ("GET", ["groups", group, "users"]) => {
                let group = self.group(group)?;
                self.list_group_users(&group, request)
            }
            ("GET", ["orgs", org, "users"]) => self.list_org_users(org, request),
            (_, ["groups", group, "clusters", cluster, "backup", rest @ ..]) => {
                self.backup(group, cluster, rest, request, now)
            }
            (
                _,
                ["groups"]
                | ["groups", _]
                | ["groups" | "orgs", _, "users"]
                | ["groups", _, "encryptionAtRest" | "clusters"]
                | ["groups", _, "clusters", _]
                | ["groups", _, "clusters", _, "processArgs"],
            ) => Err(not_allowed(method)),
            _ => Err(AtlasError::nothing_here(&format!("/api/atlas/v2{path}"))),
        }
    }

    fn backup(
        &mut self,
        group: &str,
        cluster: &str,
        rest: &[&str],
        request: &Request,
        now: i64,
    ) -> Answer {
        let method = request.method.as_str();
        match (method, rest) {
            ("GET", ["snapshots"]) => {
                let snapshots = self.snapshots(group, cluster, request, false)?;
                let path = cluster_path(group, cluster, "/backup/snapshots");
                list(request, &path, snapshots)
            }
            ("GET", ["snapshots", "shardedClusters"]) => {
                let snapshots = self.snapshots(group, cluster, request, true)?;
                let path = cluster_path(group, cluster, "/backup/snapshots/shardedClusters");
                let body = json!({
                    "links": [{ "href": format!("{ORIGIN}{path}"), "rel": "self" }],
                    "results": snapshots,
                    "totalCount": snapshots.len(),
                });
                Ok(found(VERSION, &body))
            }
            ("GET", ["snapshots", "shardedCluster", id]) => {
                self.snapshot(group, cluster, id, request, true)
            }
            ("GET", ["snapshots", id]) => self.snapshot(group, cluster, id, request, false),
            ("GET", ["restoreJobs"]) => {
                accepts(request, VERSION)?;
                self.backed_up(group, cluster)?;
                let shown = self
                    .world
                    .jobs()
                    .filter(|(g, c, _)| (*g, *c) == (group, cluster))
                    .map(|(_, _, job)| self.job_as_of(job, now))
                    .collect();
                list(
                    request,
                    &cluster_path(group, cluster, "/backup/restoreJobs"),
                    shown,
                )
            }
            ("POST", ["restoreJobs"]) => self.create_job(group, cluster, request, now),
            ("GET", ["restoreJobs", id]) => {
                accepts(request, VERSION)?;
                Ok(found(VERSION, &self.job(group, cluster, id, now)?))
            }
            ("DELETE", ["restoreJobs", id]) => {
                accepts(request, VERSION)?;
                let job = self.job(group, cluster, id, now)?;
                if text(&job, "deliveryType") != Some("download") {
                    let detail = "An automated restore cannot be cancelled.";
                    return Err(AtlasError::new(
                        400,
                        "CANNOT_CANCEL_AUTOMATED_RESTORE",
                        &[],
                        detail,
                    ));
                }
                self.world.update_job(id, &[("cancelled", json!(true))]);
                Ok(Response::empty(204))
            }
            (
                _,
                ["snapshots" | "restoreJobs"]
                | ["snapshots", _]
                | ["snapshots", "shardedCluster", _]
                | ["restoreJobs", _],
            ) => Err(not_allowed(method)),
            _ => Err(AtlasError::nothing_here(&request.path_and_query)),
        }
    }

    fn list_groups(&self, request: &Request) -> Answer {
        let own = self.world.own_groups();
        // A written-out group under a synthetic id stands where the world writes it.
        let synthetic: Vec<u32> = (0..self.world.generate.projects())
            .filter(|p| {
                self.world
                    .generate
                    .group_id(*p)
                    .is_some_and(|id| self.world.own_group(&id).is_none())
            })
            .collect();
        let body = Page::of(request)?.body("/groups", own.len() + synthetic.len(), |at| match own
            .get(at)
        {
            Some(group) => Some(group.clone()),
            None => {
                let project = synthetic.get(at - own.len())?;
                self.world
                    .generate
                    .group(&self.world.generate.group_id(*project)?)
            }
        });
        Ok(found(VERSION, &body))
    }

    fn list_clusters(&self, group: &str, request: &Request) -> Answer {
        let world = &self.world;
        let mut first = Vec::new();
        let mut instead = std::collections::BTreeMap::new();
        for cluster in world.own_clusters(group) {
            let number =
                text(cluster, "name").and_then(|name| world.generate.cluster_number(group, name));
            match number {
                // Where a synthetic cluster has changed, it stays in its place, or pages would shift.
                Some(number) => {
                    instead.insert(number, cluster);
                }
                None if is_flex(cluster) => {}
                None => first.push(cluster),
            }
        }
        let total = first.len() + world.generate.cluster_count(group) as usize;
        let path = format!("/groups/{group}/clusters");
        let body = Page::of(request)?.body(&path, total, |at| match first.get(at) {
            Some(cluster) => Some((*cluster).clone()),
            None => {
                let number = u32::try_from(at - first.len()).ok()?;
                match instead.get(&number) {
                    Some(cluster) => Some((*cluster).clone()).filter(|cluster| !is_flex(cluster)),
                    None => world.generate.cluster_at(group, number),
                }
            }
        });
        Ok(found(CLUSTERS_VERSION, &body))
    }

    fn group(&self, id: &str) -> Result<Value, AtlasError> {
        if let Some(group) = self.world.group(id) {
            return Ok(group);
        }
        if jobs::is_object_id(id) {
            return Err(AtlasError::group_not_found(id));
        }
        Err(AtlasError::new(
            400,
            "INVALID_GROUP_ID",
            &[id],
            format!("An invalid group ID {id} was specified."),
        ))
    }

    fn cluster(&self, group: &str, name: &str) -> Result<Value, AtlasError> {
        self.group(group)?;
        match self.world.cluster(group, name) {
            None => Err(AtlasError::cluster_not_found(name, group)),
            Some(cluster) if is_flex(&cluster) => Err(AtlasError::flex(name)),
            Some(cluster) => Ok(cluster),
        }
    }

    /// Whether there can be backups: of a cluster, or of a deleted one that left some.
    fn backed_up(&self, group: &str, name: &str) -> Result<(), AtlasError> {
        match self.cluster(group, name) {
            Ok(_) => Ok(()),
            Err(error) => {
                let left = self.world.has_group(group)
                    && self.world.cluster(group, name).is_none()
                    && (!self.world.snapshots(group, name, self.started).is_empty()
                        || self.world.jobs().any(|(g, c, _)| (g, c) == (group, name)));
                if left { Ok(()) } else { Err(error) }
            }
        }
    }

    fn process_args(&self, group: &str, cluster: &str) -> Value {
        let mut args = json!({
            "changeStreamOptionsPreAndPostImagesExpireAfterSeconds": null,
            "chunkMigrationConcurrency": null,
            "customOpensslCipherConfigTls12": [],
            "customOpensslCipherConfigTls13": [],
            "defaultMaxTimeMS": null,
            "defaultWriteConcern": null,
            "javascriptEnabled": true,
            "minimumEnabledTlsProtocol": "TLS1_2",
            "noTableScan": false,
            "oplogMinRetentionHours": null,
            "oplogSizeMB": null,
            "queryStatsLogVerbosity": 1,
            "sampleRefreshIntervalBIConnector": null,
            "sampleSizeBIConnector": null,
            "tlsCipherConfigMode": "DEFAULT",
            "transactionLifetimeLimitSeconds": null,
        });
        match (
            args.as_object_mut(),
            self.world.process_args(group, cluster),
        ) {
            (Some(args), Some(Value::Object(own))) => {
                args.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            (_, Some(other)) if !other.is_null() => return other.clone(),
            _ => {}
        }
        args
    }

    fn snapshots(
        &self,
        group: &str,
        cluster: &str,
        request: &Request,
        sharded: bool,
    ) -> Result<Vec<Value>, AtlasError> {
        accepts(request, VERSION)?;
        self.backed_up(group, cluster)?;
        let source = self.world.cluster(group, cluster);
        let mut snapshots = self.world.snapshots(group, cluster, self.started);
        snapshots.retain(|snapshot| is_sharded(snapshot, source.as_ref()) == sharded);
        Ok(snapshots)
    }

    fn snapshot(
        &self,
        group: &str,
        cluster: &str,
        id: &str,
        request: &Request,
        sharded: bool,
    ) -> Answer {
        let snapshots = self.snapshots(group, cluster, request, sharded)?;
        match snapshots
            .iter()
            .find(|snapshot| text(snapshot, "id") == Some(id))
        {
            Some(snapshot) => Ok(found(VERSION, snapshot)),
            None if jobs::is_object_id(id) => Err(AtlasError::snapshot_not_found(id)),
            None => {
                let detail = format!("An invalid snapshot ID {id} was specified.");
                Err(AtlasError::new(404, "INVALID_SNAPSHOT_ID", &[id], detail))
            }
        }
    }

    fn job_as_of(&self, job: &Value, now: i64) -> Value {
        let started = text(job, "id")
            .and_then(|id| self.jobs_started.get(id))
            .copied();
        jobs::as_of(job, started, &self.world, now)
    }

    fn job(&self, group: &str, cluster: &str, id: &str, now: i64) -> Result<Value, AtlasError> {
        self.backed_up(group, cluster)?;
        let job = self
            .world
            .jobs()
            .find(|(g, c, job)| (*g, *c) == (group, cluster) && text(job, "id") == Some(id));
        match job {
            Some((_, _, job)) => Ok(self.job_as_of(job, now)),
            None if jobs::is_object_id(id) => Err(AtlasError::job_not_found(id)),
            None => {
                let detail = format!("An invalid restore job ID {id} was specified.");
                Err(AtlasError::new(
                    400,
                    "INVALID_RESTORE_JOB_ID",
                    &[id],
                    detail,
                ))
            }
        }
    }

    fn create_job(&mut self, group: &str, cluster: &str, request: &Request, now: i64) -> Answer {
        accepts(request, VERSION)?;
        has_media_type(request, VERSION)?;
        self.backed_up(group, cluster)?;
        let order = Order::parse(&request.body)?;
        let source = self.world.cluster(group, cluster);
        let snapshot = match &order.snapshot {
            None => None,
            Some(id) => Some(self.snapshot_to_restore(group, cluster, id)?),
        };
        if let Some(refusal) = snapshot
            .as_ref()
            .and_then(|snapshot| jobs::refuses_snapshot(snapshot, now))
        {
            return Err(refusal);
        }
        let oplog = source
            .as_ref()
            .is_some_and(|source| source.get("pitEnabled") == Some(&Value::Bool(true)));
        if order.delivery == Delivery::PointInTime && !oplog {
            let detail = format!("Cluster {cluster} has no oplog backups to restore from.");
            return Err(AtlasError::new(
                400,
                "INVALID_PIT_RESTORE_TIME",
                &[cluster],
                detail,
            ));
        }
        if let Some((target_group, target_name)) = &order.target {
            let target = self.cluster(target_group, target_name)?;
            self.fits(&target, now)?;
            let refusal = snapshot
                .as_ref()
                .and_then(|snapshot| jobs::refuses_encryption(snapshot, source.as_ref(), &target));
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
        }
        self.ids_given += 1;
        let id = jobs::new_id(now, self.ids_given);
        let job = order.job(group, cluster, &id, snapshot.as_ref());
        self.world.add_job(group, cluster, job.clone());
        self.jobs_started.insert(id, now);
        Ok(found(VERSION, &self.job_as_of(&job, now)))
    }

    fn snapshot_to_restore(
        &self,
        group: &str,
        cluster: &str,
        id: &str,
    ) -> Result<Value, AtlasError> {
        let snapshots = self.world.snapshots(group, cluster, self.started);
        if let Some(snapshot) = snapshots
            .iter()
            .find(|snapshot| text(snapshot, "id") == Some(id))
        {
            return Ok(snapshot.clone());
        }
        let of_a_shard = snapshots.iter().any(|snapshot| {
            let members = snapshot
                .get("members")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            members
                .filter_map(|member| text(member, "id"))
                .any(|member| member == id)
        });
        if of_a_shard {
            let detail = "An automated restore of a single shard is not allowed.";
            return Err(AtlasError::new(
                400,
                "AUTOMATED_RESTORE_OF_SHARD_NOT_ALLOWED",
                &[id],
                detail,
            ));
        }
        Err(AtlasError::snapshot_not_found(id))
    }

    fn fits(&self, target: &Value, now: i64) -> Result<(), AtlasError> {
        let (group, name) = (
            text(target, "groupId"),
            text(target, "name").unwrap_or_default(),
        );
        if target.get("paused") == Some(&Value::Bool(true)) {
            let detail =
                format!("Cluster {name} is paused: a paused cluster cannot be restored to.");
            return Err(AtlasError::new(
                400,
                "CLUSTER_PAUSED_CANNOT_RESTORE",
                &[name],
                detail,
            ));
        }
        let runs = self.world.jobs().any(|(_, _, job)| {
            text(job, "targetGroupId") == group
                && text(job, "targetClusterName") == Some(name)
                && !jobs::has_ended(&self.job_as_of(job, now))
        });
        if runs {
            let detail = format!("A restore is already in progress for cluster {name}.");
            return Err(AtlasError::new(
                409,
                "ATLAS_CLUSTER_RESTORE_IN_PROGRESS",
                &[name],
                detail,
            ));
        }
        Ok(())
    }
}

/// What a world looks like to whoever asks `GET /sandbox/world`.
pub(crate) fn world_as_is(world: &World) -> Response {
    Response::json(200, "application/json", world.value())
}

fn list(request: &Request, path: &str, items: Vec<Value>) -> Answer {
    let body = Page::of(request)?.body(path, items.len(), |at| items.get(at).cloned());
    Ok(found(VERSION, &body))
}

pub(crate) fn found(version: &str, body: &Value) -> Response {
    Response::json(
        200,
        &format!("application/vnd.atlas.{version}+json;charset=utf-8"),
        body,
    )
}

fn cluster_path(group: &str, cluster: &str, rest: &str) -> String {
    format!("/groups/{group}/clusters/{}{rest}", percent_encode(cluster))
}

fn is_flex(cluster: &Value) -> bool {
    let specs = cluster
        .get("replicationSpecs")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    specs
        .filter_map(|spec| spec.get("regionConfigs").and_then(Value::as_array))
        .flatten()
        .any(|config| text(config, "providerName") == Some("FLEX"))
}

fn is_sharded(snapshot: &Value, source: Option<&Value>) -> bool {
    match text(snapshot, "type") {
        Some(kind) => kind == "shardedCluster",
        None => source
            .and_then(|source| text(source, "clusterType"))
            .is_some_and(|kind| kind != "REPLICASET"),
    }
}

fn not_allowed(method: &str) -> AtlasError {
    AtlasError::new(
        405,
        "METHOD_NOT_ALLOWED",
        &[method],
        format!("The method {method} is not allowed here."),
    )
}

/// Whether the caller takes the one version that the sandbox speaks. Somebody who names none gets it.
pub(crate) fn accepts(request: &Request, version: &str) -> Result<(), AtlasError> {
    let accept = request.header("accept").unwrap_or("*/*");
    let wanted = format!("application/vnd.atlas.{version}+json");
    let fits = accept.split(',').any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        range.eq_ignore_ascii_case(&wanted)
            || matches!(range, "" | "*/*" | "application/*" | "application/json")
    });
    if fits {
        return Ok(());
    }
    let detail = format!("No version of this resource answers to {accept}; it has {wanted}.");
    Err(AtlasError::new(
        406,
        "INVALID_VERSION_DATE",
        &[accept],
        detail,
    ))
}

fn has_media_type(request: &Request, version: &str) -> Result<(), AtlasError> {
    let sent = request.header("content-type").unwrap_or_default();
    let media_type = sent.split(';').next().unwrap_or_default().trim();
    let wanted = format!("application/vnd.atlas.{version}+json");
    if media_type.eq_ignore_ascii_case(&wanted)
        || media_type.eq_ignore_ascii_case("application/json")
    {
        return Ok(());
    }
    let detail = format!("The media type {sent} is not supported; {wanted} is.");
    Err(AtlasError::new(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        &[sent],
        detail,
    ))
}

/// What a page gets from a proxy whose login has run out.
pub(crate) fn login_page() -> Response {
    let page = "<!doctype html>\n<html lang=\"en\"><head><title>Sign in</title></head>\
        <body><h1>Sign in</h1><form method=\"post\" action=\"/login\"><input name=\"user\"><button>Continue</button></form></body></html>\n";
    Response::bytes(200, "text/html;charset=utf-8", page.as_bytes().to_vec())
}

/// An error of the backend itself, in Atlas's shape.
pub(crate) fn refusal(status: u16, code: &'static str, detail: &str) -> Response {
    AtlasError::new(status, code, &[], detail).into()
}

/// The 401 that Atlas gives before it knows who is calling.
pub(crate) fn unauthorized() -> Response {
    let mut body = Map::new();
    body.insert("error".into(), json!(401));
    body.insert("reason".into(), json!("Unauthorized"));
    body.insert(
        "detail".into(),
        json!("You are not authorized for this resource."),
    );
    body.insert("errorCode".into(), json!("UNEXPECTED_ERROR"));
    let mut response = Response::json(401, "application/json", &Value::Object(body));
    response.headers.push((
        "www-authenticate".into(),
        "Bearer realm=\"MMS Public API\"".into(),
    ));
    response
}
