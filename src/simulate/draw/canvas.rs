use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Path, PathBuilder,
    Pixmap, Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, StrokeDash, Transform,
};

use super::colour::{BLACK, Colour, WHITE};

/// Drawings are made in a square of this many units, whatever the number of pixels.
pub(super) const UNITS: f32 = 640.0;

/// A path, or nothing when its points do not make one.
pub(super) type Shape = Option<Path>;

/// What a shape is filled with.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    Flat(Colour),
    /// Between two points.
    Linear([(f32, f32); 2], [Colour; 2]),
    /// Around a centre out to a radius.
    Radial((f32, f32), f32, [Colour; 2]),
}

impl From<Colour> for Ink {
    fn from(colour: Colour) -> Self {
        Self::Flat(colour)
    }
}

/// A transparent square to draw shaded shapes on.
pub(super) struct Canvas {
    pixmap: Pixmap,
    scale: Transform,
    clips: Vec<Mask>,
}

impl Canvas {
    /// `side` pixels each way; `None` for a side that has no pixels.
    pub(super) fn new(side: u32) -> Option<Self> {
        let scale = side as f32 / UNITS;
        Some(Self {
            pixmap: Pixmap::new(side, side)?,
            scale: Transform::from_scale(scale, scale),
            clips: Vec::new(),
        })
    }

    pub(super) fn into_pixmap(self) -> Pixmap {
        self.pixmap
    }

    pub(super) fn fill(&mut self, shape: &Shape, ink: impl Into<Ink>) {
        if let Some(path) = shape {
            let paint = paint(ink.into());
            self.pixmap.fill_path(
                path,
                &paint,
                FillRule::Winding,
                self.scale,
                self.clips.last(),
            );
        }
    }

    /// Fills what is inside an odd number of the shape's outlines: rings and frames.
    pub(super) fn fill_ring(&mut self, shape: &Shape, ink: impl Into<Ink>) {
        if let Some(path) = shape {
            let paint = paint(ink.into());
            self.pixmap.fill_path(
                path,
                &paint,
                FillRule::EvenOdd,
                self.scale,
                self.clips.last(),
            );
        }
    }

    pub(super) fn line(&mut self, shape: &Shape, colour: Colour, width: f32) {
        self.stroke(shape, colour, width, None);
    }

    /// A seam.
    pub(super) fn stitches(&mut self, shape: &Shape, colour: Colour) {
        self.stroke(shape, colour, 2.2, StrokeDash::new(vec![7.0, 5.0], 0.0));
    }

