//! Reports of whole studies.

mod ablation;
mod benchmark_studies;
mod benchmarks;
mod gallery;
mod pages;
mod sample;
mod scaling;
mod scaling_laws;
mod sentences;
mod theories;
