//! The judgement: planning, design checks, the referee.
