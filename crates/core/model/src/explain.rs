/// An error that can say what kind it is and how to mend it.
pub trait Explain {
    /// A stable kebab-case code that programs may match on.
    fn code(&self) -> &'static str;

    /// What the reader can do, each hint starting with a verb.
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}
