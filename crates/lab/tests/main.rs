//! Operations that need no runs, through the catalogue that every face uses.

#[cfg(test)]
mod ledger;
#[cfg(test)]
mod making;
#[cfg(test)]
mod registering;
#[cfg(test)]
mod support;
