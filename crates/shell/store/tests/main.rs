//! The ledger, what tampering leaves, and artifacts, on real files.

#[cfg(test)]
mod artifacts;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod records;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tampering;
