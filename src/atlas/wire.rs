//! How wire objects are read: members by name, null for absent, everything unknown skipped without building it.
//!
//! Written by hand rather than derived: serde's derive would also read an array as an object, by position.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// Declares an object of which every member may be absent or null. A member that comes twice is an error: which of
/// the two counts is not for us to guess.
macro_rules! wire {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name<'a> {
            $(pub(super) $field: Option<$type>,)+
            pub(super) lifetime: std::marker::PhantomData<&'a ()>,
        }

        impl<'a> $crate::atlas::wire::Object<'a> for $name<'a> {
            fn member<A: serde::de::MapAccess<'a>>(
                &mut self,
                key: &str,
                map: &mut A,
            ) -> Result<(), A::Error> {
                match key {
                    $($key => $crate::atlas::wire::once(&mut self.$field, $key, map),)+
                    _ => $crate::atlas::wire::skip(map),
                }
            }
        }

        impl<'de> serde::de::Deserialize<'de> for $name<'de> {
            fn deserialize<D: serde::de::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::atlas::wire::object(from)
            }
        }
    };
}
pub(super) use wire;

/// Something read member by member.
pub(super) trait Object<'de>: Default {
    /// Reads the value of one member.
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error>;
}

/// Reads an object, and nothing else.
pub(super) fn object<'de, D: Deserializer<'de>, T: Object<'de>>(from: D) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);
    impl<'de, T: Object<'de>> Visitor<'de> for Members<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut object = T::default();
            while let Some(Text(key)) = map.next_key()? {
                object.member(&key, &mut map)?;
            }
            Ok(object)
        }
    }
    from.deserialize_map(Members(PhantomData))
}

/// Reads a member that must not come twice.
pub(super) fn once<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    slot: &mut Option<T>,
    key: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    let value = map.next_value()?;
    if slot.is_some() {
        return Err(A::Error::duplicate_field(key));
    }
    *slot = value;
    Ok(())
}

/// Passes over a member.
pub(super) fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}

/// A string, borrowed from the answer where it has no escapes.
#[derive(Default)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl Text<'_> {
    pub(super) fn into_box(self) -> Box<str> {
        self.0.into()
    }

    pub(super) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Any)
    }
}

/// A number, whole or not: Atlas writes sizes as both.
#[derive(Clone, Copy)]
pub(super) struct Number(pub(super) f64);

impl Number {
    /// A count of things; `None` where it is negative.
    pub(super) fn count(self) -> Option<u64> {
        // `as` saturates.
        (self.0 >= 0.0).then_some(self.0 as u64)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
                Ok(Number(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }
        }
        from.deserialize_f64(Any)
    }
}

/// A list whose entries may be null.
pub(super) type List<T> = Vec<Option<T>>;

/// A member whose presence says something, whatever its value.
pub(super) struct Present;

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(from).map(|_| Present)
    }
}
