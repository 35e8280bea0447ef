//! Pages of a PDF whose text is in pictures: drawn as a reader would see them, and handed to recognition.
//!
//! A page without text is drawn whole, at the resolution of its pictures, so
//! that strips and stencils come together again. On a page with text, only its
//! larger pictures are looked at, each once a file. The drawing is hayro's,
//! which reads the file anew, and is asked only when there is something to draw.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData,
        ImageDrawProps, InterpreterCache, InterpreterSettings, InterpreterWarning, SoftMask,
        font::GlyphRun, interpret_page, util::TransformExt,
    },
    hayro_syntax::Pdf,
    kurbo::{Affine, BezPath, Rect},
};
use lopdf::{Document, LoadOptions};

use super::bounds::{Bounded, bound};
use crate::{
    exhibit::Reading,
    scan::{Effort, Gray, Place, Scanner, Seen},
};

/// Dots of one page drawn.
const MAX_DOTS: f32 = 30_000_000.0;
/// Longest side of a page drawn.
const MAX_SIDE: f32 = 20_000.0;
/// Dots of one picture on a page with text.
const MAX_PICTURE: u32 = 60_000_000;
/// Pictures of one page with text that are looked at.
const MAX_PICTURES: usize = 64;
/// A picture with fewer dots than this to a side is a rule or a bullet.
const MIN_WIDTH: u32 = 120;
const MIN_HEIGHT: u32 = 28;

/// Draws pages of one file, and looks at them.
pub(super) struct Pages<'b> {
    bytes: &'b [u8],
    /// Bytes that a part of the file may unpack to.
    max: usize,
    password: String,
    /// `None` before the first page is asked for.
    opened: Option<Option<Pdf>>,
    scanner: Scanner,
    /// Pictures that were looked at: a letterhead stands on every page.
    known: HashSet<(u32, i32)>,
    /// Whether a picture was lost since it was last asked.
    has_lost: Arc<AtomicBool>,
}

impl<'b> Pages<'b> {
    pub(super) fn new(bytes: &'b [u8], max: usize, password: String) -> Self {
        Self {
            bytes,
            max,
            password,
            opened: None,
            scanner: Scanner::default(),
            known: HashSet::new(),
            has_lost: Arc::default(),
        }
    }

    /// Whether a picture that was to be looked at since the last call could not be decoded, or was too large.
    pub(super) fn take_lost(&self) -> bool {
        self.has_lost.swap(false, Ordering::Relaxed)
    }

    /// How pages are interpreted: a picture that cannot be decoded is noted, since the page is drawn without it.
    fn settings(&self) -> InterpreterSettings {
        let has_lost = Arc::clone(&self.has_lost);
        InterpreterSettings {
            warning_sink: Arc::new(move |warning| {
                if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                    has_lost.store(true, Ordering::Relaxed);
                }
            }),
            ..InterpreterSettings::default()
        }
    }

    fn open(&mut self) -> Option<&Pdf> {
        let (bytes, max, password) = (self.bytes, self.max, &self.password);
        self.opened
            .get_or_insert_with(|| {
                let open = || open(bytes, max, password);
                catch_unwind(AssertUnwindSafe(open)).ok().flatten()
            })
            .as_ref()
    }

    /// Looks at the whole of a page, drawn with so many dots to the point. `None` when it cannot be drawn.
    pub(super) fn whole(
        &mut self,
        page: u32,
        density: f32,
        reading: &mut Reading<'_>,
    ) -> Option<Seen> {
        let settings = self.settings();
        let pdf = self.open()?;
        reading.pulse();
        let image = catch_unwind(AssertUnwindSafe(|| draw(pdf, page, density, &settings)));
        let image = image.ok().flatten()?;
        reading.pulse();
        Some(self.scanner.page(image, page, reading))
    }

    /// Looks at the larger pictures of a page. `None` when they cannot be drawn.
    pub(super) fn pictures(
        &mut self,
        page: u32,
        base: usize,
        reading: &mut Reading<'_>,
    ) -> Option<()> {
        let settings = self.settings();
        let pdf = self.open()?;
        reading.pulse();
        let found = catch_unwind(AssertUnwindSafe(|| collect(pdf, page, settings)));
        let Collector { found, has_lost } = found.ok().flatten()?;
        self.has_lost.fetch_or(has_lost, Ordering::Relaxed);
        let mut base = base;
        for picture in found {
            if !self.known.insert(picture.key) {
                continue;
            }
            let place = Place {
                page,
                base,
                to_page: picture.to_page,
            };
            let (_, n) = self
                .scanner
                .picture(picture.image, &place, Effort::Brief, reading);
            base += n;
        }
        Some(())
    }
}

