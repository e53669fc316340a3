use super::columns::Canonical;
use super::values::json_list;

/// The columns that hold images, the main ones first.
pub(super) const IMAGE_COLUMNS: [Canonical; 3] = [
    Canonical::ImageLink,
    Canonical::AdditionalImageLink,
    Canonical::VariantImage,
];

/// Images of one record that are kept; the rest is dropped with a note.
pub const MAX_IMAGES: usize = 100;

/// Bytes of the longest link that is looked at.
pub(super) const MAX_LINK: usize = 4096;

/// Why an image link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsafeLink {
    /// Starts at the root of a file system or drive, or names another scheme than http.
    #[error("a path below the image folder or an http(s) address, not an absolute path")]
    Absolute,
    /// Goes up.
    #[error("a path below the image folder, without `..`")]
    Parent,
    /// A backslash or a control character.
    #[error("a path with `/` between folders and no backslash or control character")]
    Character,
    /// Nothing that could be a file name.
    #[error("a path or address that ends in a file name")]
    NoName,
    /// Longer than any link that leads somewhere.
    #[error("a path or address of at most {MAX_LINK} bytes")]
    TooLong,
}

/// The path below the image folder that a feed's image link stands for: the link itself, or an
/// address's file name with its percent signs decoded.
///
/// # Errors
/// [`UnsafeLink`] when the path could leave the image folder on any system, or names no file.
///
/// ```
/// use touchstone::intake::safe_image_path;
/// assert_eq!(safe_image_path("a/b.jpg").as_deref(), Ok("a/b.jpg"));
/// assert_eq!(safe_image_path("https://cdn.example/x/my%20bag.jpg?v=1").as_deref(), Ok("my bag.jpg"));
/// assert!(safe_image_path("../../etc/passwd").is_err());
/// ```
pub fn safe_image_path(link: &str) -> Result<String, UnsafeLink> {
    let link = link.trim();
    if link.len() > MAX_LINK {
        return Err(UnsafeLink::TooLong);
    }
    match address_rest(link) {
        Some(rest) => {
            let path = rest.split(['?', '#']).next().unwrap_or("");
            // Without a slash there is only a host.
            let name = path.rsplit_once('/').map_or("", |(_, name)| name);
            let name = percent_decoded(name).ok_or(UnsafeLink::Character)?;
            if name.contains('/') {
                return Err(UnsafeLink::Parent);
            }
            checked(&name)
        }
        None => checked(link),
    }
}

/// What a feed's image link stands for: a path below the image folder, or an address as
/// `//host/path`, so that the same picture has one form. The query stays where the file name does
/// not say that it is a picture (`//host/image.php?id=7`), since it then tells one from another.
///
/// # Errors
/// As [`safe_image_path`].
pub fn image_place(link: &str) -> Result<String, UnsafeLink> {
    let safe = safe_image_path(link)?;
    let Some(rest) = address_rest(link.trim()) else {
        return Ok(safe);
    };
    let rest = rest.split('#').next().unwrap_or("");
    let address = match rest.split_once('?') {
        Some((path, _)) if ends_in_image_extension(path) => path,
        _ => rest,
    };
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    Ok(format!("//{}/{path}", host.to_ascii_lowercase()))
}

/// The files below the image folder that may be meant by an [`image_place`], the surest first: of
/// an address `host/path`, then `path`, then the bare file name, each with its percent signs decoded.
///
/// ```
/// use touchstone::intake::{image_paths, image_place};
/// let place = image_place("https://cdn.example/listing/1/main.jpg?w=800")?;
/// assert_eq!(image_paths(&place), ["cdn.example/listing/1/main.jpg", "listing/1/main.jpg", "main.jpg"]);
/// # Ok::<(), touchstone::intake::UnsafeLink>(())
/// ```
pub fn image_paths(place: &str) -> Vec<String> {
    let Some(rest) = address_rest(place) else {
        return vec![place.to_owned()];
    };
    let whole = rest.split('?').next().unwrap_or("");
    let decoded: Option<Vec<String>> = whole
        .split('/')
        .map(|part| percent_decoded(part).filter(|part| !part.contains('/')))
        .collect();
    let mut paths: Vec<String> = Vec::new();
    if let Some(parts) = decoded {
        let specific = [parts.join("/"), parts[1..].join("/")];
        paths.extend(specific.iter().filter_map(|path| checked(path).ok()));
    }
    paths.extend(safe_image_path(place));
    paths.dedup();
    paths
}

