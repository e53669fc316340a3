use polars_arrow::array::{
    Array, BinaryViewArray, BooleanArray, ListArray, PrimitiveArray, StructArray, Utf8ViewArray,
};
use polars_arrow::datatypes::{ArrowDataType as T, ArrowSchema, Field, TimeUnit};
use polars_arrow::offset::OffsetsBuffer;
use polars_arrow::record_batch::RecordBatch;
use polars_parquet::write::{
    CompressionOptions, FileWriter, RowGroupIterator, StatisticsOptions, Version, WriteOptions,
    get_dtype_encoding,
};

use super::{refusal, rows, shown};

/// A Parquet file of one column for each named array.
fn parquet(columns: Vec<(&str, Box<dyn Array>)>) -> Vec<u8> {
    let field =
        |name: &str, array: &dyn Array| Field::new(name.into(), array.dtype().clone(), true);
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| field(name, &**array))
        .collect();
    let schema: ArrowSchema = fields
        .iter()
        .cloned()
        .map(|field| (field.name.clone(), field))
        .collect();
    let options = WriteOptions {
        statistics: StatisticsOptions::empty(),
        version: Version::V2,
        compression: CompressionOptions::Uncompressed,
        data_page_size: None,
    };
    let rows = columns[0].1.len();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::new(rows, schema.clone().into(), arrays);
    let encodings = fields
        .iter()
        .map(|field| get_dtype_encoding(&field.dtype))
        .collect();
    let groups = RowGroupIterator::try_new(std::iter::once(Ok(batch)), &schema, options, encodings)
        .expect("groups");
    let mut writer = FileWriter::try_new(Vec::new(), schema, options).expect("a writer");
    for group in groups {
        writer
            .write(rows as u64, group.expect("a group"))
            .expect("written");
    }
    writer.end(None).expect("ended");
    writer.into_inner()
}

fn numbers<N: polars_arrow::types::NativeType>(dtype: T, values: &[Option<N>]) -> Box<dyn Array> {
    PrimitiveArray::<N>::from(values.to_vec()).to(dtype).boxed()
}

#[test]
fn columns_of_any_type_become_texts() {
    let texts = |values: &[Option<&str>]| Utf8ViewArray::from_slice(values);
    let words = Utf8ViewArray::from_slice_values(["a.jpg", "b.jpg", "c.jpg"]);
    let images = ListArray::<i64>::new(
        ListArray::<i64>::default_datatype(T::Utf8View),
        OffsetsBuffer::try_from(vec![0, 2, 3]).expect("offsets"),
        words.boxed(),
        None,
    );
    let seller = StructArray::new(
        T::Struct(vec![Field::new("id".into(), T::Utf8View, true)]),
        2,
        vec![texts(&[Some("S-1"), None]).boxed()],
        None,
    );
    let file = parquet(vec![
        ("id", numbers::<i8>(T::Int8, &[Some(1), Some(-2)])),
        ("stock", numbers::<u16>(T::UInt16, &[Some(7), None])),
        (
            "price",
            numbers::<i128>(T::Decimal(10, 2), &[Some(12_999), Some(-5)]),
        ),
        (
            "rating",
            numbers::<f64>(T::Float64, &[Some(4.5), Some(f64::NAN)]),
        ),
        (
            "gtin",
            numbers::<f64>(T::Float64, &[Some(4_006_381_333_931.0), None]),
        ),
        ("day", numbers::<i32>(T::Date32, &[Some(20_000), None])),
        (
            "seen",
            numbers::<i64>(
                T::Timestamp(TimeUnit::Microsecond, None),
                &[Some(1_700_000_000_000_000), None],
            ),
        ),
        (
            "time",
            numbers::<i64>(
                T::Time64(TimeUnit::Microsecond),
                &[Some(3_661_000_000), None],
            ),
        ),
        ("new", BooleanArray::from_slice([true, false]).boxed()),
        (
            "raw",
            BinaryViewArray::from_slice_values([&b"text"[..], &[0xFF, 0x01]]).boxed(),
        ),
        ("images", images.boxed()),
        ("seller", seller.boxed()),
        ("nothing", numbers::<i32>(T::Int32, &[None, None])),
    ]);
    assert_eq!(
        shown("feed.parquet", file),
        [
            "1 id=1 stock=7 price=129.99 rating=4.5 gtin=4006381333931 day=2024-10-04 seen=2023-11-14T22:13:20Z \
             time=01:01:01 new=true raw=text images=[\"a.jpg\",\"b.jpg\"] seller.id=S-1",
            "2 id=-2 price=-0.05 new=false raw=ff01 images=[\"c.jpg\"]",
        ]
    );
}

#[test]
fn a_long_row_group_is_read_in_slices() {
    let ids: Vec<Option<i32>> = (0..50_000).map(Some).collect();
    let lists = ListArray::<i64>::new(
        ListArray::<i64>::default_datatype(T::Int32),
        OffsetsBuffer::try_from((0..=50_000).collect::<Vec<i64>>()).expect("offsets"),
        numbers::<i32>(T::Int32, &ids),
        None,
    );
    let rows = rows(
        "feed.parquet",
        parquet(vec![
            ("id", numbers(T::Int32, &ids)),
            ("list", lists.boxed()),
        ]),
    );
    let rows = rows.expect("readable");
    assert_eq!(rows.len(), 50_000);
    for (at, row) in rows.iter().enumerate() {
        let row = row.as_ref().expect("good");
        assert_eq!(
            (row.row(), row.get("id")),
            (at as u64 + 1, Some(at.to_string().as_str()))
        );
        assert_eq!(row.get("list"), Some(format!("[{at}]").as_str()));
    }
}

#[test]
fn spoilt_files_are_refused() {
    let whole = parquet(vec![("id", numbers::<i32>(T::Int32, &[Some(1), Some(2)]))]);
    for length in [0, 3, 11, 40, whole.len() - 1] {
        let message = refusal("feed.parquet", &whole[..length]);
        assert!(
            message.contains("expected a whole Parquet file"),
            "{message}"
        );
    }
    assert!(refusal("feed.parquet", "id,title\n1,a\n").contains("expected a whole Parquet file"));
}

#[test]
fn changed_bytes_never_panic() {
    let texts = Utf8ViewArray::from_slice([Some("one"), None, Some("three, and a longer text")]);
    let whole = parquet(vec![
        ("id", numbers::<i32>(T::Int32, &[Some(1), None, Some(3)])),
        ("title", texts.boxed()),
    ]);
    for at in 0..whole.len() {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0x55;
        // Either refused or read with other values: both are fine, a panic is not.
        let _ = rows("feed.parquet", &spoilt);
    }
}
