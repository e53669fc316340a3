use super::lexicon::Contacts;
use super::phrases::{Cue, Hit};
use super::reader::Text;

/// Words between an invitation and the messenger: `add me on WhatsApp`.
const REACH: usize = 3;
/// Fewest digits of a telephone number.
const FEWEST_DIGITS: usize = 7;
/// Most characters of a number or account.
const LONGEST_ID: usize = 32;

/// Adds invitations to deal elsewhere, each as written with the number or account after it.
///
/// A messenger's name alone is none (watches show WhatsApp messages): it takes a number or account
/// after it, or an invitation before it, unless the lexicon says that it stands for itself.
pub(super) fn contacts(lexicon: &Contacts, text: &Text, hits: &[Hit], found: &mut Vec<String>) {
    for hit in hits {
        let Cue::Channel(index) = hit.cue else {
            continue;
        };
        let Some(channel) = lexicon.channels.get(index as usize) else {
            continue;
        };
        let invited = || {
            hits.iter().any(|other| {
                matches!(other.cue, Cue::Invitation(_))
                    && other.end <= hit.start
                    && text.between(other.end, hit.start).len() <= REACH
                    && !text.breaks_between(other.end, hit.start)
            })
        };
        let end = account_after(&text.original[hit.end..]).map(|length| hit.end + length);
        if end.is_some() || channel.alone || invited() {
            let contact = text.original[hit.start..end.unwrap_or(hit.end)].to_owned();
            if !found.contains(&contact) {
                found.push(contact);
            }
        }
    }
}

/// Bytes from the start of `rest` to the end of a telephone number or account that begins there, after
/// `:`, `@`, `#`, `id`, `no` and the like.
fn account_after(rest: &str) -> Option<usize> {
    let mut at = 0;
    let mut announced = false;
    loop {
        let tail = &rest[at..];
        let lead = tail.len() - tail.trim_start_matches([' ', '.', '(', '-', '_']).len();
        let tail = &tail[lead..];
        if let Some(sign) = tail
            .chars()
            .next()
            .filter(|c| matches!(c, ':' | '：' | '@' | '#' | '=' | '号'))
        {
            announced |= !matches!(sign, '#');
            at += lead + sign.len_utf8();
            continue;
        }
        let word: String = tail
            .chars()
            .take_while(|c| c.is_ascii_alphabetic())
            .collect();
        if matches!(
            word.to_ascii_lowercase().as_str(),
            "id" | "no" | "number" | "is" | "me" | "at" | "us" | "num" | "on"
        ) {
            announced |= word.eq_ignore_ascii_case("id");
            at += lead + word.len();
            continue;
        }
        at += lead;
        break;
    }
    let tail = &rest[at..];
    number(tail)
        .or_else(|| account(tail, announced))
        .map(|length| at + length)
}

fn number(tail: &str) -> Option<usize> {
    let run = tail
        .chars()
        .take(LONGEST_ID)
        .take_while(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.'));
    let run: String = run.collect();
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    (digits >= FEWEST_DIGITS).then(|| run.trim_end_matches(|c: char| !c.is_ascii_digit()).len())
}

fn account(tail: &str, announced: bool) -> Option<usize> {
    let run: String = tail
        .chars()
        .take(LONGEST_ID)
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        .collect();
    let run = run.trim_end_matches(['.', '-']);
    let odd = run.contains(|c: char| c.is_ascii_digit() || c == '_')
        && run.contains(|c: char| c.is_ascii_alphabetic());
    (run.len() >= 4 && (announced || odd && run.len() >= 5)).then_some(run.len())
}
