//! Sets `cfg(shipped)` if the model and the word vectors are present. The package on crates.io lacks them because of its
//! size limit; the program is then built without a model and asks for one.

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
