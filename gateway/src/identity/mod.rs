//! Who is it? Belongs here: how a request says whose it is, and whether that can be believed; not: what the person may.

mod oidc;

use std::net::IpAddr;

use axum::http::HeaderMap;

pub use oidc::Provider;

use crate::answer::Problem;
use crate::config;

/// The longest name: an address of 254 characters.
const LONGEST: usize = 254;

/// A person, as far as the request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Atlas's username.
    pub username: String,
    /// The name that people see.
    pub name: Option<String>,
}

/// Where names come from.
#[derive(Debug)]
pub enum Identity {
    /// See [`config::Identity::Header`].
    Header {
        /// In lower case.
        header: String,
        /// In lower case.
        name_header: Option<String>,
        /// The authenticating proxy.
        trusted_peers: Vec<ipnet::IpNet>,
    },
    /// Tokens of an OpenID provider.
    Oidc(Box<Provider>),
    /// Always the same.
    Fixed(Claimed),
}

impl Identity {
    /// As configured. `fixed` stands in where the configuration names nobody.
    pub fn new(config: &config::Identity, fixed: Option<Claimed>, client: reqwest::Client) -> Self {
        match config {
            config::Identity::Header {
                header,
                name_header,
                trusted_peers,
            } => Identity::Header {
                header: header.clone(),
                name_header: name_header.clone(),
                trusted_peers: trusted_peers.clone(),
            },
            config::Identity::Oidc(oidc) => {
                Identity::Oidc(Box::new(Provider::new((**oidc).clone(), client)))
            }
            config::Identity::Fixed { username, name } => Identity::Fixed(match fixed {
                Some(fixed) if username.is_empty() => fixed,
                _ => Claimed {
                    username: username.clone(),
                    name: name.clone(),
                },
            }),
        }
    }

    /// The person that this request is from.
    ///
    /// # Errors
    /// 401, or 503 where the provider's keys can't be had.
    pub async fn of(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Claimed, Problem> {
        match self {
            Identity::Fixed(claimed) => Ok(claimed.clone()),
            Identity::Oidc(provider) => provider.of(headers).await,
            Identity::Header {
                header,
                name_header,
                trusted_peers,
            } => {
                let peer = peer.to_canonical();
                if !trusted_peers.iter().any(|net| net.contains(&peer)) {
                    return Err(unknown(
                        "The request does not come from the proxy that signs people in.",
                    ));
                }
                let username = the_one(headers, header).filter(|name| is_username(name));
                let username = username.ok_or_else(|| unknown("Nobody is signed in."))?;
                let name = name_header
                    .as_deref()
                    .and_then(|name| the_one(headers, name))
                    .map(str::to_owned);
                Ok(Claimed {
                    username: username.to_owned(),
                    name,
                })
            }
        }
    }
}

fn unknown(detail: &str) -> Problem {
    Problem::new(401, "not-signed-in", detail)
}

/// A header's value where it is there once.
fn the_one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    std::str::from_utf8(value.as_bytes()).ok().map(str::trim)
}

/// One name: what proxies join with commas would be two.
fn is_username(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && !text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == ',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-user", HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[tokio::test]
    async fn header_is_believed_only_from_the_proxy() {
        let identity = Identity::Header {
            header: "x-user".into(),
            name_header: None,
            trusted_peers: vec!["10.0.0.0/24".parse().unwrap()],
        };
        let proxy: IpAddr = "10.0.0.7".parse().unwrap();
        let mapped: IpAddr = "::ffff:10.0.0.7".parse().unwrap();
        for peer in [proxy, mapped] {
            let claimed = identity.of(&headers(&["maya@example.com"]), peer).await;
            assert_eq!(claimed.unwrap().username, "maya@example.com");
        }
        let stranger: IpAddr = "10.0.1.7".parse().unwrap();
        let refused = identity.of(&headers(&["maya@example.com"]), stranger).await;
        assert_eq!(refused.unwrap_err().status, 401);
        for values in [
            vec![],
            vec![""],
            vec!["maya@example.com", "owner@example.com"],
            vec!["maya@example.com, owner@example.com"],
            vec!["maya example"],
        ] {
            let refused = identity.of(&headers(&values), proxy).await;
            assert_eq!(refused.unwrap_err().status, 401, "{values:?}");
        }
    }
}
