//! Reports of whole studies.

mod gallery;
mod pages;
mod sample;
mod sentences;
