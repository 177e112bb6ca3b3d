//! Tells the code whether the model and the word vectors are there. The package on crates.io comes without them, as it
//! may not be that large; the program then asks for a model instead of not being built at all.

use std::path::Path;

const FILES: [&str; 2] = ["models/news-en.model", "models/words.safetensors"];

fn main() {
    println!("cargo::rustc-check-cfg=cfg(shipped)");
    if std::env::var_os("CARGO_FEATURE_SHIPPED").is_none() {
        return;
    }
    for file in FILES {
        println!("cargo::rerun-if-changed={file}");
    }
    if FILES.iter().all(|file| Path::new(file).is_file()) {
        println!("cargo::rustc-cfg=shipped");
    } else {
        println!(
            "cargo::warning=built without the shipped model: its files are in the repository, not in this package"
        );
    }
}