    fn stroke(&mut self, shape: &Shape, colour: Colour, width: f32, dash: Option<StrokeDash>) {
        if let Some(path) = shape {
            let stroke = Stroke {
                width,
                dash,
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            self.pixmap.stroke_path(
                path,
                &paint(colour.into()),
                &stroke,
                self.scale,
                self.clips.last(),
            );
        }
    }

    /// Draws only inside `shape`.
    pub(super) fn inside(&mut self, shape: &Shape, draw: impl FnOnce(&mut Self)) {
        let Some(path) = shape else { return };
        let mask = match self.clips.last() {
            Some(outer) => {
                let mut mask = outer.clone();
                mask.intersect_path(path, FillRule::Winding, true, self.scale);
                Some(mask)
            }
            None => Mask::new(self.pixmap.width(), self.pixmap.height()).map(|mut mask| {
                mask.fill_path(path, FillRule::Winding, true, self.scale);
                mask
            }),
        };
        if let Some(mask) = mask {
            self.clips.push(mask);
            draw(self);
            self.clips.pop();
        }
    }

    /// A body lit from the upper left: a gradient, then [`Canvas::gloss`].
    pub(super) fn solid(&mut self, shape: &Shape, colour: Colour) {
        let Some(path) = shape else { return };
        let bounds = path.bounds();
        let ends = [
            (bounds.left(), bounds.top()),
            (bounds.right(), bounds.bottom()),
        ];
        self.fill(
            shape,
            Ink::Linear(ends, [colour.lighter(0.14), colour.darker(0.24)]),
        );
        self.gloss(shape);
    }

    /// Highlight, shaded rim and outline, over whatever is on the shape already.
    pub(super) fn gloss(&mut self, shape: &Shape) {
        let Some(path) = shape else { return };
        let bounds = path.bounds();
        let size = bounds.width().max(bounds.height());
        let light = (
            bounds.left() + bounds.width() * 0.3,
            bounds.top() + bounds.height() * 0.25,
        );
        self.fill(
            shape,
            Ink::Radial(light, size * 0.55, [WHITE.alpha(0.28), WHITE.alpha(0.0)]),
        );
        let rim = (size * 0.05).clamp(3.0, 16.0);
        self.inside(shape, |canvas| {
            canvas.line(shape, BLACK.alpha(0.10), rim * 2.0);
            canvas.line(shape, BLACK.alpha(0.12), rim);
        });
        self.line(shape, BLACK.alpha(0.45), 1.6);
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let flat = |colour| Shader::SolidColor(solid_colour(colour));
    let stops = |ends: [Colour; 2]| {
        vec![
            GradientStop::new(0.0, solid_colour(ends[0])),
            GradientStop::new(1.0, solid_colour(ends[1])),
        ]
    };
    let point = |(x, y): (f32, f32)| Point::from_xy(x, y);
    let shader = match ink {
        Ink::Flat(colour) => flat(colour),
        Ink::Linear([from, to], ends) => LinearGradient::new(
            point(from),
            point(to),
            stops(ends),
            SpreadMode::Pad,
            Transform::identity(),
        )
        .unwrap_or_else(|| flat(ends[0])),
        Ink::Radial(centre, radius, ends) => RadialGradient::new(
            point(centre),
            0.0,
            point(centre),
            radius,
            stops(ends),
            SpreadMode::Pad,
            Transform::identity(),
        )
        .unwrap_or_else(|| flat(ends[0])),
    };
    Paint {
        shader,
        anti_alias: true,
        ..Paint::default()
    }
}

fn solid_colour(colour: Colour) -> tiny_skia::Color {
    let part = |x: f32| x.clamp(0.0, 1.0);
    tiny_skia::Color::from_rgba(
        part(colour.r),
        part(colour.g),
        part(colour.b),
        part(colour.a),
    )
    .unwrap_or(tiny_skia::Color::TRANSPARENT)
}

pub(super) fn ellipse(cx: f32, cy: f32, rx: f32, ry: f32) -> Shape {
    PathBuilder::from_oval(Rect::from_ltrb(cx - rx, cy - ry, cx + rx, cy + ry)?)
}

/// An ellipse with an elliptic hole; fill it with [`Canvas::fill_ring`].
pub(super) fn ring(cx: f32, cy: f32, rx: f32, ry: f32, hole: f32) -> Shape {
    let mut path = PathBuilder::new();
    path.push_oval(Rect::from_ltrb(cx - rx, cy - ry, cx + rx, cy + ry)?);
    path.push_oval(Rect::from_ltrb(
        cx - rx * hole,
        cy - ry * hole,
        cx + rx * hole,
        cy + ry * hole,
    )?);
    path.finish()
}

pub(super) fn polygon(points: &[(f32, f32)]) -> Shape {
    let mut path = lines(points)?;
    path.close();
    path.finish()
}

pub(super) fn polyline(points: &[(f32, f32)]) -> Shape {
    lines(points)?.finish()
}

fn lines(points: &[(f32, f32)]) -> Option<PathBuilder> {
    let (first, rest) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(first.0, first.1);
    for (x, y) in rest {
        path.line_to(*x, *y);
    }
    Some(path)
}

/// A box with round corners.
pub(super) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Shape {
    let r = radius.min(width / 2.0).min(height / 2.0);
    // The cubic that comes closest to a quarter of a circle.
    let k = r * 0.447_7;
    let (right, bottom) = (x + width, y + height);
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.cubic_to(right - k, y, right, y + k, right, y + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - k, right - k, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.cubic_to(x + k, bottom, x, bottom - k, x, bottom - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + k, x + k, y, x + r, y);
    path.close();
    path.finish()
}

/// A closed curve through `points` (Catmull-Rom as cubics).
pub(super) fn smooth(points: &[(f32, f32)]) -> Shape {
    let len = points.len();
    let at = |index: usize| points[index % len];
    let first = points.first()?;
    let mut path = PathBuilder::new();
    path.move_to(first.0, first.1);
    for index in 0..len {
        curve(
            &mut path,
            [at(index + len - 1), at(index), at(index + 1), at(index + 2)],
        );
    }
    path.close();
    path.finish()
}

/// An open curve through `points`.
pub(super) fn curve_through(points: &[(f32, f32)]) -> Shape {
    let last = points.len().checked_sub(1)?;
    let mut path = PathBuilder::new();
    path.move_to(points[0].0, points[0].1);
    for index in 0..last {
        let around = [
            points[index.saturating_sub(1)],
            points[index],
            points[index + 1],
            points[(index + 2).min(last)],
        ];
        curve(&mut path, around);
    }
    path.finish()
}

fn curve(path: &mut PathBuilder, [before, from, to, after]: [(f32, f32); 4]) {
    path.cubic_to(
        from.0 + (to.0 - before.0) / 6.0,
        from.1 + (to.1 - before.1) / 6.0,
        to.0 - (after.0 - from.0) / 6.0,
        to.1 - (after.1 - from.1) / 6.0,
        to.0,
        to.1,
    );
}

/// `count` corners on an ellipse, the first at `turn` radians.
pub(super) fn corners(
    cx: f32,
    cy: f32,
    rx: f32,
    ry: f32,
    count: usize,
    turn: f32,
) -> Vec<(f32, f32)> {
    (0..count)
        .map(|index| {
            let angle = turn + index as f32 * std::f32::consts::TAU / count as f32;
            (cx + rx * angle.cos(), cy + ry * angle.sin())
        })
        .collect()
}