/// Whether an [`image_place`] is an address.
pub(super) fn is_address(place: &str) -> bool {
    address_rest(place).is_some()
}

/// What follows `http://`, `https://` or a bare `//`.
fn address_rest(link: &str) -> Option<&str> {
    ["https://", "http://", "//"].iter().find_map(|scheme| {
        let head = link.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme)
            .then(|| &link[scheme.len()..])
    })
}

fn checked(path: &str) -> Result<String, UnsafeLink> {
    if path.chars().any(|c| c == '\\' || c.is_control()) {
        return Err(UnsafeLink::Character);
    }
    // A colon makes a drive letter (`C:x`), another scheme (`file:`, `data:`) or a stream (`x:y`).
    let first = path.split('/').next().unwrap_or("");
    if path.starts_with('/') || path.contains(':') || first == "~" {
        return Err(UnsafeLink::Absolute);
    }
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    // Some systems drop trailing dots and spaces, so that `.. ` goes up as well.
    if parts
        .iter()
        .any(|part| part.trim_end_matches(['.', ' ']).is_empty())
    {
        return Err(UnsafeLink::Parent);
    }
    if parts.is_empty() || path.ends_with('/') {
        return Err(UnsafeLink::NoName);
    }
    Ok(parts.join("/"))
}

/// `None` when the decoded bytes are not UTF-8. A percent sign before no two hex digits stays.
fn percent_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten();
        let hex = hex.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).ok()
}

/// The links of one cell: a JSON array, or links separated by `|`, commas, semicolons or spaces; of
/// many links the first, one more than are kept twice over.
///
/// A comma or space only separates where it cannot be part of a link: before the next `http`, or
/// after a file extension of an image.
pub(super) fn split_links(cell: &str) -> Vec<String> {
    if let Some(mut links) = json_list(cell) {
        links.truncate(MAX_LINKS);
        return links;
    }
    let mut links = Vec::new();
    for part in cell.split(['|', '\n', '\r', '\t']) {
        split_at_separators(part, &mut links);
        if links.len() >= MAX_LINKS {
            break;
        }
    }
    links
}

/// Links of one cell that are looked at, so that repeated and unsafe ones do not displace others.
const MAX_LINKS: usize = 2 * MAX_IMAGES + 1;

