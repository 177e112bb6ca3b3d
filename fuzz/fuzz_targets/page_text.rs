//! Fuzzes [`ombud_fuzz::page_text`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ombud_fuzz::page_text(bytes));
