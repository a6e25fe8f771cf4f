//! Worlds: the examples of the sandbox, changed where a journey needs it.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The project that all examples restore from.
pub const STOREFRONT: &str = "64f1c0de0a1b2c3d4e5f6001";
/// The project next to it.
pub const STAGING: &str = "64f1c0de0a1b2c3d4e5f6002";
/// A third project, with other providers.
pub const ANALYTICS: &str = "64f1c0de0a1b2c3d4e5f6003";
/// A project that Maya may only read.
pub const PAYMENTS: &str = "64f1c0de0a1b2c3d4e5f6004";
/// The newest snapshot of `orders`.
pub const SNAPSHOT: &str = "6b04efa0066650660db4c887";

/// A world for the sandbox.
#[derive(Debug, Clone)]
pub struct World(pub Value);

impl World {
    /// One of `sandbox/examples`.
    pub fn example(name: &str) -> Result<World> {
        let file = examples().join(format!("{name}.json"));
        let text = std::fs::read(&file).with_context(|| format!("no example {name}"))?;
        Ok(World(serde_json::from_slice(&text)?))
    }

    /// Names and titles of all examples, in their order.
    pub fn examples() -> Result<Vec<Value>> {
        let text = std::fs::read(examples().join("index.json"))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// With another value of a top-level member.
    pub fn with(mut self, member: &str, value: Value) -> World {
        self.0[member] = value;
        self
    }

    /// With one fault more.
    pub fn fault(mut self, method: &str, path: &str, when: Value, what: Value) -> World {
        let mut fault = json!({"method": method, "path": path, "do": what});
        for (name, value) in when.as_object().into_iter().flatten() {
            fault[name] = value.clone();
        }
        if !self.0["faults"].is_array() {
            self.0["faults"] = json!([]);
        }
        if let Some(faults) = self.0["faults"].as_array_mut() {
            faults.push(fault);
        }
        self
    }

    /// With members of one cluster changed.
    pub fn cluster(mut self, name: &str, changes: Value) -> World {
        for cluster in self.0["clusters"].as_array_mut().into_iter().flatten() {
            if cluster["name"] == name {
                for (member, value) in changes.as_object().into_iter().flatten() {
                    cluster[member] = value.clone();
                }
            }
        }
        self
    }

    /// With a copy of a cluster of another name.
    pub fn copy_of_cluster(mut self, name: &str, id: &str, other: &str) -> World {
        let copy = self.0["clusters"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|cluster| cluster["name"] == name)
            .cloned();
        if let (Some(mut copy), Some(clusters)) = (copy, self.0["clusters"].as_array_mut()) {
            copy["name"] = json!(other);
            copy["id"] = json!(id);
            clusters.push(copy);
        }
        self
    }

    /// The id of a cluster.
    pub fn cluster_id(&self, name: &str) -> Result<String> {
        let found = self.0["clusters"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|cluster| cluster["name"] == name);
        Ok(found
            .and_then(|cluster| cluster["id"].as_str())
            .with_context(|| format!("the world has no cluster {name}"))?
            .to_owned())
    }
}

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../sandbox/examples")
        .to_path_buf()
}
