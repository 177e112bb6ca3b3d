//! The model file: one safetensors file, whose metadata is one JSON string under one key.
//!
//! Nothing in it is believed before it is checked: a hostile or cut-off file gives an error and takes no more memory
//! than its own length.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use safetensors::tensor::{Dtype, Metadata as Header, TensorView};
use sha2::{Digest, Sha256};

use crate::dataset::label::{Kind, outputs};
use crate::features::blocks::Block;
use crate::features::embeddings::Embeddings;
use crate::features::fit::Featurizer;
use crate::features::lexicon::Rarity;
use crate::features::profile::Profiles;
use crate::features::profile_words::ProfileWords;
use crate::learn::risk_control::NEVER;
use crate::learn::side_guarantee::SideGuarantee;
use crate::model::file_error::{Broken, FileError, broken};
use crate::model::metadata::{FORMAT, Metadata, ModelLabel, OLDEST, PROFILES};
use crate::model::model::Model;
use crate::model::tensors::Tensors;
use crate::text::hex::hex;
use crate::text::ngrams::{MAX_CHARS, MAX_WORDS};
use crate::thread::whole_file::WholeFile;

/// The key of the JSON string.
const KEY: &str = "ombud";
/// The number of bytes of the SHA-256 that are kept as the model's hash.
const HASHED: usize = 8;
/// No weight, factor or calibration of a trained model is anywhere near this; with larger numbers sums could overflow
/// and a score would not be a number.
const LARGEST: f32 = 1e6;
/// More than the header of any model takes.
const HEADER_LIMIT: u64 = 64 << 20;

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// When it cannot be opened, is not a model, or is broken.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|source| FileError::Io { path: path.to_owned(), source })?;
        read(file, Hash::Checked).map_err(|broken| broken.at(path))
    }

    /// Reads a model from the bytes of its file; `name` stands for the path in errors.
    ///
    /// # Errors
    /// When it is not a model, or is broken.
    pub fn from_bytes(bytes: &[u8], name: &str) -> Result<Self, FileError> {
        read(io::Cursor::new(bytes), Hash::Checked).map_err(|broken| broken.at(Path::new(name)))
    }

    /// The same for bytes whose hash does not match: for fuzzing, where hardly any mutated file would pass the hash
    /// check.
    #[doc(hidden)]
    pub fn from_mutated_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        read(io::Cursor::new(bytes), Hash::Ignored).map_err(|broken| broken.at(Path::new("mutated")))
    }

    /// Writes a model file, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written to, or [`to_bytes`](Self::to_bytes) fails; an existing file is then left in
    /// place.
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let fail = |source| FileError::Io { path: path.to_owned(), source };
        let bytes = self.to_bytes()?;
        let mut file = WholeFile::create(path).map_err(fail)?;
        file.write_all(&bytes).map_err(fail)?;
        file.finish().map_err(fail)
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// When its parts are inconsistent, so that the file could not be read.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        let unwritable = |error: &dyn std::fmt::Display| FileError::Unwritable(error.to_string());
        let metadata = serde_json::to_string(&self.metadata).map_err(|error| unwritable(&error))?;
        // JSON has no NaN: a number that is none would be written as null, and the file be refused when it is read.
        if let Err(Broken::Reason(reason)) = parse(&metadata) {
            return Err(FileError::Unwritable(reason));
        }
        let tensors = self.tensors();
        let views = tensors.iter().map(|(name, (dtype, shape, data))| {
            TensorView::new(*dtype, shape.clone(), data).map(|view| (*name, view)).map_err(|error| unwritable(&error))
        });
        let views = views.collect::<Result<Vec<_>, _>>()?;
        safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), metadata)])))
            .map_err(|error| unwritable(&error))
    }

    /// The hash of all that it holds, as [`Metadata::hash`] has it.
    pub(crate) fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let metadata = Metadata { hash: String::new(), ..self.metadata.clone() };
        let metadata = serde_json::to_vec(&metadata).expect("metadata is plain data, whose maps have strings as keys");
        hash.update(metadata);
        for (name, (_, _, data)) in self.tensors() {
            hash.update(name);
            hash.update(data);
        }
        hex(&hash.finalize()[..HASHED])
    }

    fn tensors(&self) -> BTreeMap<&'static str, (Dtype, Vec<usize>, Vec<u8>)> {
        let stride = self.intercepts.len() + 1;
        let n_features = self.table.len() / stride;
        let floats = |values: &mut dyn Iterator<Item = f32>| values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>();
        let mut tensors = BTreeMap::new();
        for (block, vocabulary) in Block::NGRAMS.into_iter().zip(&self.featurizer.vocabularies) {
            let keys = vocabulary.keys();
            if Block::OPTIONAL.contains(&block) && keys.is_empty() {
                continue;
            }
            tensors.insert(
                block.name(),
                (Dtype::U64, vec![keys.len()], keys.iter().flat_map(|key| key.to_le_bytes()).collect()),
            );
        }
        let (stems, rarity): (Vec<u64>, Vec<f32>) = self.featurizer.rarity.entries().into_iter().unzip();
        let bytes = stems.iter().flat_map(|stem| stem.to_le_bytes()).collect();
        tensors.insert("rarity_stems", (Dtype::U64, vec![stems.len()], bytes));
        tensors.insert("rarity", (Dtype::F32, vec![rarity.len()], floats(&mut rarity.into_iter())));
        let (targets, sums, words) = self.featurizer.profiles.parts();
        let bytes = targets.iter().flat_map(|target| target.to_le_bytes()).collect();
        tensors.insert("profile_targets", (Dtype::U64, vec![targets.len()], bytes));
        let shape = vec![targets.len(), sums.len() / targets.len().max(1)];
        tensors.insert("profiles", (Dtype::F32, shape, floats(&mut sums.iter().copied())));
        // Files of format 2 have none of these, and the hash of their content must not change.
        if !targets.is_empty() {
            let (stems, places, values) = words.parts();
            let bytes = stems.iter().flat_map(|stem| stem.to_le_bytes()).collect();
            tensors.insert("profile_words", (Dtype::U64, vec![stems.len()], bytes));
            let bytes = places.iter().flat_map(|place| place.to_le_bytes()).collect();
            tensors.insert("profile_places", (Dtype::U16, vec![stems.len()], bytes));
            tensors.insert("profile_values", (Dtype::F32, vec![stems.len()], floats(&mut values.iter().copied())));
        }
        let factors = floats(&mut self.table.chunks(stride).map(|row| row[0]));
        tensors.insert("factors", (Dtype::F32, vec![n_features], factors));
        let weights = floats(&mut self.table.chunks(stride).flat_map(|row| row[1..].iter().copied()));
        tensors.insert("weights", (Dtype::F32, vec![n_features, stride - 1], weights));
        let intercepts = floats(&mut self.intercepts.iter().copied());
        tensors.insert("intercepts", (Dtype::F32, vec![stride - 1], intercepts));
        let columns: Vec<u8> = self.names.keys().flat_map(|column| column.to_le_bytes()).collect();
        tensors.insert("name_columns", (Dtype::U32, vec![self.names.len()], columns));
        let text: Vec<u8> = self.names.values().flat_map(|name| name.bytes().chain([b'\n'])).collect();
        // Older files have none.
        if !self.spreads.is_empty() {
            let spreads = floats(&mut self.spreads.iter().copied());
            tensors.insert("spreads", (Dtype::F32, vec![self.spreads.len()], spreads));
        }
        let hashes = self.text_hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        tensors.insert("seen", (Dtype::U32, vec![self.text_hashes.len()], hashes));
        tensors.insert("name_text", (Dtype::U8, vec![text.len()], text));
        tensors
    }
}

