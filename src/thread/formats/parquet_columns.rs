//! The columns of a Parquet table: the parts of its schema that hold values, by name.
//!
//! A member of a struct is named with the struct, `a.b`. A list is one column, whose cells are JSON lists; a map is one
//! of JSON objects. A list of structs becomes one list for each member.

use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

use crate::thread::kind::{Kind, Unit};

/// A column to be read.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) leaf: Leaf,
    /// For a map, its values; `leaf` has the keys.
    pub(crate) values: Option<Leaf>,
}

/// Values of one type, and the lists that they are in.
#[derive(Clone)]
pub(crate) struct Leaf {
    /// Its index in the file.
    pub(crate) index: usize,
    /// The definition level at which a value exists.
    pub(crate) defined: i16,
    /// For each enclosing list, outermost first, the definition level at which the list has an element.
    pub(crate) lists: Vec<i16>,
    pub(crate) form: Form,
}

/// How a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Truth,
    Signed,
    Unsigned,
    /// At most 32 bits, so it fits into a signed 64-bit number.
    Unsigned32,
    Real,
    Half,
    Day,
    Clock(Unit),
    Time(Unit, bool),
    Decimal(i32),
    Uuid,
    /// Certainly text.
    Text,
    /// Text if it is UTF-8.
    Bytes,
}

impl Column {
    /// The kind of its cells.
    pub(crate) fn kind(&self) -> Kind {
        match self.leaf.form {
            _ if !self.leaf.lists.is_empty() => Kind::Text,
            Form::Truth => Kind::Truth,
            Form::Signed | Form::Unsigned32 => Kind::Whole,
            Form::Real | Form::Half => Kind::Real,
            Form::Day => Kind::Day,
            Form::Time(unit, utc) => Kind::Time { unit, utc },
            // Unsigned 64-bit numbers may exceed the signed range.
            Form::Unsigned | Form::Clock(_) | Form::Decimal(_) | Form::Uuid | Form::Text | Form::Bytes => Kind::Text,
        }
    }
}

/// A node of the schema, with its ancestors.
struct Node<'s> {
    schema: &'s Type,
    /// Its name with those of its ancestors, omitting the wrappers of lists.
    name: String,
    defined: i16,
    lists: Vec<i16>,
    role: Role,
}

/// The role of a node within its parent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A named member.
    Member,
    /// The repeated group of a list.
    OfList,
    /// The repeated group of a map.
    OfMap,
    /// The element of a list, which has the list's name.
    Element,
    Key,
    Value,
}

/// The columns of a schema.
pub(crate) fn columns(schema: &SchemaDescriptor) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut open: Vec<Node<'_>> = Vec::new();
    let (mut index, mut key) = (0, None);
    let root = schema.root_schema();
    open.extend(root.get_fields().iter().rev().map(|field| Node {
        schema: field,
        name: field.name().to_owned(),
        defined: 0,
        lists: Vec::new(),
        role: Role::Member,
    }));
    while let Some(mut node) = open.pop() {
        let info = node.schema.get_basic_info();
        let repetition = if info.has_repetition() { info.repetition() } else { Repetition::REQUIRED };
        if repetition != Repetition::REQUIRED {
            node.defined = node.defined.saturating_add(1);
        }
        if repetition == Repetition::REPEATED {
            node.lists.push(node.defined);
        }
        if node.schema.is_primitive() {
            let Some(descriptor) = schema.columns().get(index) else { break };
            let leaf = Leaf { index, defined: node.defined, lists: node.lists, form: form(descriptor) };
            index += 1;
            match (node.role, key.take()) {
                // Keys come directly before their values.
                (Role::Key, _) if leaf.lists.len() == 1 => {
                    let name = node.name.clone();
                    columns.push(Column { name: format!("{name}.key"), leaf, values: None });
                    key = Some(name);
                }
                (Role::Value, Some(name)) if leaf.lists.len() == 1 => {
                    if let Some(column) = columns.last_mut() {
                        (column.name, column.values) = (name, Some(leaf));
                    }
                }
                (Role::Value, _) => columns.push(Column { name: format!("{}.value", node.name), leaf, values: None }),
                _ => columns.push(Column { name: node.name, leaf, values: None }),
            }
            continue;
        }
        let fields = node.schema.get_fields();
        let is_map = matches!(info.logical_type_ref(), Some(LogicalType::Map))
            || matches!(info.converted_type(), ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE);
        let is_list =
            matches!(info.logical_type_ref(), Some(LogicalType::List)) || info.converted_type() == ConvertedType::LIST;
        for (at, field) in fields.iter().enumerate().rev() {
            let role = match node.role {
                Role::OfList if fields.len() == 1 => Role::Element,
                Role::OfMap if at == 0 => Role::Key,
                Role::OfMap => Role::Value,
                _ if is_list && fields.len() == 1 => Role::OfList,
                _ if is_map && fields.len() == 1 => Role::OfMap,
                _ => Role::Member,
            };
            let name = match role {
                Role::Member => format!("{}.{}", node.name, field.name()),
                _ => node.name.clone(),
            };
            open.push(Node { schema: field, name, defined: node.defined, lists: node.lists.clone(), role });
        }
    }
    columns
}

