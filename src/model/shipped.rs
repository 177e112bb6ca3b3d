//! The model inside the program.

/// The model inside the program.
pub const SHIPPED: &[u8] = include_bytes!("../../models/news-en.model");
