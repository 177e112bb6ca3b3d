//! The examples of docs/api.md.
