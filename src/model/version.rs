//! MongoDB versions, as values with a total order.

use std::fmt;

/// A version of `mongod`: numbers, compared field by field, then the pre-release, which sorts below its release
/// (contract section 2, FACTS section 10). An `-ent` suffix is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// 8 in `8.0.12`.
    pub major: u32,
    /// 0 in `8.0.12`.
    pub minor: u32,
    /// 12 in `8.0.12`.
    pub patch: u32,
    /// Alpha < beta < release candidate < release.
    pub pre_release: PreRelease,
}

/// What follows the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreRelease {
    /// `-alphaN`.
    Alpha(u32),
    /// `-betaN`.
    Beta(u32),
    /// `-rcN`.
    ReleaseCandidate(u32),
    /// Nothing, or `-ent`.
    Release,
}

impl Version {
    /// Reads `N.N.N`, then nothing, `-ent`, or `-alpha`, `-beta`, `-rc` with a number. `None`: unknown, `8.0` too.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let major = number(&mut rest)?;
        rest = rest.strip_prefix(b".")?;
        let minor = number(&mut rest)?;
        rest = rest.strip_prefix(b".")?;
        let patch = number(&mut rest)?;
        Some(Version {
            major,
            minor,
            patch,
            pre_release: PreRelease::parse(rest)?,
        })
    }
}

impl PreRelease {
    fn parse(suffix: &[u8]) -> Option<Self> {
        if matches!(suffix, b"" | b"-ent") {
            return Some(PreRelease::Release);
        }
        let numbered = |word: &[u8]| {
            let mut rest = suffix.strip_prefix(word)?;
            number(&mut rest).filter(|_| rest.is_empty())
        };
        numbered(b"-alpha")
            .map(PreRelease::Alpha)
            .or_else(|| numbered(b"-beta").map(PreRelease::Beta))
            .or_else(|| numbered(b"-rc").map(PreRelease::ReleaseCandidate))
    }
}

/// The digits that come next, one at least: `+1` and the empty text are no numbers here. By bytes, in one pass: each
/// verdict on a cluster reads its version.
fn number(rest: &mut &[u8]) -> Option<u32> {
    let mut value: Option<u32> = None;
    while let [digit @ b'0'..=b'9', after @ ..] = *rest {
        let digit = u32::from(digit - b'0');
        value = Some(value.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
        *rest = after;
    }
    value
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        match self.pre_release {
            PreRelease::Alpha(n) => write!(f, "-alpha{n}"),
            PreRelease::Beta(n) => write!(f, "-beta{n}"),
            PreRelease::ReleaseCandidate(n) => write!(f, "-rc{n}"),
            PreRelease::Release => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} should be a version"))
    }

    #[test]
    fn version_compares_numerically_and_pre_releases_below() {
        let ascending = [
            "7.0.30",
            "8.0.9",
            "8.0.10",
            "8.0.24-alpha9",
            "8.0.24-beta1",
            "8.0.24-rc0",
            "8.0.24-rc2",
            "8.0.24-rc10",
            "8.0.24",
            "8.2.0",
            "9.0.0",
            "10.0.0",
        ];
        for (i, low) in ascending.iter().enumerate() {
            for high in &ascending[i + 1..] {
                assert!(version(low) < version(high), "{low} < {high}");
            }
        }
        assert_eq!(version("8.0.4-ent"), version("8.0.4"));
    }

    #[test]
    fn version_refuses_what_it_cannot_order() {
        for text in [
            "",
            "8",
            "8.0",
            "8.0.1.2",
            "latest",
            "v8.0.1",
            "8.0.+1",
            "8.0.1-",
            "8.0.1-rc",
            "8.0.1-rc1-ent",
            "8.0.1-rc-1",
            "8.0.1-dev3",
            " 8.0.1",
            "8.0.1 ",
            "8..1",
            "8.0.99999999999",
            "٨.0.1",
        ] {
            assert_eq!(Version::parse(text), None, "{text:?}");
        }
    }
}
