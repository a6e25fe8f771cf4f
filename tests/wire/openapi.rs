//! Every call against the API's own description.

use atlas_restore_dialog::atlas::Call;
use serde_json::{Value, json};

use crate::calls;

fn document() -> Option<Value> {
    let Some(path) = std::env::var_os("ATLAS_OPENAPI") else {
        println!("skipped: ATLAS_OPENAPI is not set");
        return None;
    };
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("ATLAS_OPENAPI {}: {error}", path.display()));
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn openapi_knows_every_call() {
    let Some(document) = document() else { return };
    for call in calls::all() {
        if let Err(complaint) = check(&document, &call) {
            panic!("{} {}: {complaint}", call.method, call.path);
        }
    }
}

#[test]
fn openapi_check_finds_faults() {
    let Some(document) = document() else { return };
    let good = calls::all();
    let spoil = |number: usize, spoil: &dyn Fn(&mut Call)| {
        let mut call = good[number].clone();
        spoil(&mut call);
        assert!(check(&document, &call).is_err(), "{call:?} passes");
    };
    spoil(0, &|call| {
        call.path = call.path.replace("groups", "projects")
    });
    spoil(0, &|call| call.path = call.path.replace("=500", "=501"));
    spoil(0, &|call| call.path.push_str("&colour=blue"));
    spoil(1, &|call| call.path.push('A'));
    spoil(3, &|call| {
        call.headers[0].1 = "application/vnd.atlas.2023-02-01+json".to_owned()
    });
    spoil(9, &|call| call.path.push_str("?pageNum=1"));
    spoil(13, &|call| call.method = "PUT");
    spoil(13, &|call| call.body = Some("{}".to_owned()));
    spoil(13, &|call| call.body = None);
    spoil(13, &|call| {
        call.headers[1].1 = "application/json".to_owned()
    });
}

fn check(document: &Value, call: &Call) -> Result<(), String> {
    let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
    let paths = document["paths"].as_object().unwrap();
    let (template, item) = paths
        .iter()
        .filter(|(template, _)| fits(template, path))
        // A literal segment wins over a parameter, as OpenAPI says.
        .min_by_key(|(template, _)| template.matches('{').count())
        .ok_or("no such path")?;
    let operation = item
        .get(call.method.to_ascii_lowercase())
        .ok_or("no such method")?;
    let parameters: Vec<&Value> = [&item["parameters"], &operation["parameters"]]
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .map(|parameter| match parameter["$ref"].as_str() {
            Some(reference) => document.pointer(&reference[1..]).unwrap(),
            None => parameter,
        })
        .collect();
    let declared = |place: &str, name: &str| {
        parameters
            .iter()
            .find(|parameter| parameter["in"] == place && parameter["name"] == name)
            .ok_or_else(|| format!("no {place} parameter {name}"))
    };
    for (name, value) in template.split('/').zip(path.split('/')) {
        if let Some(name) = name.strip_prefix('{') {
            let name = name.strip_suffix('}').unwrap();
            valid(document, &declared("path", name)?["schema"], &json!(value))?;
        }
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or("a query without a value")?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
        valid(document, &declared("query", name)?["schema"], &value)?;
    }
    let accept = call.header("Accept").ok_or("no Accept")?;
    offered(&operation["responses"]["200"]["content"], accept)?;
    match (&operation["requestBody"], &call.body) {
        (Value::Null, None) => Ok(()),
        (Value::Null, Some(_)) => Err("a body that nobody wants".to_owned()),
        (_, None) => Err("no body".to_owned()),
        (wanted, Some(body)) => {
            let content_type = call.header("Content-Type").ok_or("no Content-Type")?;
            let schema = &offered(&wanted["content"], content_type)?["schema"];
            valid(document, schema, &serde_json::from_str(body).unwrap())
        }
    }
}

fn fits(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template
            .split('/')
            .zip(path.split('/'))
            .all(|(template, segment)| template == segment || template.starts_with('{'))
}

fn offered<'a>(content: &'a Value, media_type: &str) -> Result<&'a Value, String> {
    content
        .get(media_type)
        .ok_or_else(|| format!("{media_type} is not offered"))
}

fn valid(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    // References lead into the document, so the document comes along.
    let schema = json!({ "allOf": [schema], "components": document["components"] });
    let validator = jsonschema::draft4::new(&schema).map_err(|error| error.to_string())?;
    validator
        .validate(value)
        .map_err(|error| format!("{value}: {error}"))
}