fn form(column: &ColumnDescriptor) -> Form {
    let converted = column.converted_type();
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => Unit::Millis,
        TimeUnit::MICROS => Unit::Micros,
        TimeUnit::NANOS => Unit::Nanos,
    };
    let is_integer = matches!(column.physical_type(), Physical::INT32 | Physical::INT64);
    let unsigned = if column.physical_type() == Physical::INT32 { Form::Unsigned32 } else { Form::Unsigned };
    match column.logical_type_ref() {
        Some(LogicalType::Timestamp(time)) if is_integer => {
            return Form::Time(unit(&time.unit), time.is_adjusted_to_u_t_c);
        }
        Some(LogicalType::Time(time)) if is_integer => return Form::Clock(unit(&time.unit)),
        Some(LogicalType::Integer(integer)) if is_integer && !integer.is_signed => return unsigned,
        Some(LogicalType::Uuid) => return Form::Uuid,
        Some(LogicalType::Float16) => return Form::Half,
        _ => {}
    }
    match (column.physical_type(), converted) {
        (Physical::BOOLEAN, _) => Form::Truth,
        (Physical::FLOAT | Physical::DOUBLE, _) => Form::Real,
        (Physical::INT96, _) => Form::Time(Unit::Nanos, false),
        (_, ConvertedType::DECIMAL) => Form::Decimal(column.type_scale()),
        (Physical::INT32, ConvertedType::DATE) => Form::Day,
        (_, ConvertedType::TIME_MILLIS) => Form::Clock(Unit::Millis),
        (_, ConvertedType::TIME_MICROS) => Form::Clock(Unit::Micros),
        // Older writers do not state the zone, but meant UTC.
        (_, ConvertedType::TIMESTAMP_MILLIS) => Form::Time(Unit::Millis, true),
        (_, ConvertedType::TIMESTAMP_MICROS) => Form::Time(Unit::Micros, true),
        (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
            unsigned
        }
        (Physical::INT32 | Physical::INT64, _) => Form::Signed,
        (_, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => Form::Text,
        _ => Form::Bytes,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::schema::parser::parse_message_type;

    use super::*;

    fn named(schema: &str) -> Vec<String> {
        let schema = SchemaDescriptor::new(Arc::new(parse_message_type(schema).unwrap()));
        let told = columns(&schema).into_iter().map(|column| {
            let map = if column.values.is_some() { " map" } else { "" };
            format!("{} {:?} {:?}{map}", column.name, column.leaf.form, column.leaf.lists)
        });
        told.collect()
    }

    #[test]
    fn structs_lists_and_maps_are_columns() {
        let schema = "message table {
            required binary id (UTF8);
            optional int64 at (TIMESTAMP(MICROS,true));
            optional group user { optional binary name (UTF8); optional int32 age; }
            optional group labels (LIST) { repeated group list { optional binary element (UTF8); } }
            optional group old (LIST) { repeated int32 array; }
            optional group votes (LIST) { repeated group list { optional group element {
                optional binary who (UTF8); optional boolean yes; } } }
            optional group nested (LIST) { repeated group list { optional group element (LIST) {
                repeated group list { optional double element; } } } }
            optional group scores (MAP) { repeated group key_value { required binary key (UTF8); optional float value; } }
            repeated int64 bare;
            optional int32 small (INTEGER(8,false));
        }";
        assert_eq!(
            named(schema),
            [
                "id Text []",
                "at Time(Micros, true) []",
                "user.name Text []",
                "user.age Signed []",
                "labels Text [2]",
                "old Signed [2]",
                "votes.who Text [2]",
                "votes.yes Truth [2]",
                "nested Real [2, 4]",
                "scores Text [2] map",
                "bare Signed [1]",
                "small Unsigned32 []",
            ]
        );
    }
}
