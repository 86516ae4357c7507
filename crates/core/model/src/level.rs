use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Digest, Name};

/// One value of a factor or parameter: a truth value, an integer, a finite
/// number or a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Level {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number with a fraction.
    Number(f64),
    /// A text.
    Text(String),
}

/// What every parameter of an arm is set to.
pub type Settings = BTreeMap<Name, Level>;

/// Some parameters and their levels, as a study file writes them.
pub type Setting = BTreeMap<Name, Level>;

impl fmt::Display for Level {
    /// Writes the level as a command line would carry it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(formatter, "{flag}"),
            Self::Integer(integer) => write!(formatter, "{integer}"),
            Self::Number(number) => write!(formatter, "{number:?}"),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Integer(integer) => serializer.serialize_i64(*integer),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl Visitor<'_> for Visit {
            type Value = Level;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a truth value, a number or a text")
            }
            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Level, E> {
                Ok(Level::Flag(flag))
            }
            fn visit_i64<E: de::Error>(self, integer: i64) -> Result<Level, E> {
                Ok(Level::Integer(integer))
            }
            fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Level, E> {
                i64::try_from(integer).map(Level::Integer).map_err(|_| E::custom("an integer level must fit 64 bits"))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Level, E> {
                if number.is_finite() { Ok(Level::Number(number)) } else { Err(E::custom("a level must be finite")) }
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Level, E> {
                Ok(Level::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Visit)
    }
}

impl JsonSchema for Level {
    fn schema_name() -> Cow<'static, str> {
        "Level".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["boolean", "integer", "number", "string"],
            "description": "One value of a factor or parameter: a truth value, a number or a text.",
        })
    }
}

/// The seeds of a design: how many, or which.
///
/// A count is the safer choice: the seeds are then drawn from the digest of
/// the registered protocol, so that nobody can choose them by their results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeds {
    /// So many seeds, drawn from the protocol's digest.
    Count(u32),
    /// These seeds.
    List(Vec<u64>),
}

impl Seeds {
    /// The most seeds that a count may ask for; a plan lists every run.
    pub const MOST: u32 = 1_000_000;

    /// How many seeds there are.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Count(count) => *count as usize,
            Self::List(seeds) => seeds.len(),
        }
    }
}

/// Draws seed number `index` for a study from the digest of its first protocol.
///
/// Between 0 and 2^31 - 1, which every generator in use accepts as a seed.
#[must_use]
pub fn seed_from(key: &Digest, index: u32) -> u64 {
    let hash = blake3::derive_key("gosset 2026 seed of a block", &[key.as_bytes(), &index.to_le_bytes()[..]].concat());
    u64::from(u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 1)
}

impl Serialize for Seeds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u32(*count),
            Self::List(seeds) => seeds.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Seeds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Seeds;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number of seeds or a list of seeds")
            }
            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Seeds, E> {
                u32::try_from(count)
                    .map(Seeds::Count)
                    .map_err(|_| E::custom("a number of seeds lies between 0 and 4294967295"))
            }
            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Seeds, E> {
                u32::try_from(count)
                    .map(Seeds::Count)
                    .map_err(|_| E::custom("a number of seeds lies between 0 and 4294967295"))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut sequence: A) -> Result<Seeds, A::Error> {
                let mut seeds = Vec::new();
                while let Some(seed) = sequence.next_element::<u64>()? {
                    seeds.push(seed);
                }
                Ok(Seeds::List(seeds))
            }
        }
        deserializer.deserialize_any(Visit)
    }
}

impl JsonSchema for Seeds {
    fn schema_name() -> Cow<'static, str> {
        "Seeds".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "array"],
            "minimum": 1,
            "maximum": Self::MOST,
            "items": { "type": "integer", "format": "uint64", "minimum": 0 },
            "description": "How many seeds (drawn from the digest of the registered protocol), or a list of seeds.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_fraction_on_the_command_line() {
        assert_eq!(Level::Number(1.0).to_string(), "1.0");
        assert_eq!(Level::Number(1e-5).to_string(), "1e-5");
        assert_eq!(Level::Integer(1).to_string(), "1");
    }

    #[test]
    fn drawn_seeds_fit_31_bits_and_differ() {
        let key = Digest::of(b"a protocol");
        let seeds: std::collections::BTreeSet<u64> = (0..1000).map(|index| seed_from(&key, index)).collect();
        // Chance of a collision among 1,000 of 2^31: about 2e-4; the key is fixed.
        assert_eq!(seeds.len(), 1000);
        assert!(seeds.iter().all(|seed| *seed < 1 << 31));
    }
}
