//! Who may use the review desk.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row};

use super::{Store, StoreError};
use crate::record::BrandId;

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sees what concerns certain brands, without sellers' personal data, and decides nothing.
    BrandOwner,
    /// Decides.
    Analyst,
    /// Decides also what was escalated or decided, and sees how the work goes.
    Lead,
    /// As a lead.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::BrandOwner, Self::Analyst, Self::Lead, Self::Admin];

    /// The word in every table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BrandOwner => "brand_owner",
            Self::Analyst => "analyst",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(&text))
    }
}

/// How a user wants to see pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// As they are.
    #[default]
    Plain,
    /// Without colours.
    Grey,
    /// Blurred until pointed at.
    Blurred,
}

impl View {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Grey, Self::Blurred];

    /// The word in the store and on the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Grey => "grey",
            Self::Blurred => "blurred",
        }
    }

    /// Reads the word; what is none is plain.
    pub fn parse(text: &str) -> Self {
        let found = Self::ALL.into_iter().find(|view| view.as_str() == text);
        found.unwrap_or_default()
    }
}

/// A user of the review desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name to log in with.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The brands that a brand owner sees; empty for everybody else, who see all.
    pub brands: Vec<BrandId>,
    /// The password's Argon2id hash as a PHC string.
    pub password: String,
    /// Whether the user may log in.
    pub enabled: bool,
    /// How pictures are shown.
    pub view: View,
}

impl User {
    /// Whether the user may see what concerns a brand.
    pub fn may_see(&self, brand: &BrandId) -> bool {
        self.role != Role::BrandOwner || self.brands.contains(brand)
    }
}

/// A user who is logged in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub user: User,
    /// What every form of this session must carry.
    pub csrf: String,
}

const USER: &str = "name, role, brands, password, enabled, view";

impl Store {
    /// Keeps a new user; `false` when the name is taken.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_user(&mut self, user: &User) -> Result<bool, StoreError> {
        let brands: Vec<&str> = user.brands.iter().map(BrandId::as_str).collect();
        let sql = "INSERT OR IGNORE INTO users (name, role, brands, password, enabled, view)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = (
            &user.name,
            user.role.as_str(),
            brands.join("\n"),
            &user.password,
            user.enabled,
            user.view.as_str(),
        );
        let added = self.connection.execute(sql, row);
        Ok(added.map_err(StoreError::at(&self.path))? == 1)
    }

    /// All users, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = format!("SELECT {USER} FROM users ORDER BY name");
        let mut statement = self.connection.prepare(&sql).map_err(&at)?;
        let rows = statement.query_map([], user).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }

    /// The user of that name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn user(&self, name: &str) -> Result<Option<User>, StoreError> {
        let sql = format!("SELECT {USER} FROM users WHERE name = ?1");
        let found = self.connection.query_row(&sql, [name], user).optional();
        found.map_err(StoreError::at(&self.path))
    }

    /// Lets a user log in, or no longer; sessions end at once. `false` when there is no such user.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn enable_user(&mut self, name: &str, enabled: bool) -> Result<bool, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = "UPDATE users SET enabled = ?2 WHERE name = ?1";
        let changed = self.connection.execute(sql, (name, enabled)).map_err(&at)?;
        self.end_sessions(name)?;
        Ok(changed == 1)
    }

    /// Keeps the hash of a user's new password; sessions end at once.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_password(&mut self, name: &str, hash: &str) -> Result<(), StoreError> {
        let at = StoreError::at(&self.path);
        let sql = "UPDATE users SET password = ?2 WHERE name = ?1";
        self.connection.execute(sql, (name, hash)).map_err(&at)?;
        self.end_sessions(name)?;
        Ok(())
    }

    fn end_sessions(&self, name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE user = ?1";
        let ended = self.connection.execute(sql, [name]);
        ended.map_err(StoreError::at(&self.path)).map(|_| ())
    }

    /// Keeps how a user wants to see pictures.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_view(&mut self, name: &str, view: View) -> Result<(), StoreError> {
        let sql = "UPDATE users SET view = ?2 WHERE name = ?1";
        let done = self.connection.execute(sql, (name, view.as_str()));
        done.map_err(StoreError::at(&self.path)).map(|_| ())
    }

    /// Keeps a session until the second `until`; also forgets those that ended before `now`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_session(
        &mut self,
        token: &str,
        user: &str,
        csrf: &str,
        now: i64,
        until: i64,
    ) -> Result<(), StoreError> {
        let path = self.path.clone();
        let at = StoreError::at(&path);
        let transaction = self.write()?;
        transaction
            .execute("DELETE FROM sessions WHERE until < ?1", [now])
            .map_err(&at)?;
        let sql = "INSERT INTO sessions (token, user, csrf, until) VALUES (?1, ?2, ?3, ?4)";
        transaction
            .execute(sql, (hashed(token), user, csrf, until))
            .map_err(&at)?;
        transaction.commit().map_err(&at)
    }

    /// The session of that token at the second `now`, if its user may still log in.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn session(&self, token: &str, now: i64) -> Result<Option<Session>, StoreError> {
        let sql = format!(
            "SELECT {USER}, csrf FROM sessions JOIN users ON users.name = sessions.user
             WHERE token = ?1 AND until >= ?2 AND enabled = 1"
        );
        let session = |row: &Row<'_>| {
            Ok(Session {
                user: user(row)?,
                csrf: row.get(6)?,
            })
        };
        let read = || {
            let mut statement = self.connection.prepare_cached(&sql)?;
            statement
                .query_row((hashed(token), now), session)
                .optional()
        };
        read().map_err(StoreError::at(&self.path))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn end_session(&mut self, token: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE token = ?1";
        let done = self.connection.execute(sql, [hashed(token)]);
        done.map_err(StoreError::at(&self.path)).map(|_| ())
    }
}

/// Who reads the file does not get into a session.
fn hashed(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let (role, brands): (String, String) = (row.get(1)?, row.get(2)?);
    let view: String = row.get(5)?;
    Ok(User {
        name: row.get(0)?,
        role: Role::parse(&role).ok_or_else(|| {
            let problem = format!("{role:?} is no role");
            rusqlite::Error::FromSqlConversionFailure(1, Type::Text, problem.into())
        })?,
        brands: brands
            .lines()
            .filter(|brand| !brand.is_empty())
            .map(BrandId::from)
            .collect(),
        password: row.get(3)?,
        enabled: row.get(4)?,
        view: View::parse(&view),
    })
}
