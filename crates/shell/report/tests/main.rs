//! Reports of whole studies.

mod sample;
mod gallery;
mod sentences;
mod pages;
