//! Columns of Arrow in, names and the text of cells out.
//!
//! A group of fields becomes columns with paths; a list, a map or a choice
//! is one cell, its parts in order.

use std::fmt::{Display, Write as _};

use arrow_array::{
    Array, ArrayRef, BooleanArray, LargeStringArray, StringArray, StringViewArray, cast::AsArray,
    downcast_dictionary_array, downcast_integer_array, downcast_run_array, types::*,
};
use arrow_buffer::NullBuffer;
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

/// A column of the table: one that is no group, and the groups around it.
pub(super) struct Leaf<'a> {
    /// Which rows each of them has.
    around: Vec<&'a NullBuffer>,
    values: Values<'a>,
}

/// The kinds of which most tables are, found out once for all rows.
enum Values<'a> {
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    Whole32(&'a [i32]),
    Whole64(&'a [i64]),
    Real(&'a [f64]),
    Yes(&'a BooleanArray),
    Day(&'a [i32]),
    Other(&'a dyn Array),
}

/// The columns of a batch, in the order of `columns`.
pub(super) fn leaves(arrays: &[ArrayRef]) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    gather(arrays, &[], 0, &mut leaves);
    leaves
}

fn gather<'a>(
    arrays: &'a [ArrayRef],
    around: &[&'a NullBuffer],
    depth: usize,
    leaves: &mut Vec<Leaf<'a>>,
) {
    for array in arrays {
        if leaves.len() >= MAX_COLUMNS {
            return;
        }
        let mut around = around.to_vec();
        around.extend(array.nulls());
        let values = match array.data_type() {
            DataType::Struct(_) if depth < MAX_NESTED => {
                gather(array.as_struct().columns(), &around, depth + 1, leaves);
                continue;
            }
            DataType::Utf8 => Values::Text(array.as_string()),
            DataType::LargeUtf8 => Values::LargeText(array.as_string()),
            DataType::Utf8View => Values::TextView(array.as_string_view()),
            DataType::Int32 => Values::Whole32(array.as_primitive::<Int32Type>().values()),
            DataType::Int64 => Values::Whole64(array.as_primitive::<Int64Type>().values()),
            DataType::Float64 => Values::Real(array.as_primitive::<Float64Type>().values()),
            DataType::Boolean => Values::Yes(array.as_boolean()),
            DataType::Date32 => Values::Day(array.as_primitive::<Date32Type>().values()),
            _ => Values::Other(array),
        };
        leaves.push(Leaf { around, values });
    }
}

impl Leaf<'_> {
    /// Writes a row's cell of this column of the table; nothing where the row has none.
    pub(super) fn put(&self, row: usize, column: usize, out: &mut Table) {
        if self.around.iter().any(|it| it.is_null(row)) {
            return;
        }
        match self.values {
            Values::Text(array) => out.cell().push_str(array.value(row)),
            Values::LargeText(array) => out.cell().push_str(array.value(row)),
            Values::TextView(array) => out.cell().push_str(array.value(row)),
            Values::Whole32(numbers) => table::push_whole(i64::from(numbers[row]), out.cell()),
            Values::Whole64(numbers) => table::push_whole(numbers[row], out.cell()),
            Values::Real(numbers) => show(numbers[row], out.cell()),
            Values::Yes(array) => {
                let value = if array.value(row) { "true" } else { "false" };
                out.cell().push_str(value);
            }
            Values::Day(days) => day(i64::from(days[row]), out.cell()),
            Values::Other(array) => match bytes(array, row) {
                Some(bytes) => {
                    let text = out.binary(column, bytes);
                    out.cell().push_str(&text);
                }
                None => write(array, row, 0, out.cell()),
            },
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

/// Adds a whole number.
fn whole<N: Copy + Display + TryInto<i64>>(number: N, to: &mut String) {
    match number.try_into() {
        Ok(number) => table::push_whole(number, to),
        Err(_) => show(number, to),
    }
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
            array => whole(array.value(row), to),
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
        kind if kind.is_temporal() => time(array, row, to),
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

/// Adds a day so many days after 1970-01-01 and the seconds since it began; `plain` where it is no day of the calendar.
fn moment(days: i64, seconds: i64, plain: i64, to: &mut String) {
    if table::push_moment(SINCE_1970.saturating_add(days), seconds, to).is_none() {
        table::push_whole(plain, to);
    }
}

/// Adds a day.
fn day(days: i64, to: &mut String) {
    moment(days, 0, days, to);
}

/// Adds days, moments and spans; a number where it is no day of the calendar.
fn time(array: &dyn Array, row: usize, to: &mut String) {
    macro_rules! value {
        ($($unit:path => $kind:ty),+; $of:expr) => {
            match $of { $($unit => i64::from(array.as_primitive::<$kind>().value(row)),)+ }
        };
    }
    match array.data_type() {
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            day(i64::from(days), to);
        }
        DataType::Date64 => {
            let value = array.as_primitive::<Date64Type>().value(row);
            moment(0, value.div_euclid(1_000), value, to)
        }
        DataType::Timestamp(unit, _) => {
            let value = value!(
                TimeUnit::Second => TimestampSecondType,
                TimeUnit::Millisecond => TimestampMillisecondType,
                TimeUnit::Microsecond => TimestampMicrosecondType,
                TimeUnit::Nanosecond => TimestampNanosecondType; unit
            );
            moment(0, value.div_euclid(per_second(unit)), value, to)
        }
        DataType::Time32(unit) => {
            let value = if *unit == TimeUnit::Second {
                array.as_primitive::<Time32SecondType>().value(row)
            } else {
                array.as_primitive::<Time32MillisecondType>().value(row)
            };
            of_day(i64::from(value), unit, to)
        }
        DataType::Time64(unit) => {
            let value = if *unit == TimeUnit::Microsecond {
                array.as_primitive::<Time64MicrosecondType>().value(row)
            } else {
                array.as_primitive::<Time64NanosecondType>().value(row)
            };
            of_day(value, unit, to)
        }
        DataType::Duration(unit) => {
            let value = value!(
                TimeUnit::Second => DurationSecondType,
                TimeUnit::Millisecond => DurationMillisecondType,
                TimeUnit::Microsecond => DurationMicrosecondType,
                TimeUnit::Nanosecond => DurationNanosecondType; unit
            );
            show(format_args!("{} s", value.div_euclid(per_second(unit))), to)
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            let months = array.as_primitive::<IntervalYearMonthType>().value(row);
            show(format_args!("{months} months"), to)
        }
        DataType::Interval(IntervalUnit::DayTime) => {
            let value = array.as_primitive::<IntervalDayTimeType>().value(row);
            show(
                format_args!("{} days {} ms", value.days, value.milliseconds),
                to,
            )
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let value = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
            let (months, days) = (value.months, value.days);
            show(
                format_args!("{months} months {days} days {} ns", value.nanoseconds),
                to,
            )
        }
        _ => {}
    }
}

/// Adds a time of the day.
fn of_day(value: i64, unit: &TimeUnit, to: &mut String) {
    match u64::try_from(value.div_euclid(per_second(unit))) {
        Ok(seconds @ ..=86_400) => table::push_time(seconds, to),
        _ => table::push_whole(value, to),
    }
}
