//! The names that columns arrive under, and the one that each stands for.
//!
//! Canonical names follow the Google/Meta product feed. A name is looked up without regard to case,
//! spaces, underscores, hyphens, brackets and the prefixes `g:` and `schema:`.

/// A canonical column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    missing_docs,
    reason = "the names are those of the product feed; see `Canonical::name`"
)]
pub enum Canonical {
    Id,
    Title,
    Description,
    Brand,
    Gtin,
    GtinKind,
    Mpn,
    Price,
    SalePrice,
    CompareAtPrice,
    Shipping,
    Currency,
    ImageLink,
    AdditionalImageLink,
    ProductType,
    GoogleProductCategory,
    Condition,
    Color,
    Link,
    SellerId,
    SellerName,
    SellerCountry,
    SellerCreatedAt,
    SellerRating,
    SellerSales,
    ShipsFrom,
    Quantity,
    FirstSeen,
    UpdatedAt,
    Handle,
    VariantSku,
    VariantImage,
    OptionName,
    OptionValue,
    IpType,
    IpRegistrationNumber,
    IpOffice,
    IpTerritories,
    NiceClasses,
    IpExpiry,
    AuthorisedSellers,
    PriceFloor,
    DistinguishingFeatures,
    LogoImage,
    KnownFakeImage,
    ImageRights,
    DiscontinuedAt,
}

use Canonical as C;

/// One canonical column with its name and its other names, the most telling first: where a file has
/// several of them, the first that has a value wins.
///
/// The other names are those of Google's and Meta's feeds, Shopify's product CSV before and since
/// 2024, Amazon's flat files and schema.org's Product and Offer (nested names joined by dots).
pub const COLUMNS: &[(Canonical, &str, &[&str])] = &[
    (
        C::Id,
        "id",
        &[
            "listing_id",
            "item_id",
            "offer_id",
            "item_sku",
            "seller_sku",
            "listing_sku",
            "sku",
            "product_id",
            "identifier",
            "@id",
        ],
    ),
    (
        C::Title,
        "title",
        &[
            "item_name",
            "product_title",
            "product_name",
            "name",
            "listing_title",
            "headline",
        ],
    ),
    (
        C::Description,
        "description",
        &[
            "body_html",
            "product_description",
            "item_description",
            "long_description",
            "rich_text_description",
        ],
    ),
    (
        C::Brand,
        "brand",
        &[
            "brand_name",
            "brand.name",
            "vendor",
            "manufacturer",
            "manufacturer.name",
            "brand.@id",
        ],
    ),
    (
        C::Gtin,
        "gtin",
        &[
            "gtin14",
            "gtin13",
            "gtin12",
            "gtin8",
            "ean",
            "ean13",
            "upc",
            "barcode",
            "variant_barcode",
            "external_product_id",
            "isbn",
            "offers.gtin13",
        ],
    ),
    (C::GtinKind, "external_product_id_type", &[]),
    (
        C::Mpn,
        "mpn",
        &[
            "part_number",
            "manufacturer_part_number",
            "mfr_part_number",
            "google_shopping_mpn",
            "model_number",
            "modelno",
        ],
    ),
    (
        C::Price,
        "price",
        &[
            "standard_price",
            "variant_price",
            "list_price",
            "offers.price",
            "offers.price_specification.price",
            "price_specification.price",
            "offers.low_price",
            "low_price",
            "item_price",
            "your_price",
        ],
    ),
    (
        C::SalePrice,
        "sale_price",
        &["discounted_price", "offer_price"],
    ),
    (
        C::CompareAtPrice,
        "compare_at_price",
        &["variant_compare_at_price"],
    ),
    (
        C::Shipping,
        "shipping",
        &[
            "shipping_price",
            "shipping_cost",
            "shipping_fee",
            "shipping.price",
            "delivery_cost",
            "postage",
            "offers.shipping_details.shipping_rate.value",
        ],
    ),
    (
        C::Currency,
        "currency",
        &[
            "price_currency",
            "currency_code",
            "offers.price_currency",
            "offers.price_specification.price_currency",
            "price_specification.price_currency",
            "standard_price_currency",
        ],
    ),
    (
        C::ImageLink,
        "image_link",
        &[
            "main_image_url",
            "image_src",
            "product_image_url",
            "image_url",
            "image",
            "image.url",
            "image.content_url",
            "image.@id",
            "images",
            "photo",
            "thumbnail_url",
        ],
    ),
    (
        C::AdditionalImageLink,
        "additional_image_link",
        &[
            "additional_image_links",
            "additional_images",
            "other_image_url",
            "additional_image_url",
            "swatch_image_url",
        ],
    ),
    (
        C::ProductType,
        "product_type",
        &[
            "type",
            "category",
            "product_category",
            "item_type",
            "item_type_keyword",
            "feed_product_type",
            "category.name",
        ],
    ),
    (
        C::GoogleProductCategory,
        "google_product_category",
        &[
            "fb_product_category",
            "google_shopping_google_product_category",
        ],
    ),
    (
        C::Condition,
        "condition",
        &[
            "condition_type",
            "item_condition",
            "offers.item_condition",
            "google_shopping_condition",
        ],
    ),
    (
        C::Color,
        "color",
        &["colour", "color_name", "color_map", "google_shopping_color"],
    ),
    (
        C::Link,
        "link",
        &[
            "url",
            "offers.url",
            "product_url",
            "listing_url",
            "main_entity_of_page",
        ],
    ),
    (
        C::SellerId,
        "seller_id",
        &[
            "merchant_id",
            "shop_id",
            "store_id",
            "offers.seller.identifier",
            "offers.seller.@id",
            "offers.seller.id",
            "seller.identifier",
            "seller.@id",
            "seller.id",
        ],
    ),
    (
        C::SellerName,
        "seller_name",
        &[
            "seller",
            "shop_name",
            "store_name",
            "merchant_name",
            "offers.seller.name",
            "seller.name",
            "offers.seller",
            "offers.offered_by.name",
        ],
    ),
    (
        C::SellerCountry,
        "seller_country",
        &[
            "offers.seller.address.address_country",
            "seller.address.address_country",
            "shop_country",
        ],
    ),
    (
        C::SellerCreatedAt,
        "seller_created_at",
        &[
            "seller_since",
            "seller_joined",
            "offers.seller.founding_date",
            "seller.founding_date",
        ],
    ),
    (
        C::SellerRating,
        "seller_rating",
        &[
            "offers.seller.aggregate_rating.rating_value",
            "seller.aggregate_rating.rating_value",
        ],
    ),
    (
        C::SellerSales,
        "seller_sales",
        &["seller_sold", "shop_sales"],
    ),
    (
        C::ShipsFrom,
        "ships_from",
        &["ships_from_country", "ship_from", "shipping_origin"],
    ),
    (
        C::Quantity,
        "quantity",
        &[
            "inventory",
            "variant_inventory_qty",
            "inventory_quantity",
            "stock",
            "quantity_to_sell_on_facebook",
            "offers.inventory_level.value",
        ],
    ),
    (
        C::FirstSeen,
        "first_seen",
        &[
            "created_at",
            "listed_at",
            "date_listed",
            "date_created",
            "date_published",
            "offers.valid_from",
            "product_site_launch_date",
        ],
    ),
    (
        C::UpdatedAt,
        "updated_at",
        &["last_updated", "date_modified", "last_seen"],
    ),
    (C::Handle, "handle", &["url_handle"]),
    (C::VariantSku, "variant_sku", &[]),
    (C::VariantImage, "variant_image", &["variant_image_url"]),
    (C::OptionName, "option1_name", &[]),
    (C::OptionValue, "option1_value", &[]),
    (C::IpType, "ip_type", &["right_type"]),
    (
        C::IpRegistrationNumber,
        "ip_registration_number",
        &["registration_number"],
    ),
    (C::IpOffice, "ip_office", &[]),
    (C::IpTerritories, "ip_territories", &[]),
    (C::NiceClasses, "nice_classes", &["nice_class"]),
    (C::IpExpiry, "ip_expiry", &[]),
    (
        C::AuthorisedSellers,
        "authorised_sellers",
        &["authorized_sellers", "authorised_seller"],
    ),
    (
        C::PriceFloor,
        "price_floor",
        &["minimum_price", "minimum_advertised_price", "map_price"],
    ),
    (C::DistinguishingFeatures, "distinguishing_features", &[]),
    (C::LogoImage, "logo_image", &["logo"]),
    (
        C::KnownFakeImage,
        "known_fake_image",
        &["known_fake_images"],
    ),
    (C::ImageRights, "image_rights", &[]),
    (
        C::DiscontinuedAt,
        "discontinued_at",
        &["discontinued", "discontinue_date"],
    ),
];

