//! The waist: every operation, one file each, composing core and shell.