/// What the hash of a file is computed from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hash {
    Checked,
    Ignored,
}

fn read(mut file: impl Read + Seek + Send, hash: Hash) -> Result<Model, Broken> {
    let (header, begin) = header(&mut file)?;
    let metadata = header.metadata().as_ref().and_then(|map| map.get(KEY));
    let Some(text) = metadata else { return broken(format!("its metadata has no key {KEY:?}")) };
    let metadata = parse(text)?;
    let mut tensors = Tensors { file, header: &header, begin };
    if hash == Hash::Checked && hash_of(text, &metadata.hash, &mut tensors)? != metadata.hash {
        return broken("it was changed or damaged after training: its hash does not match its content");
    }
    let mut keys: [Vec<u64>; Block::NGRAMS.len()] = Default::default();
    for (keys, block) in keys.iter_mut().zip(Block::NGRAMS) {
        // Later additions are only in the files of models that have them.
        if !Block::OPTIONAL.contains(&block) || tensors.has(block.name()) {
            *keys = tensors.numbers(block.name(), u64::from_le_bytes)?;
        }
    }
    let (rarity, profiles) = (Arc::new(rarity(&mut tensors)?), Arc::new(profiles(&mut tensors)?));
    let options = metadata.options.clone();
    // The table of n-grams is built while the numbers are read: it is a good part of opening a large model.
    let n_features = Featurizer::layout_of(&options, &keys).n_features();
    let read_numbers = || {
        let numbers = numbers(&mut tensors, &metadata, n_features)?;
        let hashes = if tensors.has("seen") { tensors.numbers("seen", u32::from_le_bytes)? } else { Vec::new() };
        let spreads = if tensors.has("spreads") { tensors.numbers("spreads", f32::from_le_bytes)? } else { Vec::new() };
        if hashes.is_sorted() {
            Ok((numbers, spreads, hashes))
        } else {
            broken("the hashes of its training texts are not in order")
        }
    };
    let (numbers, featurizer) = rayon::join(read_numbers, move || Featurizer::new(options, keys, rarity, profiles));
    let ((table, intercepts, names), spreads, text_hashes) = numbers?;
    let model = Model { metadata, featurizer, table, intercepts, names, spreads, text_hashes };
    let fit = model.spreads.is_empty() || model.spreads.len() == model.named().count();
    if !fit || !model.spreads.iter().all(|spread| bounded(*spread) && *spread >= 0.0) {
        return broken("the spreads of its features are inconsistent");
    }
    Ok(model)
}

