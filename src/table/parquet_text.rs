//! Arrow values as texts.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use polars_arrow::array::{
    Array, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray,
    FixedSizeListArray, ListArray, PrimitiveArray, StructArray, Utf8Array, Utf8ViewArray,
};
use polars_arrow::datatypes::{ArrowDataType, IntegerType, TimeUnit};
use serde_json::Value;

use super::RawCell;

/// A column's values under its name.
pub(super) type Named = (Arc<str>, Box<dyn Array>);

/// Splits structs into their members, named `name.member`.
pub(super) fn flatten(prefix: &str, name: &str, array: Box<dyn Array>, columns: &mut Vec<Named>) {
    let name = format!("{prefix}{}", name.trim());
    if let (ArrowDataType::Struct(fields), Some(array)) = (
        array.dtype().to_storage(),
        array.as_any().downcast_ref::<StructArray>(),
    ) {
        for (field, values) in fields.iter().zip(array.values()) {
            flatten(&format!("{name}."), &field.name, values.clone(), columns);
        }
    } else {
        columns.push((name.into(), array));
    }
}

/// One value as a cell; see [`text`].
pub(super) fn cell(array: &dyn Array, at: usize) -> Option<RawCell> {
    let (text, number) = (text(array, at)?, is_number(array.dtype()));
    Some(RawCell { text, number })
}

fn is_number(kind: &ArrowDataType) -> bool {
    use ArrowDataType as T;
    match kind.to_storage() {
        T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::Int128 => true,
        T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => true,
        T::Float32 | T::Float64 | T::Decimal(..) => true,
        T::Dictionary(_, values, _) => is_number(values),
        _ => false,
    }
}

/// One value as text; `None` for null, for a float that is no number, and for types that have no
/// text (maps, intervals, unions, lists of structs).
///
/// Dates and times come in ISO 8601 (times of a zone in UTC), lists as a JSON array of texts and numbers, bytes
/// that are not UTF-8 in hexadecimal.
pub(super) fn text(array: &dyn Array, at: usize) -> Option<String> {
    use ArrowDataType as T;
    if array.is_null(at) {
        return None;
    }
    match array.dtype().to_storage() {
        T::Utf8View => as_a::<Utf8ViewArray>(array).map(|a| a.value(at).to_owned()),
        T::LargeUtf8 => as_a::<Utf8Array<i64>>(array).map(|a| a.value(at).to_owned()),
        T::Utf8 => as_a::<Utf8Array<i32>>(array).map(|a| a.value(at).to_owned()),
        T::BinaryView => as_a::<BinaryViewArray>(array).map(|a| bytes(a.value(at))),
        T::LargeBinary => as_a::<BinaryArray<i64>>(array).map(|a| bytes(a.value(at))),
        T::Binary => as_a::<BinaryArray<i32>>(array).map(|a| bytes(a.value(at))),
        T::FixedSizeBinary(_) => as_a::<FixedSizeBinaryArray>(array).map(|a| bytes(a.value(at))),
        T::Boolean => as_a::<BooleanArray>(array).map(|a| a.value(at).to_string()),
        T::Int8 => number::<i8>(array, at).map(|n| n.to_string()),
        T::Int16 => number::<i16>(array, at).map(|n| n.to_string()),
        T::Int32 => number::<i32>(array, at).map(|n| n.to_string()),
        T::Int64 | T::Duration(_) => number::<i64>(array, at).map(|n| n.to_string()),
        T::Int128 => number::<i128>(array, at).map(|n| n.to_string()),
        T::UInt8 => number::<u8>(array, at).map(|n| n.to_string()),
        T::UInt16 => number::<u16>(array, at).map(|n| n.to_string()),
        T::UInt32 => number::<u32>(array, at).map(|n| n.to_string()),
        T::UInt64 => number::<u64>(array, at).map(|n| n.to_string()),
        T::Float32 => number::<f32>(array, at)
            .filter(|n| n.is_finite())
            .map(|n| n.to_string()),
        T::Float64 => number::<f64>(array, at)
            .filter(|n| n.is_finite())
            .map(|n| n.to_string()),
        T::Decimal(_, scale) => number::<i128>(array, at).map(|n| decimal(n, *scale)),
        T::Date32 => number::<i32>(array, at)
            .and_then(|days| instant(TimeUnit::Second, i64::from(days) * 86_400))
            .map(day),
        T::Date64 => number::<i64>(array, at)
            .and_then(|n| instant(TimeUnit::Millisecond, n))
            .map(day),
        T::Timestamp(unit, _) => number::<i64>(array, at)
            .and_then(|n| instant(*unit, n))
            .map(|t| t.to_string()),
        T::Time32(unit) => number::<i32>(array, at)
            .and_then(|n| instant(*unit, i64::from(n)))
            .map(time),
        T::Time64(unit) => number::<i64>(array, at)
            .and_then(|n| instant(*unit, n))
            .map(time),
        T::List(_) => as_a::<ListArray<i32>>(array).and_then(|a| list(&*a.value(at))),
        T::LargeList(_) => as_a::<ListArray<i64>>(array).and_then(|a| list(&*a.value(at))),
        T::FixedSizeList(..) => as_a::<FixedSizeListArray>(array).and_then(|a| list(&*a.value(at))),
        T::Dictionary(keys, ..) => keyed(array, *keys, at),
        _ => None,
    }
}

