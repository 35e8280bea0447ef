//! Columns of Arrow in, names and the text of cells out.
//!
//! A group of fields becomes columns with paths; a list, a map or a choice
//! is one cell, its parts in order.

use arrow_array::{
    Array, ArrayRef, OffsetSizeTrait, cast::AsArray, downcast_dictionary_array,
    downcast_integer_array, downcast_run_array, types::*,
};
use arrow_schema::{DataType, Fields, IntervalUnit, TimeUnit};

use crate::table::{self, MAX_COLUMNS, SINCE_1970, Table};

/// Groups inside groups, and lists inside lists.
const MAX_NESTED: usize = 32;

/// The names of the columns under a group.
pub(super) fn columns(fields: &Fields, path: &str, depth: usize, names: &mut Vec<String>) {
    for field in fields {
        if names.len() >= MAX_COLUMNS {
            return;
        }
        let name = format!("{path}{}", field.name());
        match field.data_type() {
            DataType::Struct(parts) if depth < MAX_NESTED => {
                columns(parts, &format!("{name}."), depth + 1, names);
            }
            _ => names.push(name),
        }
    }
}

/// The cells of a row, in the order of `columns`; empty ones where the row has none.
pub(super) fn cells(
    arrays: &[ArrayRef],
    row: Option<usize>,
    depth: usize,
    out: &mut Table,
    cells: &mut Vec<String>,
) {
    for array in arrays {
        if cells.len() >= MAX_COLUMNS {
            return;
        }
        let row = row.filter(|&row| array.is_valid(row));
        if let (DataType::Struct(_), true) = (array.data_type(), depth < MAX_NESTED) {
            self::cells(array.as_struct().columns(), row, depth + 1, out, cells);
            continue;
        }
        let column = cells.len();
        cells.push(match row {
            Some(row) => match bytes(array, row) {
                Some(bytes) => out.binary(column, bytes),
                None => text(array, row, 0),
            },
            None => String::new(),
        });
    }
}

/// The value of a binary column.
fn bytes(array: &dyn Array, row: usize) -> Option<&[u8]> {
    Some(match array.data_type() {
        DataType::Binary => array.as_binary::<i32>().value(row),
        DataType::LargeBinary => array.as_binary::<i64>().value(row),
        DataType::BinaryView => array.as_binary_view().value(row),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().value(row),
        _ => return None,
    })
}

/// Parts of a cell, one after another.
fn parts(list: &dyn Array, depth: usize) -> String {
    let parts = (0..list.len()).map(|row| text(list, row, depth + 1));
    parts.collect::<Vec<_>>().join("; ")
}

