//! The real program on small data.

mod catalogs;
mod demo;
mod evaluation;
mod feeds;
mod fingerprints;
mod honest;
mod lawful;
mod links;
mod report;
mod runs;
mod spoilt;
mod support;
