//! Atlas's errors. Belongs here: their shape and the sentences of those that the sandbox gives.

use serde_json::{Value, json};

use crate::http::Response;

/// An error in Atlas's shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AtlasError {
    status: u16,
    code: &'static str,
    detail: String,
    parameters: Vec<String>,
    field: Option<String>,
}

impl AtlasError {
    pub fn new(
        status: u16,
        code: &'static str,
        parameters: &[&str],
        detail: impl Into<String>,
    ) -> Self {
        AtlasError {
            status,
            code,
            detail: detail.into(),
            parameters: parameters.iter().map(|p| (*p).to_owned()).collect(),
            field: None,
        }
    }

    /// Names the member or parameter that is wrong.
    pub fn about(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    pub fn group_not_found(id: &str) -> Self {
        AtlasError::new(
            404,
            "GROUP_NOT_FOUND",
            &[id],
            format!("No group with ID {id} exists."),
        )
    }

    pub fn cluster_not_found(name: &str, group: &str) -> Self {
        let detail = format!("No cluster named {name} exists in group {group}.");
        AtlasError::new(404, "CLUSTER_NOT_FOUND", &[name, group], detail)
    }

    pub fn snapshot_not_found(id: &str) -> Self {
        AtlasError::new(
            404,
            "SNAPSHOT_NOT_FOUND",
            &[id],
            format!("Snapshot {id} was not found."),
        )
    }

    pub fn job_not_found(id: &str) -> Self {
        AtlasError::new(
            404,
            "RESTORE_JOB_NOT_FOUND",
            &[id],
            format!("Restore job {id} was not found."),
        )
    }

    pub fn flex(name: &str) -> Self {
        let detail = format!("Flex cluster {name} cannot be used in the Cluster API.");
        AtlasError::new(
            400,
            "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API",
            &[name],
            detail,
        )
    }

    pub fn invalid_attribute(name: &str) -> Self {
        AtlasError::new(
            400,
            "INVALID_ATTRIBUTE",
            &[name],
            format!("Invalid attribute {name} specified."),
        )
        .about(name)
    }

    pub fn missing_attribute(name: &str) -> Self {
        let detail = format!("The required attribute {name} was not specified.");
        AtlasError::new(400, "MISSING_ATTRIBUTE", &[name], detail).about(name)
    }

    pub fn nothing_here(path: &str) -> Self {
        AtlasError::new(
            404,
            "RESOURCE_NOT_FOUND",
            &[path],
            format!("Cannot find resource {path}."),
        )
    }

    pub fn body(&self) -> Value {
        let mut body = json!({
            "detail": self.detail,
            "error": self.status,
            "errorCode": self.code,
            "parameters": self.parameters,
            "reason": reason(self.status),
        });
        if let (Some(field), Some(members)) = (&self.field, body.as_object_mut()) {
            let fields = json!({ "fields": [{ "description": self.detail, "field": field }] });
            members.insert("badRequestDetail".into(), fields);
        }
        body
    }
}

impl From<AtlasError> for Response {
    fn from(error: AtlasError) -> Response {
        let mut response = Response::json(error.status, "application/json", &error.body());
        response
            .headers
            .push(("x-error-code".into(), error.code.into()));
        response
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        415 => "Unsupported Media Type",
        _ => "Error",
    }
}
