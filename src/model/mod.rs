//! What exists: plain values of the restore's world, named as Atlas names them.
//!
//! Belongs here: data and what follows from the data alone (is this cluster dedicated?). Does not
//! belong here: how Atlas writes it ([`crate::atlas`]), what must hold ([`crate::rules`]).

mod cluster;
mod encryption;
mod fact;
mod job;
mod order;
mod person;
mod policy;
mod problem;
mod project;
mod request;
mod shared;
mod snapshot;
mod text;
mod time;
mod version;

pub use cluster::{
    CloudProvider, Cluster, ClusterState, ClusterType, ConfigServerType, RegionConfig,
    ReplicationSpec,
};
pub use encryption::{ClusterEncryption, KeyConfig, KeyProvider, ProjectEncryption};
pub use fact::Fact;
pub use job::{JobState, ProcessArgs, RestoreJob};
pub use order::{order, places, sorted};
pub use person::{Person, Roles, RolesById, Session};
pub use policy::{Policy, Topology};
pub use problem::{Dated, Failure, Page, Problem, ServerFinding};
pub use project::Project;
pub use request::{ClusterRef, RestoreRequest};
pub use shared::{Word, shared};
pub use snapshot::{EncryptionRecord, Snapshot, SnapshotKind, SnapshotStatus, SnapshotType};
pub use text::{around, find, holds};
pub use time::{Timestamp, WrittenTime};
pub use version::{PreRelease, Version};
