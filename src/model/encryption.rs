//! Encryption at Rest using Customer Key Management.

use super::Word;

/// A key management service that Atlas can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyProvider {
    /// AWS KMS.
    Aws,
    /// Azure Key Vault.
    Azure,
    /// Google Cloud KMS.
    Gcp,
}

impl KeyProvider {
    /// Atlas's word for it: `AWS`, `AZURE` or `GCP`.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyProvider::Aws => "AWS",
            KeyProvider::Azure => "AZURE",
            KeyProvider::Gcp => "GCP",
        }
    }
}

/// A cluster's `encryptionAtRestProvider`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterEncryption {
    /// The field is absent, null or empty.
    Absent,
    /// `NONE`: no customer key.
    None,
    /// A provider that we know.
    Provider(KeyProvider),
    /// A provider that we don't know, as Atlas wrote it.
    Unknown(Word),
}

/// A project's key configurations (`encryptionAtRest`), one for each provider that has an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectEncryption {
    /// `awsKms`.
    pub aws: Option<KeyConfig>,
    /// `azureKeyVault`.
    pub azure: Option<KeyConfig>,
    /// `googleCloudKms`.
    pub gcp: Option<KeyConfig>,
}

impl ProjectEncryption {
    /// The entry for `provider`.
    pub fn entry(&self, provider: KeyProvider) -> Option<&KeyConfig> {
        match provider {
            KeyProvider::Aws => self.aws.as_ref(),
            KeyProvider::Azure => self.azure.as_ref(),
            KeyProvider::Gcp => self.gcp.as_ref(),
        }
    }
}

/// What is known of one provider's current key in a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyConfig {
    /// Somebody switched this provider on for the project.
    pub enabled: Option<bool>,
    /// The key can encrypt and decrypt now.
    pub valid: Option<bool>,
    /// Region of the key (AWS).
    pub region: Option<Box<str>>,
}
