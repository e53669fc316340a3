use super::values::json_list;

/// Images of one record that are kept; the rest is dropped with a note.
pub const MAX_IMAGES: usize = 100;

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

/// The links of one cell: a JSON array, or links separated by `|`, commas, semicolons or spaces.
///
/// A comma or space only separates where it cannot be part of a link: before the next `http`, or
/// after a file extension of an image.
pub(super) fn split_links(cell: &str) -> Vec<String> {
    if let Some(links) = json_list(cell) {
        return links;
    }
    let mut links = Vec::new();
    for part in cell.split(['|', '\n', '\r', '\t']) {
        split_at_separators(part, &mut links);
    }
    links
}

fn split_at_separators(part: &str, links: &mut Vec<String>) {
    let mut start = 0;
    for (at, mark) in part
        .char_indices()
        .filter(|(_, c)| matches!(c, ',' | ';' | ' '))
    {
        let (before, after) = (part[start..at].trim(), part[at + 1..].trim_start());
        let plain_list = mark != ' ' && address_rest(part[start..].trim_start()).is_none();
        if plain_list || address_rest(after).is_some() || ends_in_image_extension(before) {
            push(before, links);
            start = at + 1;
        }
    }
    push(part[start..].trim(), links);
}

fn ends_in_image_extension(link: &str) -> bool {
    let extension = link.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["jpg", "jpeg", "png", "webp", "gif", "avif"]
        .iter()
        .any(|e| extension.eq_ignore_ascii_case(e))
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

    proptest! {
        #[test]
        fn no_link_ever_leaves_the_folder(link in r"(https?://|/|\./|[a-c%2ef\\:~ ]|\.\.|/){0,12}") {
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
