//! Plots as SVG that stand by themselves and keep to the reader's light or dark scheme.

use std::fmt::Write;

use crate::model::assess::CurvePoint;
use crate::model::metrics::Bin;

/// The drawing's size and where the square of 0..1 by 0..1 lies in it.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 14.0;
const SIDE: f64 = 290.0;

const STYLE: &str = "\
.plot{font:12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\
.plot text{fill:#5b6675}.plot .grid{stroke:#dfe3e8}.plot .even{stroke:#94a3b3;stroke-dasharray:4 4}\
.plot .line{stroke:#1f5fa8;stroke-width:2;fill:none;stroke-linejoin:round}.plot .dot{fill:#1f5fa8;fill-opacity:.75}\
@media(prefers-color-scheme:dark){.plot text{fill:#9aa6b5}.plot .grid{stroke:#2f3844}.plot .even{stroke:#6b7887}\
.plot .line{stroke:#7fb4f0}.plot .dot{fill:#7fb4f0}}";

/// Said against true share of fakes: a dot for each bin, larger for more listings.
pub(super) fn reliability(bins: &[Bin]) -> String {
    let mut drawing = frame(
        "mean probability",
        "share of fakes",
        "Reliability: the nearer to the dotted line, the truer",
    );
    line(&mut drawing, "even", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    line(
        &mut drawing,
        "line",
        bins.iter().map(|bin| (bin.mean_probability, bin.fakes)),
    );
    let most = bins.iter().map(|bin| bin.rows).max().unwrap_or(1) as f64;
    for bin in bins {
        let (x, y) = place(bin.mean_probability, bin.fakes);
        let radius = 3.0 + 7.0 * (bin.rows as f64).ln_1p() / most.ln_1p();
        let _ = write!(
            drawing,
            "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{} listings, said {:.3}, fakes {:.3}</title></circle>",
            bin.rows, bin.mean_probability, bin.fakes
        );
    }
    drawing + "</svg>\n"
}

/// Precision by recall.
pub(super) fn curve(points: &[CurvePoint]) -> String {
    let mut drawing = frame(
        "recall",
        "precision",
        "Precision and recall as the threshold falls",
    );
    line(
        &mut drawing,
        "line",
        points.iter().map(|point| (point.recall, point.precision)),
    );
    drawing + "</svg>\n"
}

fn place(x: f64, y: f64) -> (f64, f64) {
    (LEFT + SIDE * x, TOP + SIDE * (1.0 - y))
}

fn line(drawing: &mut String, class: &str, points: impl Iterator<Item = (f64, f64)>) {
    let points = points.map(|(x, y)| place(x, y));
    let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = write!(
        drawing,
        "<polyline class=\"{class}\" fill=\"none\" points=\"{}\"/>",
        points.join(" ")
    );
}

/// Axes from 0 to 1 with their names; writing into a `String` cannot fail.
fn frame(across: &str, up: &str, title: &str) -> String {
    let mut drawing = format!(
        "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\"><title>{title}</title><style>{STYLE}</style>"
    );
    for fifth in 0..=5 {
        let at = f64::from(fifth) / 5.0;
        let ((x, bottom), (left, y)) = (place(at, 0.0), place(0.0, at));
        let right = LEFT + SIDE;
        let _ = write!(
            drawing,
            "<path class=\"grid\" d=\"M{x:.1} {TOP}V{bottom:.1}M{left:.1} {y:.1}H{right:.1}\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{at:.1}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{at:.1}</text>",
            bottom + 18.0,
            left - 8.0,
            y + 4.0
        );
    }
    let (middle, bottom) = place(0.5, 0.0);
    let _ = write!(
        drawing,
        "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>\
         <text transform=\"translate(14 {:.1}) rotate(-90)\" text-anchor=\"middle\">{up}</text>",
        bottom + 40.0,
        TOP + SIDE / 2.0
    );
    drawing
}
