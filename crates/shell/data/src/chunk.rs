//! A compact form of a series for storage, and back.
//!
//! Layout, version 1 (a varint is LEB128; a signed number is zigzagged first;
//! a difference wraps around, so that every `i64` survives):
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version, 1 |
//! | varint | the number of points, n |
//! | 1 | times: 0 for none, 1 for every point, 2 for some |
//! | n varints | each step less the step before (the first less 0) |
//! | (n + 7) / 8, if times is 2 | a bit a point, lowest first: it has a time |
//! | varints, one a time | each time less the time before (the first less 0) |
//! | 8 n | the values, little-endian, every bit of a NaN kept |
//! | 8 | the first 8 bytes of the BLAKE3 hash of all before |

use crate::series::Series;

const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 8;
const NO_TIMES: u8 = 0;
const ALL_TIMES: u8 = 1;
const SOME_TIMES: u8 = 2;

/// Why bytes are not a chunk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// It is shorter than the smallest chunk.
    #[error("the chunk has {size_bytes} bytes, fewer than any chunk has")]
    TooShort {
        /// Its length.
        size_bytes: usize,
    },
    /// A later program wrote it, or it is something else.
    #[error("the chunk has version {found}, this program reads version {VERSION}")]
    UnknownVersion {
        /// Its version byte.
        found: u8,
    },
    /// Its checksum does not match: some of its bytes have changed.
    #[error("the checksum of the chunk does not match its {size_bytes} bytes")]
    WrongChecksum {
        /// Its length.
        size_bytes: usize,
    },
    /// The checksum matches, yet the content contradicts itself.
    #[error("the chunk contradicts itself at byte {at}: expected {expected}")]
    Malformed {
        /// The place, in bytes from 0.
        at: usize,
        /// What ought to stand there.
        expected: &'static str,
    },
}

impl ChunkError {
    /// A stable kebab-case code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "chunk-too-short",
            Self::UnknownVersion { .. } => "chunk-version-unknown",
            Self::WrongChecksum { .. } => "chunk-checksum-wrong",
            Self::Malformed { .. } => "chunk-malformed",
        }
    }

    /// What the reader can do.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        vec![match self {
            Self::UnknownVersion { .. } => "update gosset to the version that wrote the record".to_owned(),
            Self::TooShort { .. } | Self::WrongChecksum { .. } | Self::Malformed { .. } => {
                "restore the record from a backup, or collect the metric log of the run again".to_owned()
            }
        }]
    }
}

/// Encodes a series; steps at regular distances below 64 take one byte each, times
/// less than eight seconds apart two, values eight.
///
/// # Panics
/// If the three lists differ in length.
#[must_use]
pub fn encode(steps: &[i64], times_ms: &[Option<i64>], values: &[f64]) -> Vec<u8> {
    assert!(steps.len() == values.len() && times_ms.len() == values.len(), "the lists of a series have one length");
    let mut bytes = Vec::with_capacity(32 + values.len() * 11);
    bytes.push(VERSION);
    put_varint(&mut bytes, values.len() as u64);
    let n_times = times_ms.iter().flatten().count();
    let times = match n_times {
        0 => NO_TIMES,
        n if n == times_ms.len() => ALL_TIMES,
        _ => SOME_TIMES,
    };
    bytes.push(times);
    put_differences(&mut bytes, steps.iter().copied());
    if times == SOME_TIMES {
        bytes.extend(times_ms.chunks(8).map(|eight| {
            eight.iter().enumerate().fold(0_u8, |bits, (at, time)| bits | (u8::from(time.is_some()) << at))
        }));
    }
    put_differences(&mut bytes, times_ms.iter().flatten().copied());
    for value in values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    let checksum = blake3::hash(&bytes);
    bytes.extend_from_slice(&checksum.as_bytes()[..CHECKSUM_BYTES]);
    bytes
}

/// Decodes what [`encode`] wrote, every bit of it.
///
/// # Errors
/// [`ChunkError`] if the bytes are anything else, however they came about.
pub fn decode(bytes: &[u8]) -> Result<Series, ChunkError> {
    // Version, count and times take a byte each.
    if bytes.len() < 3 + CHECKSUM_BYTES {
        return Err(ChunkError::TooShort { size_bytes: bytes.len() });
    }
    if bytes[0] != VERSION {
        return Err(ChunkError::UnknownVersion { found: bytes[0] });
    }
    let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
    if blake3::hash(content).as_bytes()[..CHECKSUM_BYTES] != *checksum {
        return Err(ChunkError::WrongChecksum { size_bytes: bytes.len() });
    }
    let mut input = Input { bytes: content, at: 1 };
    let n = usize::try_from(input.varint()?).unwrap_or(usize::MAX);
    // A point takes nine bytes at least; a larger count must not allocate.
    if n > content.len() / 9 {
        return Err(input.malformed("a number of points that the chunk has room for"));
    }
    let times = input.take(1, "how many points have a time")?[0];
    let steps = input.differences(n, |step| step)?;
    let times_ms = match times {
        NO_TIMES => vec![None; n],
        ALL_TIMES => input.differences(n, Some)?,
        SOME_TIMES => input.some_times(n)?,
        _ => {
            return Err(ChunkError::Malformed { at: input.at, expected: "times to be none, all or some" });
        }
    };
    let values = input.take(n * 8, "the values")?;
    let values = values.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    if input.at != content.len() {
        return Err(input.malformed("the end"));
    }
    Ok(Series { steps, times_ms, values })
}