fn as_a<A: 'static>(array: &dyn Array) -> Option<&A> {
    array.as_any().downcast_ref()
}

fn number<N: polars_arrow::types::NativeType>(array: &dyn Array, at: usize) -> Option<N> {
    as_a::<PrimitiveArray<N>>(array).map(|a| a.value(at))
}

fn keyed(array: &dyn Array, keys: IntegerType, at: usize) -> Option<String> {
    macro_rules! look_up {
        ($key:ty) => {
            as_a::<DictionaryArray<$key>>(array).and_then(|a| text(&**a.values(), a.key_value(at)))
        };
    }
    match keys {
        IntegerType::Int8 => look_up!(i8),
        IntegerType::Int16 => look_up!(i16),
        IntegerType::Int32 => look_up!(i32),
        IntegerType::Int64 => look_up!(i64),
        IntegerType::UInt8 => look_up!(u8),
        IntegerType::UInt16 => look_up!(u16),
        IntegerType::UInt32 => look_up!(u32),
        IntegerType::UInt64 => look_up!(u64),
        _ => None,
    }
}

fn list(values: &dyn Array) -> Option<String> {
    let value = |cell: RawCell| {
        let number: Option<Value> = cell
            .number
            .then(|| serde_json::from_str(&cell.text).ok())
            .flatten();
        // A number that JSON would round stays a text.
        let exact = number.filter(|number| {
            let plain = number.to_string();
            plain == cell.text
        });
        exact.unwrap_or(Value::String(cell.text))
    };
    let values: Vec<Value> = (0..values.len())
        .filter_map(|at| cell(values, at))
        .map(value)
        .collect();
    (!values.is_empty()).then(|| Value::Array(values).to_string())
}

fn bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn decimal(unscaled: i128, scale: usize) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

fn instant(unit: TimeUnit, count: i64) -> Option<Timestamp> {
    match unit {
        TimeUnit::Second => Timestamp::from_second(count).ok(),
        TimeUnit::Millisecond => Timestamp::from_millisecond(count).ok(),
        TimeUnit::Microsecond => Timestamp::from_microsecond(count).ok(),
        TimeUnit::Nanosecond => Timestamp::from_nanosecond(i128::from(count)).ok(),
    }
}

fn day(instant: Timestamp) -> String {
    instant
        .to_string()
        .chars()
        .take_while(|c| *c != 'T')
        .collect()
}

/// Times of day are counted from midnight, as instants are from the first one.
fn time(instant: Timestamp) -> String {
    let since = instant.duration_since(Timestamp::UNIX_EPOCH);
    let day = SignedDuration::from_hours(24);
    let text = instant.to_string();
    if since >= day {
        text
    } else {
        text.trim_end_matches('Z')
            .chars()
            .skip_while(|c| *c != 'T')
            .skip(1)
            .collect()
    }
}