/// Every character is looked at a bounded number of times, however many separators there are.
fn split_at_separators(part: &str, links: &mut Vec<String>) {
    // The link so far runs from its first character that is no space to behind its last.
    let (mut first, mut last) = (None, 0);
    let mut next_word = 0;
    for (at, c) in part.char_indices() {
        if matches!(c, ',' | ';' | ' ') {
            if next_word <= at {
                next_word = at + 1 + leading_space(&part[at + 1..]);
            }
            let before = first.map_or("", |first| &part[first..last]);
            let plain_list = c != ' ' && address_rest(before).is_none();
            let next_is_address = address_rest(&part[next_word..]).is_some();
            if plain_list || next_is_address || ends_in_image_extension(before) {
                push(before, links);
                if links.len() >= MAX_LINKS {
                    return;
                }
                first = None;
                continue;
            }
        }
        if !c.is_whitespace() {
            first = first.or(Some(at));
            last = at + c.len_utf8();
        }
    }
    push(first.map_or("", |first| &part[first..last]), links);
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn ends_in_image_extension(link: &str) -> bool {
    let link = link.as_bytes();
    [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"]
        .iter()
        .any(|ending| {
            let start = link.len().checked_sub(ending.len());
            start.is_some_and(|start| link[start..].eq_ignore_ascii_case(ending.as_bytes()))
        })
}

fn push(link: &str, links: &mut Vec<String>) {
    if !link.is_empty() {
        links.push(link.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_that_leave_the_folder_are_refused() {
        for (link, why) in [
            ("../../etc/passwd", UnsafeLink::Parent),
            ("a/../../b.jpg", UnsafeLink::Parent),
            ("a/.. /b.jpg", UnsafeLink::Parent),
            ("/etc/passwd", UnsafeLink::Absolute),
            ("C:/windows/x.png", UnsafeLink::Absolute),
            ("file:///etc/passwd", UnsafeLink::Absolute),
            ("data:image/png;base64,AAAA", UnsafeLink::Absolute),
            ("..\\x.jpg", UnsafeLink::Character),
            ("a\0.jpg", UnsafeLink::Character),
            ("https://h/%2e%2e%2fx.jpg", UnsafeLink::Parent),
            ("https://h/%2e%2e", UnsafeLink::Parent),
            ("https://h/a%5Cb.jpg", UnsafeLink::Character),
            ("https://h/a%00.jpg", UnsafeLink::Character),
            ("https://h", UnsafeLink::NoName),
            ("folder/", UnsafeLink::NoName),
            ("", UnsafeLink::NoName),
        ] {
            assert_eq!(safe_image_path(link), Err(why), "{link:?}");
        }
    }

    #[test]
    fn links_become_paths_below_the_folder() {
        for (link, path) in [
            ("./a//b.jpg", "a/b.jpg"),
            ("https://cdn.example/p/bag%20red.JPG?w=1#x", "bag red.JPG"),
            ("//cdn.example/p/bag.jpg", "bag.jpg"),
            ("HTTP://h/50%.jpg", "50%.jpg"),
            ("..a/b..jpg", "..a/b..jpg"),
        ] {
            assert_eq!(safe_image_path(link).as_deref(), Ok(path), "{link:?}");
        }
    }

    #[test]
    fn cells_with_several_links() {
        assert_eq!(
            split_links("a.jpg, b.jpg c.png"),
            ["a.jpg", "b.jpg", "c.png"]
        );
        assert_eq!(
            split_links("my photo.jpg|other.png"),
            ["my photo.jpg", "other.png"]
        );
        assert_eq!(split_links(r#"["a.jpg", "b,c.jpg"]"#), ["a.jpg", "b,c.jpg"]);
        assert_eq!(
            split_links("https://h/w_10,h_20/a.jpg,https://h/b.jpg https://h/c"),
            [
                "https://h/w_10,h_20/a.jpg",
                "https://h/b.jpg",
                "https://h/c"
            ]
        );
        assert!(split_links(" , ").is_empty());
    }

    #[test]
    fn an_address_is_looked_for_by_host_and_path_before_its_file_name() {
        for (link, place, paths) in [
            ("a//b.jpg", "a/b.jpg", &["a/b.jpg"][..]),
            (
                "HTTPS://CDN.Example/listing/1/my%20bag.jpg?w=8#x",
                "//cdn.example/listing/1/my%20bag.jpg",
                &[
                    "cdn.example/listing/1/my bag.jpg",
                    "listing/1/my bag.jpg",
                    "my bag.jpg",
                ],
            ),
            ("//h/a.png", "//h/a.png", &["h/a.png", "a.png"]),
            (
                "http://h:80/p/a.png",
                "//h:80/p/a.png",
                &["p/a.png", "a.png"],
            ),
            ("http://h/../p/a.png", "//h/../p/a.png", &["a.png"]),
            ("http://h/p%2Fq/a.png", "//h/p%2Fq/a.png", &["a.png"]),
            (
                "http://h/i.php?id=7",
                "//h/i.php?id=7",
                &["h/i.php", "i.php"],
            ),
        ] {
            assert_eq!(image_place(link).as_deref(), Ok(place), "{link}");
            assert_eq!(image_paths(place), paths, "{link}");
        }
    }

    #[test]
    fn a_cell_of_many_separators_or_links_is_bounded() {
        assert_eq!(
            split_links(&format!("http://a{}", ",b".repeat(200_000))).len(),
            1
        );
        assert_eq!(split_links(&"a.jpg,".repeat(200_000)).len(), MAX_LINKS);
        assert_eq!(split_links(&format!("a{}", " ".repeat(200_000))), ["a"]);
        assert_eq!(image_place(&"a".repeat(5000)), Err(UnsafeLink::TooLong));
    }

    proptest! {
        #[test]
        fn no_link_ever_leaves_the_folder(link in r"(https?://|/|\./|[a-c%2ef\\:~ ]|\.\.|/){0,12}") {
            for path in image_place(&link).iter().flat_map(|place| image_paths(place)) {
                prop_assert!(!path.starts_with('/') && !path.contains('\\') && !path.contains(':'));
                prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")));
            }
            if let Ok(path) = safe_image_path(&link) {
                prop_assert!(!path.starts_with('/') && !path.contains('\\') && !path.contains(':'));
                prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")));
            }
        }

        #[test]
        fn any_text_is_handled(link in any::<String>()) {
            for link in split_links(&link) {
                let _ = safe_image_path(&link);
            }
        }
    }
}
