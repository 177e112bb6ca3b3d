//! Requests of real clients, recorded, and what they must be answered.
