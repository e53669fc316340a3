//! What was decided on a listing before.

use super::case::{NAME_LIMIT, SENTENCE_LIMIT};
use super::view::ground;
use crate::candidates::decision::reason;
use crate::candidates::{DecisionKind, Ground};
use crate::export::display::visible;
use crate::store::{Entry, Role, User};

/// Something that was decided before.
pub(super) struct Past {
    pub label: &'static str,
    pub who: String,
    pub when: String,
    pub note: String,
    pub undone: bool,
    /// The place in the log of a decision that the user can take back here.
    pub own: Option<u64>,
}

/// What `user` may know of it: a brand owner learns of others' decisions neither who nor what was noted. A reviewer's own
/// decision can be taken back while it is the newest.
pub(super) fn past(entries: &[Entry], own: Ground, user: &User) -> Vec<Past> {
    let owner = (user.role == Role::BrandOwner).then_some(user.name.as_str());
    let undone = |place: u64| {
        entries
            .iter()
            .any(|entry| entry.decision.undoes == Some(place))
    };
    let standing = entries
        .iter()
        .rev()
        .find(|entry| entry.decision.kind != DecisionKind::Undo && !undone(entry.place))
        .filter(|entry| owner.is_none() && entry.decision.reviewer == user.name)
        .map(|entry| entry.place);
    let hidden = |entry: &Entry| owner.is_some_and(|name| name != entry.decision.reviewer);
    entries
        .iter()
        .map(|entry| Past {
            label: entry.decision.kind.label(),
            who: if hidden(entry) {
                "a reviewer".to_owned()
            } else {
                visible(&entry.decision.reviewer, NAME_LIMIT)
            },
            when: entry
                .decision
                .decided_at
                .strftime("%Y-%m-%d %H:%M UTC")
                .to_string(),
            note: if hidden(entry) {
                String::new()
            } else {
                let decision = &entry.decision;
                let code = reason(decision.kind, &decision.reason).map_or_else(
                    || decision.reason.replace('_', " "),
                    |one| one.label.to_owned(),
                );
                let other = decision.ground.filter(|one| *one != own);
                let on = other.map_or_else(String::new, |one| {
                    format!(" (on the ground: {})", ground(one.as_str()))
                });
                visible(&format!("{code}{on} {}", decision.note), SENTENCE_LIMIT)
            },
            undone: undone(entry.place),
            own: standing.filter(|place| *place == entry.place),
        })
        .collect()
}
