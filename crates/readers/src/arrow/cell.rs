//! Columns of Arrow in, names and the text of cells out.
//!
//! A group of fields becomes columns with paths; a list, a map or a choice
//! is one cell, its parts in order.

use std::fmt::{Display, Write as _};

use arrow_array::{
    Array, ArrayRef, cast::AsArray, downcast_dictionary_array, downcast_integer_array,
    downcast_run_array, types::*,
};
use arrow_schema::{DataType, Fields, IntervalUnit, TimeUnit};

use crate::table::{self, MAX_COLUMNS, SINCE_1970, Table};

/// Groups inside groups, and lists inside lists.
const MAX_NESTED: usize = 32;

/// The names of the columns under a group.
pub(crate) fn columns(fields: &Fields, path: &str, depth: usize, names: &mut Vec<String>) {
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

/// The cells of one row, their memory used again for the next.
#[derive(Default)]
pub(crate) struct Cells {
    texts: Vec<String>,
    n: usize,
}

impl Cells {
    /// Forgets the row.
    pub(crate) fn clear(&mut self) {
        self.n = 0;
    }

    /// The cells put so far.
    pub(crate) fn all(&self) -> &[String] {
        &self.texts[..self.n]
    }

    fn next(&mut self) -> &mut String {
        if self.n == self.texts.len() {
            self.texts.push(String::new());
        }
        let text = &mut self.texts[self.n];
        self.n += 1;
        text.clear();
        text
    }
}

/// Adds the cells of a row, in the order of `columns`; empty ones where the row has none.
pub(crate) fn put(
    arrays: &[ArrayRef],
    row: Option<usize>,
    depth: usize,
    out: &mut Table,
    cells: &mut Cells,
) {
    for array in arrays {
        if cells.n >= MAX_COLUMNS {
            return;
        }
        let row = row.filter(|&row| array.is_valid(row));
        if let (DataType::Struct(_), true) = (array.data_type(), depth < MAX_NESTED) {
            put(array.as_struct().columns(), row, depth + 1, out, cells);
            continue;
        }
        let column = cells.n;
        let to = cells.next();
        if let Some(row) = row {
            match bytes(array, row) {
                Some(bytes) => to.push_str(&out.binary(column, bytes)),
                None => write(array, row, 0, to),
            }
        }
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
fn parts(list: &dyn Array, depth: usize, to: &mut String) {
    for row in 0..list.len() {
        if row > 0 {
            to.push_str("; ");
        }
        write(list, row, depth + 1, to);
    }
}

/// Adds something that can be shown; text takes no errors.
fn show(value: impl Display, to: &mut String) {
    let _ = write!(to, "{value}");
}

/// Adds the value of a row as it would be typed.
fn write(array: &dyn Array, row: usize, depth: usize, to: &mut String) {
    if depth > MAX_NESTED || array.is_null(row) {
        return;
    }
    if let Some(bytes) = bytes(array, row) {
        return to.push_str(&table::inside(bytes));
    }
    match array.data_type() {
        DataType::Utf8 => to.push_str(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => to.push_str(array.as_string::<i64>().value(row)),
        DataType::Utf8View => to.push_str(array.as_string_view().value(row)),
        DataType::Boolean => show(array.as_boolean().value(row), to),
        DataType::Float16 => show(array.as_primitive::<Float16Type>().value(row), to),
        DataType::Float32 => show(array.as_primitive::<Float32Type>().value(row), to),
        DataType::Float64 => show(array.as_primitive::<Float64Type>().value(row), to),
        kind if kind.is_integer() => downcast_integer_array!(
            array => show(array.value(row), to),
            _ => {}
        ),
        DataType::Decimal32(_, scale) => {
            decimal(array.as_primitive::<Decimal32Type>().value(row), *scale, to);
        }
        DataType::Decimal64(_, scale) => {
            decimal(array.as_primitive::<Decimal64Type>().value(row), *scale, to);
        }
        DataType::Decimal128(_, scale) => {
            decimal(
                array.as_primitive::<Decimal128Type>().value(row),
                *scale,
                to,
            );
        }
        DataType::Decimal256(_, scale) => {
            decimal(
                array.as_primitive::<Decimal256Type>().value(row),
                *scale,
                to,
            );
        }
        kind if kind.is_temporal() => to.push_str(&time(array, row)),
        DataType::List(_) => parts(&array.as_list::<i32>().value(row), depth, to),
        DataType::LargeList(_) => parts(&array.as_list::<i64>().value(row), depth, to),
        DataType::FixedSizeList(..) => parts(&array.as_fixed_size_list().value(row), depth, to),
        DataType::ListView(_) => parts(&array.as_list_view::<i32>().value(row), depth, to),
        DataType::LargeListView(_) => parts(&array.as_list_view::<i64>().value(row), depth, to),
        DataType::Map(..) => pairs(array.as_map().value(row).columns(), depth, to),
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns().iter();
            for (n, (field, column)) in fields.iter().zip(columns).enumerate() {
                if n > 0 {
                    to.push_str(", ");
                }
                to.push_str(field.name());
                to.push_str(": ");
                write(column, row, depth + 1, to);
            }
        }
        DataType::Union(..) => write(&array.as_union().value(row), 0, depth + 1, to),
        DataType::Dictionary(..) => downcast_dictionary_array!(
            array => if let Some(key) = array.key(row).filter(|&key| key < array.values().len()) {
                write(array.values(), key, depth + 1, to);
            },
            _ => {}
        ),
        DataType::RunEndEncoded(..) => downcast_run_array!(
            array => write(array.values(), array.get_physical_index(row), depth + 1, to),
            _ => {}
        ),
        _ => {}
    }
}

/// Adds the pairs of a map: `key: value; key: value`.
fn pairs(columns: &[ArrayRef], depth: usize, to: &mut String) {
    let [keys, values] = columns else {
        return;
    };
    for row in 0..keys.len().min(values.len()) {
        if row > 0 {
            to.push_str("; ");
        }
        write(keys, row, depth + 1, to);
        to.push_str(": ");
        write(values, row, depth + 1, to);
    }
}

/// Adds a number whose scale says where its point is; a negative scale stands for noughts behind.
fn decimal(value: impl ToString, scale: i8, to: &mut String) {
    let mut whole = value.to_string();
    if scale < 0 {
        whole.push_str(&"0".repeat(usize::from(scale.unsigned_abs())));
    }
    to.push_str(&table::scaled(&whole, usize::try_from(scale).unwrap_or(0)));
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
