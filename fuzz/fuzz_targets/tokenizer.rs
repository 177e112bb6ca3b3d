//! Fuzzes [`ombud_fuzz::tokenizer`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ombud_fuzz::tokenizer(bytes));
