//! Who is it? What the settings say about it.

use ipnet::IpNet;
use jsonwebtoken::Algorithm;

use super::{Checked, is_safe};
use crate::settings::{SettingError, Settings};

/// Where the person's name comes from.
#[derive(Clone, Debug)]
pub enum Identity {
    /// An authenticating proxy puts it into a header.
    Header {
        /// Which, in lower case.
        header: String,
        /// Another with the name that people see.
        name_header: Option<String>,
        /// Only these addresses are believed.
        trusted_peers: Vec<IpNet>,
    },
    /// A token of an OpenID provider.
    Oidc(Box<Oidc>),
    /// Always the same, with the sandbox only.
    Fixed {
        /// Login name.
        username: String,
        /// The name that people see.
        name: Option<String>,
    },
}

/// An OpenID provider and what its tokens must say.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// `iss`.
    pub issuer: String,
    /// `aud` must hold it.
    pub audience: String,
    /// Where the keys are; without it the provider's discovery document says so.
    pub jwks_url: Option<String>,
    /// Signatures that are accepted; never a symmetric one.
    pub algorithms: Vec<Algorithm>,
    /// The header with the token, in lower case.
    pub token_header: String,
    /// The claim that is Atlas's username.
    pub username_claim: String,
    /// The claim that people see.
    pub name_claim: String,
}

/// Reads it.
///
/// # Errors
/// The key that is missing or wrong.
pub(super) fn read(settings: &Settings, sandbox: bool) -> Checked<Identity> {
    let source = match settings.text("identity.source") {
        None if sandbox => "fixed",
        _ => settings.required("identity.source")?,
    };
    match source {
        "fixed" if sandbox => Ok(Identity::Fixed {
            username: settings
                .text("identity.username")
                .unwrap_or_default()
                .to_owned(),
            name: settings.text("identity.name").map(str::to_owned),
        }),
        "fixed" => Err(SettingError::new(
            "identity.source",
            "\"fixed\" is only for the sandbox",
        )),
        "header" => header_identity(settings),
        "oidc" => oidc_identity(settings),
        other => Err(SettingError::new(
            "identity.source",
            format!("expected \"header\" or \"oidc\", found \"{other}\""),
        )),
    }
}

fn header_name(settings: &Settings, key: &str, default: Option<&str>) -> Checked<String> {
    let text = match (settings.text(key), default) {
        (Some(text), _) => text,
        (None, Some(default)) => default,
        (None, None) => settings.required(key)?,
    };
    axum::http::HeaderName::try_from(text)
        .map(|name| name.as_str().to_owned())
        .map_err(|_| SettingError::new(key, format!("expected a header's name, found {text}")))
}

fn header_identity(settings: &Settings) -> Checked<Identity> {
    let key = "identity.trusted_peers";
    let peers = settings.list(key).unwrap_or_default();
    if peers.is_empty() {
        return Err(SettingError::new(
            key,
            "is needed: the addresses of the authenticating proxy, such as 10.0.0.0/24",
        ));
    }
    let trusted_peers = peers
        .iter()
        .map(|text| {
            text.parse::<IpNet>()
                .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
                .map_err(|_| SettingError::new(key, format!("{text} is no address or network")))
        })
        .collect::<Checked<Vec<_>>>()?;
    Ok(Identity::Header {
        header: header_name(settings, "identity.header", None)?,
        name_header: settings
            .text("identity.name_header")
            .map(|_| header_name(settings, "identity.name_header", None))
            .transpose()?,
        trusted_peers,
    })
}

fn oidc_identity(settings: &Settings) -> Checked<Identity> {
    let key = "identity.algorithms";
    let names = settings
        .list(key)
        .unwrap_or_else(|| vec!["RS256".into(), "ES256".into()]);
    let algorithms = names
        .iter()
        .map(|name| match name.parse::<Algorithm>() {
            Ok(Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) | Err(_) => Err(
                SettingError::new(key, format!("{name} is no asymmetric signature")),
            ),
            Ok(algorithm) => Ok(algorithm),
        })
        .collect::<Checked<Vec<_>>>()?;
    if algorithms.is_empty() {
        return Err(SettingError::new(key, "names none"));
    }
    let url = |key: &str, text: &str| -> Checked<String> {
        match reqwest::Url::parse(text) {
            Ok(url) if is_safe(&url) => Ok(text.to_owned()),
            Ok(_) => Err(SettingError::new(key, "expected https")),
            _ => Err(SettingError::new(key, format!("{text} is no URL"))),
        }
    };
    let text = |key: &str, default: &str| settings.text(key).unwrap_or(default).to_owned();
    Ok(Identity::Oidc(Box::new(Oidc {
        issuer: url("identity.issuer", settings.required("identity.issuer")?)?,
        audience: settings.required("identity.audience")?.to_owned(),
        jwks_url: settings
            .text("identity.jwks_url")
            .map(|text| url("identity.jwks_url", text))
            .transpose()?,
        algorithms,
        token_header: header_name(settings, "identity.token_header", Some("authorization"))?,
        username_claim: text("identity.username_claim", "email"),
        name_claim: text("identity.name_claim", "name"),
    })))
}
