//! A cross-site page can make a browser send a request, but can read neither a token nor set a header: the POST must
//! come from our own origin and carry the token that the person's session gave.
//!
//! The token names its time and is bound to the person by a key that all replicas share, so none of them keeps any. Its
//! time also says since when the attempt can have run: see [`crate::restore`].

use atlas_restore_dialog::model::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::secret::Secret;

/// A working day: the dialog reads the session anew before each restore.
const LIFE_MS: i64 = 12 * 3_600_000;
/// Clocks of replicas may differ by so much.
const SKEW_MS: i64 = 60_000;

/// Makes and checks tokens.
#[derive(Debug)]
pub struct Csrf {
    key: hmac::Key,
}

impl Csrf {
    /// The key follows from a secret that all replicas have.
    pub fn new(secret: &Secret) -> Self {
        let seed = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
        let derived = hmac::sign(&seed, b"atlas-restore-gateway csrf 1");
        Csrf {
            key: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        }
    }

    /// A token for this person, as of now.
    pub fn token(&self, username: &str, now: Timestamp) -> String {
        let tag = hmac::sign(&self.key, &message(username, now));
        format!("{}.{}", now.0, URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    /// When the token was made; nothing where it is another person's, too old, or none of ours.
    pub fn check(&self, token: &str, username: &str, now: Timestamp) -> Option<Timestamp> {
        let (issued, tag) = token.split_once('.')?;
        let issued = Timestamp(issued.parse().ok()?);
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.key, &message(username, issued), &tag).ok()?;
        let age = now.0.saturating_sub(issued.0);
        (-SKEW_MS..=LIFE_MS).contains(&age).then_some(issued)
    }
}

fn message(username: &str, issued: Timestamp) -> Vec<u8> {
    format!("{}\n{username}", issued.0).into_bytes()
}

/// Whether the browser says that the request comes from our own page. A caller that is no browser says neither.
///
/// `public_origin` is the page's; without one, `Origin` must name the host that the request names.
pub fn same_origin(
    fetch_site: Option<&str>,
    origin: Option<&str>,
    host: Option<&str>,
    public_origin: Option<&str>,
) -> bool {
    if fetch_site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = origin else { return true };
    match (public_origin, host) {
        (Some(ours), _) => origin.eq_ignore_ascii_case(ours),
        (None, Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host)),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    #[test]
    fn token_is_one_persons_for_a_day() {
        let csrf = Csrf::new(&Secret::new("s"));
        let token = csrf.token("maya@example.com", NOW);
        let later = |ms| Timestamp(NOW.0 + ms);
        assert_eq!(csrf.check(&token, "maya@example.com", NOW), Some(NOW));
        assert_eq!(
            csrf.check(&token, "maya@example.com", later(LIFE_MS)),
            Some(NOW)
        );
        assert_eq!(
            csrf.check(&token, "maya@example.com", later(LIFE_MS + 1)),
            None
        );
        assert_eq!(
            csrf.check(&token, "maya@example.com", later(-SKEW_MS - 1)),
            None
        );
        assert_eq!(csrf.check(&token, "kim@example.com", NOW), None);
    }

    #[test]
    fn replicas_agree_and_strangers_do_not() {
        let token = Csrf::new(&Secret::new("s")).token("maya", NOW);
        assert!(
            Csrf::new(&Secret::new("s"))
                .check(&token, "maya", NOW)
                .is_some()
        );
        assert!(
            Csrf::new(&Secret::new("t"))
                .check(&token, "maya", NOW)
                .is_none()
        );
        let moved = token.replacen("17", "18", 1);
        for forged in ["", ".", "1700000000000.", "x.y", moved.as_str()] {
            assert_eq!(
                Csrf::new(&Secret::new("s")).check(forged, "maya", NOW),
                None
            );
        }
    }

    #[test]
    fn only_our_own_page_may_post() {
        let host = Some("portal.example.com");
        let ours = Some("https://portal.example.com");
        assert!(same_origin(Some("same-origin"), ours, host, None));
        assert!(same_origin(None, None, host, None));
        assert!(same_origin(None, ours, Some("gateway:8080"), ours));
        assert!(!same_origin(Some("cross-site"), ours, host, None));
        assert!(!same_origin(Some("same-site"), None, host, None));
        assert!(!same_origin(None, Some("https://evil.example"), host, None));
        assert!(!same_origin(None, Some("null"), host, None));
        assert!(!same_origin(
            None,
            Some("https://gateway"),
            Some("gateway"),
            ours
        ));
    }
}
