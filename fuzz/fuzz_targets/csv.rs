//! Fuzzes [`ombud_fuzz::csv`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ombud_fuzz::csv(bytes));