/// The value of a row as it would be typed.
fn text(array: &dyn Array, row: usize, depth: usize) -> String {
    if depth > MAX_NESTED || array.is_null(row) {
        return String::new();
    }
    if let Some(bytes) = bytes(array, row) {
        return table::inside(bytes);
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).to_owned(),
        DataType::Utf8View => array.as_string_view().value(row).to_owned(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Float16 => array.as_primitive::<Float16Type>().value(row).to_string(),
        DataType::Float32 => array.as_primitive::<Float32Type>().value(row).to_string(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        kind if kind.is_integer() => downcast_integer_array!(
            array => array.value(row).to_string(),
            _ => String::new()
        ),
        DataType::Decimal32(_, scale) => {
            decimal(array.as_primitive::<Decimal32Type>().value(row), *scale)
        }
        DataType::Decimal64(_, scale) => {
            decimal(array.as_primitive::<Decimal64Type>().value(row), *scale)
        }
        DataType::Decimal128(_, scale) => {
            decimal(array.as_primitive::<Decimal128Type>().value(row), *scale)
        }
        DataType::Decimal256(_, scale) => {
            decimal(array.as_primitive::<Decimal256Type>().value(row), *scale)
        }
        kind if kind.is_temporal() => time(array, row),
        DataType::List(_) => parts(&array.as_list::<i32>().value(row), depth),
        DataType::LargeList(_) => parts(&array.as_list::<i64>().value(row), depth),
        DataType::FixedSizeList(..) => parts(&array.as_fixed_size_list().value(row), depth),
        DataType::ListView(_) => view::<i32>(array, row, depth),
        DataType::LargeListView(_) => view::<i64>(array, row, depth),
        DataType::Map(..) => pairs(array.as_map().value(row).columns(), depth),
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns().iter();
            let parts = fields.iter().zip(columns).map(|(field, column)| {
                format!("{}: {}", field.name(), text(column, row, depth + 1))
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        DataType::Union(..) => text(&array.as_union().value(row), 0, depth + 1),
        DataType::Dictionary(..) => downcast_dictionary_array!(
            array => match array.key(row) {
                Some(key) if key < array.values().len() => text(array.values(), key, depth + 1),
                _ => String::new(),
            },
            _ => String::new()
        ),
        DataType::RunEndEncoded(..) => downcast_run_array!(
            array => text(array.values(), array.get_physical_index(row), depth + 1),
            _ => String::new()
        ),
        _ => String::new(),
    }
}

fn view<O: OffsetSizeTrait>(array: &dyn Array, row: usize, depth: usize) -> String {
    parts(&array.as_list_view::<O>().value(row), depth)
}

/// The pairs of a map: `key: value; key: value`.
fn pairs(columns: &[ArrayRef], depth: usize) -> String {
    let [keys, values] = columns else {
        return String::new();
    };
    let pairs = (0..keys.len().min(values.len())).map(|row| {
        let (key, value) = (text(keys, row, depth + 1), text(values, row, depth + 1));
        format!("{key}: {value}")
    });
    pairs.collect::<Vec<_>>().join("; ")
}

/// A number whose scale says where its point is; a negative scale stands for noughts behind.
fn decimal(value: impl ToString, scale: i8) -> String {
    let mut whole = value.to_string();
    if scale < 0 {
        whole.push_str(&"0".repeat(usize::from(scale.unsigned_abs())));
    }
    table::scaled(&whole, usize::try_from(scale).unwrap_or(0))
}

/// Parts of a second in one.
fn per_second(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Days, moments and spans; a number where it is no day of the calendar.
fn time(array: &dyn Array, row: usize) -> String {
    let moment = |days: i64, seconds: i64, plain: i64| {
        table::moment(SINCE_1970.saturating_add(days), seconds).unwrap_or_else(|| plain.to_string())
    };
    macro_rules! value {
        ($($unit:path => $kind:ty),+; $of:expr) => {
            match $of { $($unit => i64::from(array.as_primitive::<$kind>().value(row)),)+ }
        };
    }
    match array.data_type() {
        DataType::Date32 => {
            let days = i64::from(array.as_primitive::<Date32Type>().value(row));
            moment(days, 0, days)
        }
        DataType::Date64 => {
            let value = array.as_primitive::<Date64Type>().value(row);
            moment(0, value.div_euclid(1_000), value)
        }
        DataType::Timestamp(unit, _) => {
            let value = value!(
                TimeUnit::Second => TimestampSecondType,
                TimeUnit::Millisecond => TimestampMillisecondType,
                TimeUnit::Microsecond => TimestampMicrosecondType,
                TimeUnit::Nanosecond => TimestampNanosecondType; unit
            );
            moment(0, value.div_euclid(per_second(unit)), value)
        }
        DataType::Time32(unit) => {
            let value = if *unit == TimeUnit::Second {
                array.as_primitive::<Time32SecondType>().value(row)
            } else {
                array.as_primitive::<Time32MillisecondType>().value(row)
            };
            of_day(i64::from(value), unit)
        }
        DataType::Time64(unit) => {
            let value = if *unit == TimeUnit::Microsecond {
                array.as_primitive::<Time64MicrosecondType>().value(row)
            } else {
                array.as_primitive::<Time64NanosecondType>().value(row)
            };
            of_day(value, unit)
        }
        DataType::Duration(unit) => {
            let value = value!(
                TimeUnit::Second => DurationSecondType,
                TimeUnit::Millisecond => DurationMillisecondType,
                TimeUnit::Microsecond => DurationMicrosecondType,
                TimeUnit::Nanosecond => DurationNanosecondType; unit
            );
            format!("{} s", value.div_euclid(per_second(unit)))
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            let months = array.as_primitive::<IntervalYearMonthType>().value(row);
            format!("{months} months")
        }
        DataType::Interval(IntervalUnit::DayTime) => {
            let value = array.as_primitive::<IntervalDayTimeType>().value(row);
            format!("{} days {} ms", value.days, value.milliseconds)
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let value = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
            let (months, days) = (value.months, value.days);
            format!("{months} months {days} days {} ns", value.nanoseconds)
        }
        _ => String::new(),
    }
}

/// A time of the day.
fn of_day(value: i64, unit: &TimeUnit) -> String {
    let seconds = value.div_euclid(per_second(unit));
    if !(0..=86_400).contains(&seconds) {
        return value.to_string();
    }
    let (hour, minute) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hour:02}:{minute:02}:{:02}", seconds % 60)
}
