//! The real program on small data.

mod browser;
mod cases;
mod catalogs;
mod decisions;
mod demo;
mod desk;
mod evaluation;
mod feeds;
mod fingerprints;
mod honest;
mod incremental;
mod lawful;
mod learning;
mod links;
mod prices;
mod report;
mod runs;
mod scan_and_desk;
mod served;
mod slips;
mod spoilt;
mod streams;
mod support;
mod upkeep;
