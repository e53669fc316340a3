use super::measure;

/// Letters and digits in one chunk that belong together: `EX-ZS5`, `KFC-1652`, `TV/LCDS2`; not `5-port`
/// or `10/100`.
pub(super) fn is_part_number(chunk: &str) -> bool {
    if !chunk.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let parts: Vec<&str> = chunk
        .split(['-', '/', '_', '.'])
        .filter(|part| !part.is_empty())
        .collect();
    let letters = |part: &&str| part.bytes().any(|byte| byte.is_ascii_alphabetic());
    let digits = |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit());
    let plain = chunk
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'_' | b'.'));
    if !plain || parts.len() < 2 || parts.len() > 5 || chunk.len() > 24 {
        return false;
    }
    let mixed =
        |part: &&str| letters(part) && digits(part) && part.len() >= 3 && measure(part).is_none();
    let letters_first = letters(&parts[0])
        && !digits(&parts[0])
        && parts[0].len() <= 4
        && parts[1..]
            .iter()
            .any(|part| digits(part) && part.len() >= 2);
    parts.iter().any(mixed) && parts.iter().all(|part| digits(part) || part.len() <= 4)
        || letters_first
}
