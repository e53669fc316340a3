use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;

use super::access::Gate;
use super::brand::Uploads;
use crate::candidates::Candidate;
use crate::candidates::decision::ReviewRules;
use crate::export::{self, ExportError};
use crate::image::Limits;
use crate::price::{Rates, RatesError};
use crate::record::{Brand, BrandId, ContentHash, SellerId};
use crate::store::{Store, StoreError};
use crate::workspace::Workspace;

/// What all requests share.
pub struct Desk {
    pub(super) workspace: Workspace,
    pub(super) rules: ReviewRules,
    pub(super) behind_proxy: bool,
    pub(super) limits: Limits,
    pub(super) gate: Gate,
    pub(super) uploads: Uploads,
    checking: Mutex<()>,
    sellers_secret: String,
    clock: fn() -> Timestamp,
    rates: Rates,
    stores: Mutex<Vec<Store>>,
    writing: Mutex<()>,
    references: Mutex<Option<(i64, Arc<References>)>>,
    /// As the catalogs have them that the stamp stands for: a catalog takes long to read for one page.
    brands: Mutex<(i64, Brands)>,
}

/// Brands that were asked for; `None` for one without a catalog.
type Brands = BTreeMap<BrandId, Option<Arc<Brand>>>;

/// Contents of reference pictures by name.
pub(super) type References = BTreeMap<String, ContentHash>;

/// Why the desk cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Others could listen.
    #[error(
        "{0} can be reached by others, and the desk itself speaks no TLS: bind to 127.0.0.1, or put a proxy with TLS before it and say so with --behind-proxy"
    )]
    Exposed(IpAddr),
    /// The address cannot be used.
    #[error("cannot listen on {address}: {source}; choose another with --bind")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's word.
        source: std::io::Error,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A run cannot be read.
    #[error(transparent)]
    Run(#[from] ExportError),
    /// The exchange rates cannot be used.
    #[error(transparent)]
    Rates(#[from] RatesError),
}

/// Candidates indexed in one transaction.
const INDEXED_AT_ONCE: usize = 2000;

impl Desk {
    /// A desk over a workspace. `clock` tells the time; `behind_proxy` says that a proxy with TLS is before it, whose
    /// `X-Forwarded-For` is believed.
    ///
    /// # Errors
    /// When the store, or the exchange rates, cannot be used.
    pub fn open(
        workspace: Workspace,
        rules: ReviewRules,
        clock: fn() -> Timestamp,
        behind_proxy: bool,
    ) -> Result<Self, DeskError> {
        let store = Store::open(&workspace.database())?;
        Ok(Self {
            workspace,
            rules,
            behind_proxy,
            limits: Limits::default(),
            gate: Gate::default(),
            uploads: Uploads::default(),
            checking: Mutex::default(),
            sellers_secret: store.sellers_secret()?,
            clock,
            rates: Rates::embedded()?,
            stores: Mutex::new(vec![store]),
            writing: Mutex::default(),
            references: Mutex::default(),
            brands: Mutex::default(),
        })
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The day by universal time.
    pub(super) fn today(&self) -> Date {
        self.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// The turn to check a catalog.
    pub(super) fn checking(&self) -> MutexGuard<'_, ()> {
        self.checking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A name that tells sellers apart without saying who they are: nobody makes it from an account without the secret.
    pub(super) fn alias(&self, seller: &SellerId) -> String {
        let text = format!("seller {} {}", self.sellers_secret, seller.as_str());
        format!("seller {}", &blake3::hash(text.as_bytes()).to_hex()[..10])
    }

    /// The turn to write. SQLite lets whoever waits for another's write sleep and ask again; here they queue.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works with a connection of its own.
    pub(super) fn with_store<T>(
        &self,
        work: impl FnOnce(&mut Store) -> T,
    ) -> Result<T, StoreError> {
        let free = || self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = free().pop();
        let mut store = match idle {
            Some(store) => store,
            None => Store::open(&self.workspace.database())?,
        };
        let done = work(&mut store);
        free().push(store);
        Ok(done)
    }

    /// Indexes runs that were not yet.
    ///
    /// # Errors
    /// When its files cannot be read, or the store not be written.
    pub fn index_runs(&self, store: &mut Store) -> Result<(), DeskError> {
        let to_do = store.unindexed_runs()?;
        if to_do
            .iter()
            .all(|(run, _)| self.workspace.run(run).is_none())
        {
            return Ok(());
        }
        // One does it, whoever else wants it waits and finds it done.
        let _turn = self.turn();
        for (run, model) in store.unindexed_runs()? {
            let Some(folder) = self.workspace.run(&run) else {
                continue;
            };
            let mut waiting = Vec::new();
            let mut failed = None;
            export::candidates::read(&folder.join("candidates.ndjson"), |candidate, place| {
                let value = candidate.probability * self.harm(&candidate);
                waiting.push((candidate, value, place));
                if waiting.len() >= INDEXED_AT_ONCE && failed.is_none() {
                    failed = store.index_candidates(&run, &waiting).err();
                    waiting.clear();
                }
            })?;
            if let Some(error) = failed {
                return Err(error.into());
            }
            store.index_candidates(&run, &waiting)?;
            store.finish_index(&run, &model)?;
        }
        Ok(())
    }

    /// What a deceived buyer stands to lose, in euros: the asked price, from 1 to 1,000; 25 where it is not known.
    fn harm(&self, candidate: &Candidate) -> f64 {
        let asked = candidate.price.amount.and_then(|amount| {
            let day = self.rates.last_day()?;
            let euros = iso_currency::Currency::EUR;
            self.rates.convert(amount, euros, day).ok()
        });
        asked.map_or(25.0, |euros| euros.major().clamp(1.0, 1000.0))
    }

    /// A brand as its latest catalog has it; a permission that is given or withdrawn at the desk makes a new one.
    pub(super) fn brand(
        &self,
        store: &Store,
        id: &BrandId,
    ) -> Result<Option<Arc<Brand>>, StoreError> {
        let stamp = store.reference_stamp()?;
        let mut kept = self.brands.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != stamp {
            *kept = (stamp, BTreeMap::new());
        }
        if let Some(brand) = kept.1.get(id) {
            return Ok(brand.clone());
        }
        let brand = store.brand(id)?.map(Arc::new);
        kept.1.insert(id.clone(), brand.clone());
        Ok(brand)
    }

    /// The contents of all reference pictures, of catalogs and of the bank.
    pub(super) fn references(&self, store: &Store) -> Result<Arc<References>, StoreError> {
        let stamp = store.reference_stamp()?;
        let mut kept = self
            .references
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some((of, references)) if *of == stamp => Ok(Arc::clone(references)),
            _ => {
                let references = Arc::new(store.reference_contents()?);
                *kept = Some((stamp, Arc::clone(&references)));
                Ok(references)
            }
        }
    }
}
