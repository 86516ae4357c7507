//! The study file, its meaning, and the life of a study.

#[cfg(test)]
mod ablation;
#[cfg(test)]
mod benchmark;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod digest;
#[cfg(test)]
mod horizons;
#[cfg(test)]
mod life;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod scaling;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod support;
#[cfg(test)]
mod theories;
#[cfg(test)]
mod two_level;
