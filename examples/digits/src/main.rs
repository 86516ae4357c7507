//! A small multilayer perceptron on the UCI optical digits, as an example program.
fn main() {}