/// The header of a file, and where the numbers begin. Only the header is read here: safetensors' own reader wants the
/// whole file in memory.
fn header(file: &mut (impl Read + Seek)) -> Result<(Header, u64), Broken> {
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut size = [0; 8];
    file.read_exact(&mut size)?;
    let size = u64::from_le_bytes(size);
    if size > HEADER_LIMIT || size.checked_add(8).is_none_or(|end| end > length) {
        return broken("its header is longer than the file");
    }
    let mut header = vec![0; size as usize];
    file.read_exact(&mut header)?;
    let header: Header = match serde_json::from_slice(&header) {
        Ok(header) => header,
        Err(error) => return broken(format!("its header: {error}")),
    };
    let data = header.data_len() as u64;
    if (size + 8).checked_add(data) != Some(length) {
        return broken(format!("its header declares {data} bytes of numbers, but {} follow", length - size - 8));
    }
    Ok((header, size + 8))
}

/// How rare words are.
fn rarity<F: Read + Seek>(tensors: &mut Tensors<'_, F>) -> Result<Rarity, Broken> {
    let stems = tensors.numbers("rarity_stems", u64::from_le_bytes)?;
    let rarity = tensors.numbers("rarity", f32::from_le_bytes)?;
    if stems.len() != rarity.len() || !rarity.iter().all(|number| bounded(*number)) {
        return broken("its word rarities are inconsistent");
    }
    Ok(Rarity::new(stems.into_iter().zip(rarity).collect()))
}

/// The profiles of targets; none in older files.
fn profiles<F: Read + Seek>(tensors: &mut Tensors<'_, F>) -> Result<Profiles, Broken> {
    if !tensors.has("profiles") {
        return Ok(Profiles::default());
    }
    let targets = tensors.numbers("profile_targets", u64::from_le_bytes)?;
    let words = if tensors.has("profile_words") {
        let stems = tensors.numbers("profile_words", u64::from_le_bytes)?;
        let places = tensors.numbers("profile_places", u16::from_le_bytes)?;
        ProfileWords::new(stems, places, tensors.numbers("profile_values", f32::from_le_bytes)?, targets.len())
    } else {
        Some(ProfileWords::default())
    };
    let sums = tensors.numbers("profiles", f32::from_le_bytes)?;
    match words.and_then(|words| Profiles::new(targets, sums, words)) {
        Some(profiles) => Ok(profiles),
        None => broken("its target profiles are inconsistent"),
    }
}

/// Whether scores stay numbers with this one among them.
fn bounded(number: f32) -> bool {
    number.abs() <= LARGEST
}

/// The hash of a file's content: its JSON string without the hash itself, and the name and bytes of each tensor,
/// ordered by name.
fn hash_of(metadata: &str, own: &str, tensors: &mut Tensors<'_, impl Read + Seek>) -> Result<String, Broken> {
    let mut hash = Sha256::new();
    hash.update(metadata.replacen(&format!("\"hash\":{own:?}"), "\"hash\":\"\"", 1));
    let mut names: Vec<String> = tensors.header.tensors().into_keys().collect();
    names.sort_unstable();
    for name in names {
        hash.update(&name);
        tensors.bytes(&name, |bytes| hash.update(bytes))?;
    }
    Ok(hex(&hash.finalize()[..HASHED]))
}

/// The table, the intercepts and the names of features.
type Numbers = (Vec<f32>, Vec<f32>, BTreeMap<u32, String>);

