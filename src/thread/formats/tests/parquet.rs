//! Tables in Parquet, written in each of its encodings.

use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use proptest::prelude::*;

use crate::thread::formats::tests::rows_of::rows_of_bytes;

const SCHEMA: &str = "message t {
    required binary text (string);
    optional binary perhaps (string);
    required group tags (list) { repeated group list { required binary element (string); } }
    required fixed_len_byte_array(3) code;
}";

/// A table of these texts, each in every column; every third text is missing where it may be, and is in no list.
fn table(texts: &[String], version: WriterVersion, encoding: Option<Encoding>) -> Vec<u8> {
    let mut properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(encoding.is_none())
        .set_data_page_size_limit(200)
        .set_write_batch_size(7);
    if let Some(encoding) = encoding {
        properties = properties.set_encoding(encoding);
        // Only a text of unlike lengths has them stored apart, and only values of one length are split.
        let (texts, code) = match encoding {
            Encoding::BYTE_STREAM_SPLIT => (Encoding::PLAIN, encoding),
            _ => (encoding, Encoding::PLAIN),
        };
        for path in [&["text"][..], &["perhaps"], &["tags", "list", "element"]] {
            let path = ColumnPath::new(path.iter().map(|part| (*part).to_owned()).collect());
            properties = properties.set_column_encoding(path, texts);
        }
        properties = properties.set_column_encoding(ColumnPath::from("code"), code);
    }
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).unwrap();
    let (all, there): (Vec<ByteArray>, Vec<bool>) =
        texts.iter().enumerate().map(|(at, text)| (ByteArray::from(text.as_str()), at % 3 > 0)).unzip();
    let some: Vec<ByteArray> =
        all.iter().zip(&there).filter(|(_, there)| **there).map(|(text, _)| text.clone()).collect();
    let twice: Vec<ByteArray> = some.iter().flat_map(|text| [text.clone(), text.clone()]).collect();
    let mut group = writer.next_row_group().unwrap();
    let mut write = |values: &[ByteArray], defined: Option<Vec<i16>>, repeated: Option<Vec<i16>>| {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(values, defined.as_deref(), repeated.as_deref()).unwrap();
        column.close().unwrap();
    };
    write(&all, None, None);
    write(&some, Some(there.iter().map(|there| i16::from(*there)).collect()), None);
    let levels = |there: &bool, second| if *there { vec![second; 2] } else { vec![0] };
    let defined = there.iter().flat_map(|there| levels(there, 1)).collect();
    let repeated = there.iter().flat_map(|there| if *there { vec![0, 1] } else { vec![0] }).collect();
    write(&twice, Some(defined), Some(repeated));
    let codes: Vec<FixedLenByteArray> = (0..texts.len()).map(|at| code(at).into_bytes().into()).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<FixedLenByteArrayType>().write_batch(&codes, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

fn code(at: usize) -> String {
    format!("{:03}", at % 1000)
}

fn expected(texts: &[String]) -> Vec<String> {
    let row = |(at, text): (usize, &String)| {
        let json = serde_json::to_string(text).unwrap();
        let (perhaps, tags) =
            if at % 3 > 0 { (text.clone(), format!("[{json},{json}]")) } else { (String::new(), "[]".to_owned()) };
        format!("{text}|{perhaps}|{tags}|{}", code(at))
    };
    texts.iter().enumerate().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The checks of pages refuse none that a program writes.
    #[test]
    fn tables_in_every_encoding_are_read(texts in prop::collection::vec("[a-cé]{0,40}", 1..900)) {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let encodings =
                [Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY, Encoding::BYTE_STREAM_SPLIT];
            for encoding in encodings.into_iter().map(Some).chain([None]) {
                let (rows, remarks) = rows_of_bytes(table(&texts, version, encoding), &["text", "perhaps", "tags", "code"]).unwrap();
                prop_assert_eq!(rows, expected(&texts), "{:?} {:?}", version, encoding);
                prop_assert!(remarks.is_empty());
            }
        }
    }
}