/// The file for the library that draws, without the pictures that ask for too much.
fn open(bytes: &[u8], max: usize, password: &str) -> Option<Pdf> {
    let read = |bytes, password| Pdf::new_with_password(Arc::new(bytes), password).ok();
    let pdf = read(bytes.to_vec(), password)?;
    match bound(&pdf) {
        Bounded::All => return Some(pdf),
        Bounded::Without(blanked) => return read(blanked, password),
        Bounded::Locked => {}
    }
    // A picture can be blanked only where its bytes stand as they are, so in a copy without the lock.
    drop(pdf);
    let pdf = read(unlocked(bytes, max, password)?, "")?;
    match bound(&pdf) {
        Bounded::All => Some(pdf),
        Bounded::Without(blanked) => read(blanked, ""),
        Bounded::Locked => None,
    }
}

/// The bytes of a locked file as if it had not been locked.
fn unlocked(bytes: &[u8], max: usize, password: &str) -> Option<Vec<u8>> {
    let mut options = LoadOptions::with_max_decompressed_size(max);
    options.password = Some(password.to_owned());
    let mut doc = Document::load_mem_with_options(bytes, options).ok()?;
    let mut copy = Vec::new();
    doc.save_to(&mut copy).ok()?;
    (!doc.is_encrypted()).then_some(copy)
}

/// A page in shades of grey.
fn draw(pdf: &Pdf, page: u32, density: f32, interpreter: &InterpreterSettings) -> Option<Gray> {
    let page = pdf.pages().get(page as usize - 1)?;
    let (width, height) = page.render_dimensions();
    let most = (MAX_DOTS / (width * height).max(1.0))
        .sqrt()
        .min(MAX_SIDE / width.max(height).max(1.0));
    let scale = density.min(most);
    let settings = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: hayro::vello_cpu::color::palette::css::WHITE,
    };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        interpreter,
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (usize::from(pixmap.width()), usize::from(pixmap.height()));
    Gray::from_samples(width, height, 4, pixmap.data_as_u8_slice())
}

/// A picture that a page shows.
struct Picture {
    image: Gray,
    /// Its dots to thousandths of the page.
    to_page: [f32; 6],
    key: (u32, i32),
}

/// Collects the larger pictures that a page draws.
#[derive(Default)]
struct Collector {
    found: Vec<Picture>,
    /// One could not be decoded, or was left out.
    has_lost: bool,
}

fn collect(pdf: &Pdf, page: u32, settings: InterpreterSettings) -> Option<Collector> {
    let page = pdf.pages().get(page as usize - 1)?;
    let (width, height) = page.render_dimensions();
    let thousandths =
        Affine::scale_non_uniform(1000.0 / f64::from(width), 1000.0 / f64::from(height));
    let transform = thousandths * page.initial_transform(true).to_kurbo();
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        transform,
        Rect::new(0.0, 0.0, 1000.0, 1000.0),
        &cache,
        page.xref(),
        settings,
    );
    let mut collector = Collector::default();
    interpret_page(page, &mut context, &mut collector);
    Some(collector)
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let (width, height) = (image.width(), image.height());
        let is_small = width.max(height) < MIN_WIDTH || width.min(height) < MIN_HEIGHT;
        let is_large = width.checked_mul(height).is_none_or(|n| n > MAX_PICTURE);
        if is_small {
            return;
        }
        if is_large || self.found.len() >= MAX_PICTURES {
            self.has_lost = true;
            return;
        }
        let (id, grey) = match &image {
            Image::Raster(raster) => {
                let mut grey = None;
                raster.with_rgba(|data, _| grey = shades(&data), None);
                (raster.stream().obj_id(), grey)
            }
            Image::Stencil(stencil) => {
                let mut grey = None;
                stencil.with_stencil(
                    |data, _| {
                        let (width, height) = (data.width as usize, data.height as usize);
                        grey = Gray::new(width, height, data.data).map(Gray::inverted);
                    },
                    None,
                );
                (stencil.stream().obj_id(), grey)
            }
        };
        let Some(image) = grey else {
            self.has_lost = true;
            return;
        };
        let coefficients = props.transform.as_coeffs().map(|n| n as f32);
        self.found.push(Picture {
            image,
            to_page: coefficients,
            key: (id.obj_number, id.gen_number),
        });
    }
}

fn shades(data: &ImageData) -> Option<Gray> {
    let (width, height) = (data.width() as usize, data.height() as usize);
    match data {
        ImageData::Luma(luma) => Gray::new(width, height, luma.data.clone()),
        ImageData::Rgb(rgb) => Gray::from_samples(width, height, 3, &rgb.data),
    }
}