fn numbers(
    tensors: &mut Tensors<'_, impl Read + Seek>,
    metadata: &Metadata,
    n_features: usize,
) -> Result<Numbers, Broken> {
    let labels: Vec<_> = metadata.labels.iter().map(|own| own.label.clone()).collect();
    let n_outputs = outputs(&labels).last().map_or(0, |range| range.end);
    let intercepts = tensors.numbers("intercepts", f32::from_le_bytes)?;
    let lengths = [tensors.length("factors"), tensors.length("weights")];
    if lengths != [n_features * 4, n_features * n_outputs * 4] || intercepts.len() != n_outputs {
        return broken(format!("its tensors do not match {n_features} features and {n_outputs} outputs"));
    }
    // Straight into place: copying a large model takes longer than reading it.
    let stride = n_outputs + 1;
    let mut table = vec![0.0; n_features * stride];
    let mut finite = intercepts.iter().all(|number| bounded(*number));
    tensors.each("factors", f32::from_le_bytes, |at, factor| {
        finite &= bounded(factor);
        table[at * stride] = factor;
    })?;
    let (mut row, mut output) = (0, 0);
    tensors.each("weights", f32::from_le_bytes, |_, weight| {
        finite &= bounded(weight);
        output += 1;
        table[row + output] = weight;
        if output == n_outputs {
            (row, output) = (row + stride, 0);
        }
    })?;
    if !finite {
        return broken(format!("one of its numbers is not finite or exceeds {LARGEST}"));
    }
    let columns = tensors.numbers("name_columns", u32::from_le_bytes)?;
    let Ok(text) = String::from_utf8(tensors.numbers("name_text", |[byte]: [u8; 1]| byte)?) else {
        return broken("the names of its features are not UTF-8");
    };
    if columns.iter().any(|column| *column as usize >= n_features) {
        return broken("it names a feature that it does not have");
    }
    let names = columns.into_iter().zip(text.lines().map(str::to_owned)).collect();
    Ok((table, intercepts, names))
}

/// The JSON string, and whether it makes sense.
fn parse(text: &str) -> Result<Metadata, Broken> {
    let value: serde_json::Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return broken(format!("its metadata is not JSON: {error}")),
    };
    let format = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0) as u32;
    let version = || {
        let version = value.pointer("/provenance/ombud").and_then(|version| version.as_str());
        version.unwrap_or("?").to_owned()
    };
    if format > FORMAT {
        return Err(Broken::Newer { version: version(), format });
    }
    if (1..OLDEST).contains(&format) {
        return Err(Broken::Older { version: version(), format });
    }
    let version = version();
    let metadata: Metadata = match serde_json::from_value(value) {
        Ok(metadata) => metadata,
        Err(error) => return broken(format!("its metadata: {error}")),
    };
    let options = &metadata.options;
    if format < PROFILES && options.blocks.contains(&Block::Profile) {
        return Err(Broken::Older { version, format });
    }
    if let Some(digest) = &options.embeddings
        && Embeddings::shipped().is_none_or(|own| own.digest() != digest)
    {
        return Err(Broken::OtherVectors { digest: digest.clone() });
    }
    let lengths = |lengths: crate::features::options::Lengths, most| {
        lengths.min >= 1 && lengths.min <= lengths.max && lengths.max <= most
    };
    if !lengths(options.ngrams, MAX_WORDS) || !lengths(options.chars, MAX_CHARS) {
        return broken("its n-grams have impossible lengths");
    }
    if options.hash_bits.is_some_and(|bits| !(1..=28).contains(&bits)) {
        return broken("its hash has an impossible number of bits");
    }
    if metadata.labels.is_empty() {
        return broken("it has no labels");
    }
    for own in &metadata.labels {
        let classes = own.label.classes().len();
        let is_flag = own.label.kind == Kind::Flag;
        let whole = own.calibration.slopes.len() == own.label.n_outputs()
            && own.calibration.offsets.len() == own.label.n_outputs()
            && own.class_weights.len() == classes
            && own.threshold.is_some() == is_flag
            && own.guarantee.as_ref().is_none_or(|guarantee| fits(own, guarantee))
            && own.base_rate.is_none_or(|rate| rate > 0.0 && rate < 1.0)
            && (is_flag || classes >= 2);
        let numbers = own.calibration.slopes.iter().chain(&own.calibration.offsets).chain(&own.class_weights);
        if !whole || !numbers.into_iter().all(|number| bounded(*number)) {
            return broken(format!("its label {:?} is inconsistent", own.label.name));
        }
    }
    Ok(metadata)
}

/// Whether a guarantee is one of this label.
fn fits(own: &ModelLabel, guarantee: &SideGuarantee) -> bool {
    let sound = |least: &f32| (0.0..=NEVER).contains(least);
    own.label.kind != Kind::Flag
        && guarantee.least.len() == own.label.classes().len()
        && guarantee.least.iter().flatten().all(sound)
}

impl Model {
    /// The blocks that any of its labels uses.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let used = |block: &Block| {
            self.metadata.labels.iter().any(|own| own.members.iter().any(|member| member.blocks.contains_key(block)))
        };
        Block::ALL.into_iter().filter(used).collect()
    }
}
