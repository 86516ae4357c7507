//! Reports of whole studies.

mod ablation;
mod benchmarks;
mod gallery;
mod pages;
mod sample;
mod sentences;
mod theories;
