//! Trains a model on labelled tables and saves it: `cargo run --example train_and_save -- my.model data/labelled/*.csv`

use std::path::Path;

use ombud::{Model, TrainOptions, train};

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("give the model's file, then labelled tables")?;
    let tables: Vec<String> = arguments.collect();
    let mut options = TrainOptions::default();
    options.folds = 3;
    options.choose_blocks = false;
    options.cost = Some(1.0);
    options.replicates = 0;
    train("my", &tables, &options)?.save(Path::new(&file))?;
    for label in Model::open(Path::new(&file))?.labels() {
        println!("{} {:?}", label.name, label.classes());
    }
    Ok(())
}
