use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::record::{Brand, Product};
use crate::simulate::SimulateError;
use crate::simulate::draw::{Drawing, Subject};
use crate::table::{Cell, Column, Format, Kind, Writer};

/// The file beside `products.csv` that says what its pictures are drawn from.
pub(super) const DRAWINGS: &str = "drawings.csv";

/// `brand.toml` as a brand owner writes it.
#[derive(Serialize)]
struct BrandFile<'a> {
    name: &'a str,
    aliases: &'a [String],
    authorised_sellers: Vec<&'a str>,
    contact: &'a str,
    image_rights: bool,
    complete: bool,
    rights: Vec<RightEntry<'a>>,
}

#[derive(Serialize)]
struct RightEntry<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    number: &'a str,
    office: &'a str,
    territories: &'a [String],
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    nice_classes: &'a [u8],
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<toml::value::Datetime>,
}

pub(super) fn write_brand(path: &Path, brand: &Brand) -> Result<(), SimulateError> {
    let broken = |reason: String| SimulateError::BrandFile {
        path: path.to_owned(),
        reason,
    };
    let mut rights = Vec::with_capacity(brand.rights.len());
    for right in &brand.rights {
        let expiry = match right.expiry {
            Some(day) => Some(
                day.to_string()
                    .parse()
                    .map_err(|error| broken(format!("{day}: {error}")))?,
            ),
            None => None,
        };
        rights.push(RightEntry {
            kind: right.kind.as_str(),
            number: &right.number,
            office: &right.office,
            territories: &right.territories,
            nice_classes: &right.nice_classes,
            expiry,
        });
    }
    let file = BrandFile {
        name: &brand.name,
        aliases: &brand.aliases,
        authorised_sellers: brand
            .authorised_sellers
            .iter()
            .map(|seller| seller.as_str())
            .collect(),
        contact: &brand.contact,
        image_rights: brand.image_rights,
        complete: brand.complete,
        rights,
    };
    let text = toml::to_string(&file).map_err(|error| broken(error.to_string()))?;
    let note = "# An invented brand for tests and demonstrations: nobody's name, and no registered right.\n";
    fs::write(path, format!("{note}{text}")).map_err(SimulateError::io(path))
}

const COLUMNS: &[Column] = &[
    Column {
        name: "id",
        kind: Kind::Text,
    },
    Column {
        name: "title",
        kind: Kind::Text,
    },
    Column {
        name: "description",
        kind: Kind::Text,
    },
    Column {
        name: "brand",
        kind: Kind::Text,
    },
    Column {
        name: "gtin",
        kind: Kind::Text,
    },
    Column {
        name: "mpn",
        kind: Kind::Text,
    },
    Column {
        name: "price",
        kind: Kind::Text,
    },
    Column {
        name: "price_floor",
        kind: Kind::Text,
    },
    Column {
        name: "image_link",
        kind: Kind::Text,
    },
    Column {
        name: "additional_image_link",
        kind: Kind::Text,
    },
    Column {
        name: "product_type",
        kind: Kind::Text,
    },
    Column {
        name: "color",
        kind: Kind::Text,
    },
    Column {
        name: "discontinued_at",
        kind: Kind::Text,
    },
];

pub(super) fn write_products<'a>(
    path: &Path,
    brand: &Brand,
    products: impl Iterator<Item = &'a Product>,
) -> Result<(), SimulateError> {
    let mut writer = Writer::create(path, Format::Csv, COLUMNS)?;
    for product in products {
        let (first, rest) = product
            .images
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        writer.push(vec![
            product.id.as_str().into(),
            product.title.as_str().into(),
            product.description.as_str().into(),
            brand.name.as_str().into(),
            text(product.gtin),
            product.mpn.as_str().into(),
            text(product.price),
            text(product.price_floor),
            first.into(),
            rest.join(",").into(),
            product.product_type.as_str().into(),
            product.color.as_str().into(),
            text(product.discontinued_at),
        ])?;
    }
    writer.finish()?;
    Ok(())
}

fn text(value: Option<impl ToString>) -> Cell {
    value.map(|value| value.to_string()).into()
}

/// One row of `drawings.csv`; seeds in hexadecimal.
#[derive(Deserialize)]
struct Row {
    image: String,
    subject: String,
    style: String,
    design: String,
    colour: usize,
}

pub(super) fn write_drawings(
    path: &Path,
    pictures: &[&(String, Drawing)],
) -> Result<(), SimulateError> {
    let columns = ["image", "subject", "style", "design", "colour"].map(|name| Column {
        name,
        kind: Kind::Text,
    });
    let mut writer = Writer::create(path, Format::Csv, &columns)?;
    for (image, drawing) in pictures {
        writer.push(vec![
            image.as_str().into(),
            drawing.subject.as_str().into(),
            format!("{:016x}", drawing.style).into(),
            format!("{:016x}", drawing.design).into(),
            drawing.colour.to_string().into(),
        ])?;
    }
    writer.finish()?;
    Ok(())
}

/// Rows that do not read are left out: their pictures then count as photos.
pub(super) fn read_drawings(path: &Path) -> BTreeMap<String, Drawing> {
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        return BTreeMap::new();
    };
    let seed = |text: &str| u64::from_str_radix(text, 16).ok();
    reader
        .deserialize()
        .filter_map(Result::ok)
        .filter_map(|row: Row| {
            let drawing = Drawing {
                subject: Subject::parse(&row.subject)?,
                style: seed(&row.style)?,
                design: seed(&row.design)?,
                colour: row.colour,
            };
            Some((row.image, drawing))
        })
        .collect()
}
