//! Calendar days, to tell the age of a snapshot.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

/// Returns the days from 1970-01-01 to a date written `YYYY-MM-DD`.
///
/// # Errors
/// Fails on another way of writing and on a month or day out of range.
///
/// # Source
/// Howard Hinnant, "chrono-compatible low-level date algorithms",
/// `days_from_civil`.
pub(crate) fn parse(date: &str) -> Result<i64> {
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else { bail!("`{date}` is not YYYY-MM-DD") };
    let number = |text: &str| text.parse::<i64>().with_context(|| format!("`{date}` is not YYYY-MM-DD"));
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        bail!("`{date}` is no day");
    }
    // The year begins in March, so that a leap day is a year's last day.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Ok(era * 146_097 + day_of_era - 719_468)
}

/// Returns the days from 1970-01-01 to this moment, in UTC.
///
/// # Errors
/// Fails when the clock stands before 1970.
pub(crate) fn today() -> Result<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?;
    i64::try_from(since.as_secs() / 86_400).context("the clock stands too far in the future")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected days: `date -u -d DATE +%s` of GNU coreutils 9.1, over 86400.
    #[test]
    fn days_agree_with_the_system_calendar() {
        for (date, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2024-12-31", 20_088), ("2026-08-21", 20_686)]
        {
            assert_eq!(parse(date).unwrap(), days, "{date}");
        }
    }

    #[test]
    fn other_ways_of_writing_are_refused() {
        for date in ["", "2026-08", "21.08.2026", "2026-13-01", "2026-00-10", "2026-01-32"] {
            assert!(parse(date).is_err(), "{date}");
        }
    }
}
