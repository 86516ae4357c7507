//! Reports of whole studies.

mod ablation;
mod gallery;
mod pages;
mod sample;
mod sentences;
