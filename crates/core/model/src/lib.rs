//! The vocabulary: study, hypothesis, protocol, arm, run, evidence, verdict; life cycle; digests.