impl Canonical {
    /// The canonical name.
    pub fn name(self) -> &'static str {
        COLUMNS[self as usize].1
    }

    /// Every name that stands for this column, the canonical one first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let (_, name, others) = COLUMNS[self as usize];
        std::iter::once(name).chain(others.iter().copied())
    }

    /// The column that a file's column name stands for, with its rank among that column's names
    /// (0 is the most telling). Numbers in image columns (`other_image_url3`) are ignored.
    pub fn of(name: &str) -> Option<(Self, usize)> {
        let plain = plain(name);
        find(&plain, |_| true).or_else(|| {
            let numberless: String = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
            let numberless = numberless.replace("..", ".");
            let images = |column| matches!(column, C::ImageLink | C::AdditionalImageLink);
            find(numberless.trim_end_matches('.'), images)
        })
    }
}

fn find(plain_name: &str, among: impl Fn(Canonical) -> bool) -> Option<(Canonical, usize)> {
    COLUMNS
        .iter()
        .filter(|(column, ..)| among(*column))
        .find_map(|(column, ..)| {
            let rank = column.names().position(|name| plain(name) == plain_name)?;
            Some((*column, rank))
        })
}

/// Letters, digits, `.` and `@` in lower case, without the prefixes that mean nothing here: a feed
/// namespace, and the item that a schema.org Offer wraps.
pub(super) fn plain(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name = ["g:", "schema:", "c:"]
        .iter()
        .find_map(|p| name.strip_prefix(p))
        .unwrap_or(&name);
    let name = name.strip_prefix("itemoffered.").unwrap_or(name);
    name.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '@'))
        .collect()
}