fn put_differences(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = i64>) {
    let mut before = 0_i64;
    for number in numbers {
        let difference = number.wrapping_sub(before);
        put_varint(bytes, ((difference << 1) ^ (difference >> 63)).cast_unsigned());
        before = number;
    }
}

fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

struct Input<'chunk> {
    bytes: &'chunk [u8],
    at: usize,
}

impl<'chunk> Input<'chunk> {
    fn malformed(&self, expected: &'static str) -> ChunkError {
        ChunkError::Malformed { at: self.at, expected }
    }

    fn take(&mut self, count: usize, expected: &'static str) -> Result<&'chunk [u8], ChunkError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| self.malformed(expected))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, ChunkError> {
        // Regular steps take this way.
        if let Some(&byte) = self.bytes.get(self.at)
            && byte < 0x80
        {
            self.at += 1;
            return Ok(u64::from(byte));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Result<u64, ChunkError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let Some(&byte) = self.bytes.get(self.at) else {
                break;
            };
            let bits = u64::from(byte & 0x7F);
            if shift == 63 && bits > 1 {
                break;
            }
            self.at += 1;
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.malformed("a number of at most 64 bits"))
    }

    fn differences<T>(&mut self, n: usize, wrap: impl Fn(i64) -> T) -> Result<Vec<T>, ChunkError> {
        let mut numbers = Vec::with_capacity(n);
        let mut before = 0_i64;
        for _ in 0..n {
            let zigzag = self.varint()?;
            let difference = (zigzag >> 1).cast_signed() ^ -((zigzag & 1).cast_signed());
            before = before.wrapping_add(difference);
            numbers.push(wrap(before));
        }
        Ok(numbers)
    }

    fn some_times(&mut self, n: usize) -> Result<Vec<Option<i64>>, ChunkError> {
        let bits = self.take(n.div_ceil(8), "which points have a time")?;
        let has_time = |at: usize| bits[at / 8] >> (at % 8) & 1 == 1;
        let n_times = (0..n).filter(|at| has_time(*at)).count();
        let mut times = self.differences(n_times, |time| time)?.into_iter();
        Ok((0..n).map(|at| if has_time(at) { times.next() } else { None }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(steps: &[i64], times_ms: &[Option<i64>], values: &[f64]) -> usize {
        let bytes = encode(steps, times_ms, values);
        let series = decode(&bytes).expect("a chunk just written is whole");
        assert_eq!((series.steps.as_slice(), series.times_ms.as_slice()), (steps, times_ms));
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&series.values), bits(values));
        bytes.len()
    }

    #[test]
    fn extremes_and_every_kind_of_not_a_number_survive() {
        let strange = [f64::NAN, f64::from_bits(0xFFF0_0000_0000_0001), f64::INFINITY, -0.0, f64::MIN_POSITIVE / 4.0];
        let steps = [i64::MIN, i64::MAX, 0, -1, i64::MIN];
        check(&steps, &[Some(i64::MAX), None, Some(i64::MIN), None, Some(0)], &strange);
        check(&[], &[], &[]);
        check(&[5], &[Some(5)], &[5.0]);
    }

    #[test]
    fn a_regular_series_takes_less_than_twelve_bytes_a_point() {
        let n = 10_000;
        let steps: Vec<i64> = (0..n).map(|at| at * 50).collect();
        let times: Vec<_> = (0..n).map(|at| Some(1_732_350_000_000 + at * 1_003)).collect();
        let values: Vec<f64> = (0..n).map(|at| at as f64).collect();
        assert!(check(&steps, &times, &values) <= 12 * n as usize);
    }

    #[test]
    fn the_smallest_chunk_has_the_bytes_of_the_documentation() {
        // Version 1, one point, no times, step 3 (zigzag 6), value 1.0.
        let content = [1, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F];
        let bytes = encode(&[3], &[None], &[1.0]);
        assert_eq!(bytes[..12], content);
        assert_eq!(bytes.len(), 20);
    }

    #[test]
    fn a_count_that_the_chunk_has_no_room_for_allocates_nothing() {
        let mut bytes = vec![VERSION];
        put_varint(&mut bytes, u64::MAX);
        bytes.push(NO_TIMES);
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(&checksum.as_bytes()[..CHECKSUM_BYTES]);
        assert_eq!(decode(&bytes).expect_err("there is no point").code(), "chunk-malformed");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(
            points in prop::collection::vec((any::<i64>(), any::<Option<i64>>(), any::<u64>()), 0..200)
        ) {
            let steps: Vec<i64> = points.iter().map(|point| point.0).collect();
            let times: Vec<_> = points.iter().map(|point| point.1).collect();
            let values: Vec<f64> = points.iter().map(|point| f64::from_bits(point.2)).collect();
            check(&steps, &times, &values);
        }

        #[test]
        fn a_changed_byte_is_an_error(n in 1_i64..50, place in any::<prop::sample::Index>(), flip in 1_u8..) {
            let steps: Vec<i64> = (0..n).collect();
            let mut bytes = encode(&steps, &vec![None; steps.len()], &vec![0.5; steps.len()]);
            let at = place.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(decode(&bytes).is_err());
        }

        // The checksum is made right, so that the rest of the decoder is reached.
        #[test]
        fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..80), has_version in any::<bool>()) {
            if has_version {
                bytes.insert(0, VERSION);
            }
            decode(&bytes).ok();
            let checksum = blake3::hash(&bytes);
            bytes.extend_from_slice(&checksum.as_bytes()[..CHECKSUM_BYTES]);
            if let Ok(series) = decode(&bytes) {
                prop_assert_eq!(series.steps.len(), series.len());
            }
        }
    }
}
