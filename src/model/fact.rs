//! How well a fact is known.

/// Something that is read by a request of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// Somebody asked, and no answer could be had.
    Unreadable,
    /// The answer.
    Known(T),
}

impl<T> Fact<T> {
    /// The answer, where there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Fact::Known(value) => Some(value),
            Fact::NotAsked | Fact::Unreadable => None,
        }
    }

    /// The same fact, borrowed.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Fact::NotAsked => Fact::NotAsked,
            Fact::Unreadable => Fact::Unreadable,
            Fact::Known(value) => Fact::Known(value),
        }
    }
}
