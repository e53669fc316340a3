//! Images of different products that their fingerprints do not tell apart.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::finding::{Code, Finding};
use super::images::{below_images, product_list};
use super::variants::{Item, are_variants};
use crate::image::Transform;
use crate::record::ProductId;
use crate::reference::images::{ImageIndex, ImageRole, ReferenceImage, Verdict};

/// Reports groups of official images that a scan would take for copies of each other: one finding
/// a group, at its first file. Images that one product uses may look alike.
pub(super) fn report(images: &[ReferenceImage], items: &[Item], findings: &mut Vec<Finding>) {
    let official: Vec<ReferenceImage> = images
        .iter()
        .filter(|image| image.role == ImageRole::Official)
        .cloned()
        .collect();
    let mut uses: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, item) in items.iter().enumerate() {
        for file in &item.product.images {
            uses.entry(file).or_default().push(position);
        }
    }
    for group in groups(&official) {
        let files: Vec<&str> = group
            .iter()
            .map(|member| official[*member].file.as_str())
            .collect();
        let positions: BTreeSet<usize> = files
            .iter()
            .filter_map(|file| uses.get(file))
            .flatten()
            .copied()
            .collect();
        let products: Vec<&Item> = positions.iter().map(|position| &items[*position]).collect();
        let ids: BTreeSet<&ProductId> = products.iter().map(|item| &item.product.id).collect();
        if ids.len() < 2 {
            continue;
        }
        let (code, expected) = if are_variants(&products) {
            (
                Code::ImagesAlikeOfVariants,
                "nothing to do if these are variants of one product",
            )
        } else {
            let expected = "images that show how the models differ: \
                            a copy of one of these does not tell which is meant";
            (Code::ImagesAlike, expected)
        };
        let others = files[1..].iter().take(4).map(|file| below_images(file));
        let others = others.collect::<Vec<_>>().join(", ");
        let more = if files.len() > 5 { ", ..." } else { "" };
        let products = product_list(products.into_iter());
        let found = format!("looks like {others}{more}, of {products}");
        findings.push(
            Finding::new(code, &below_images(files[0]))
                .found(found)
                .expected(expected),
        );
    }
}

/// Positions of images that look alike, directly or by way of others; each group and the groups
/// ascending.
fn groups(images: &[ReferenceImage]) -> Vec<Vec<usize>> {
    let index = ImageIndex::new(images.to_vec());
    let position: BTreeMap<String, usize> = images
        .iter()
        .enumerate()
        .map(|(position, image)| (image.name(), position))
        .collect();
    let alike: Vec<Vec<usize>> = images
        .par_iter()
        .map(|image| {
            let hits = index.hits(&image.fingerprint).into_iter();
            hits.filter(|hit| {
                hit.verdict == Verdict::Copy
                    && hit.transform == Transform::Identity
                    && hit.confidence >= 0.5
            })
            .filter_map(|hit| position.get(&hit.reference).copied())
            .collect()
        })
        .collect();
    let mut leader: Vec<usize> = (0..images.len()).collect();
    for (from, others) in alike.into_iter().enumerate() {
        for to in others {
            let (a, b) = (root(&mut leader, from), root(&mut leader, to));
            leader[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for member in 0..images.len() {
        groups
            .entry(root(&mut leader, member))
            .or_default()
            .push(member);
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

fn root(leader: &mut [usize], mut member: usize) -> usize {
    while leader[member] != member {
        leader[member] = leader[leader[member]];
        member = leader[member];
    }
    member
}
