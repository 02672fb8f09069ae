//! The weights file: mark, version, checksum, content. All numbers little-endian.
//!
//! ```text
//! 8 bytes   "TRSURROG"
//! u32       version
//! 32 bytes  BLAKE3 of everything after it
//! content   texts; surrogates; features (48-bit key, u16 idf); i8 weights, features × maps; rows
//! ```
//!
//! Features are named by hash only and training rows by id and hash: the file holds no task text.

use super::bundle::{About, Bundle, Surrogate};
use super::bytes::{Reader, Writer};
use super::error::SurrogateError;
use super::figures::{Figures, Pair};
use super::memory::{Ids, Memory};
use super::scale::Scale;
use super::sketch::Sketch;
use super::space::{Space, idf_of_steps, idf_steps};

const MARK: &[u8; 8] = b"TRSURROG";

/// Version of the format.
const VERSION: u32 = 1;

type Read<T> = Result<T, SurrogateError>;

const fn malformed<T>(part: &'static str) -> Read<T> {
    Err(SurrogateError::Malformed(part))
}

impl Bundle {
    /// The bundle as bytes of a weights file. The same bundle gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut content = Writer::default();
        [&self.name, &self.attribution, &self.seed]
            .into_iter()
            .for_each(|t| content.text(t));
        content.count(self.surrogates.len());
        self.surrogates
            .iter()
            .for_each(|surrogate| write_surrogate(&mut content, surrogate));
        content.count(self.space.len());
        self.space
            .keys
            .iter()
            .for_each(|key| content.bytes(&key.to_le_bytes()[..6]));
        let idf = self.space.idf.iter().map(|idf| idf_steps(*idf));
        idf.for_each(|steps| content.bytes(&steps.to_le_bytes()));
        self.weights
            .iter()
            .for_each(|weight| content.bytes(&weight.to_le_bytes()));
        write_memory(&mut content, &self.memory);
        let mut file = Writer::default();
        file.bytes(MARK);
        file.bytes(&VERSION.to_le_bytes());
        file.bytes(blake3::hash(&content.0).as_bytes());
        file.bytes(&content.0);
        file.0
    }

    /// Read a weights file.
    ///
    /// # Errors
    ///
    /// When the bytes are not such a file, of another version, damaged, or contradict themselves.
    pub fn from_bytes(bytes: &[u8]) -> Read<Self> {
        let mut reader = Reader(content(bytes)?);
        let [name, attribution, seed] = [
            reader.text("name")?,
            reader.text("attribution")?,
            reader.text("seed")?,
        ];
        let mut surrogates = Vec::new();
        let mut maps = 0;
        for _ in 0..reader.count("surrogates")? {
            let surrogate = read_surrogate(&mut reader, maps)?;
            maps += surrogate.maps();
            surrogates.push(surrogate);
        }
        let features = reader.count("features")?;
        let key = |[a, b, c, d, e, f]: [u8; 6]| u64::from_le_bytes([a, b, c, d, e, f, 0, 0]);
        let keys = reader.items(features, "features", key)?;
        let idf = |bytes| idf_of_steps(u16::from_le_bytes(bytes));
        let idf: Vec<f32> = reader.items(features, "features", idf)?;
        if surrogates.is_empty() || idf.contains(&0.0) {
            return malformed("features");
        }
        let weights = reader.items(features.saturating_mul(maps), "weights", i8::from_le_bytes)?;
        let memory = read_memory(&mut reader, maps, &surrogates)?;
        if !reader.0.is_empty() {
            return malformed("end");
        }
        let space = Space::new(keys, idf);
        Ok(Self {
            name,
            attribution,
            seed,
            space,
            weights,
            surrogates,
            memory,
        })
    }
}

/// The content behind mark, version and checksum.
fn content(bytes: &[u8]) -> Read<&[u8]> {
    let Some(rest) = bytes.strip_prefix(MARK) else {
        return Err(SurrogateError::NotSurrogates);
    };
    let mut reader = Reader(rest);
    let found = reader.count("version")? as u32;
    if found != VERSION {
        return Err(SurrogateError::Version {
            found,
            known: VERSION,
        });
    }
    let checksum = reader.bytes(32, "checksum")?;
    if blake3::hash(reader.0).as_bytes() != checksum {
        return Err(SurrogateError::Checksum);
    }
    Ok(reader.0)
}

fn write_surrogate(w: &mut Writer, surrogate: &Surrogate) {
    let about = &surrogate.about;
    [&about.id, &about.dimension, &about.source]
        .into_iter()
        .for_each(|t| w.text(t));
    match &about.scale {
        Scale::Score => w.count(0),
        Scale::Labels(labels) => {
            w.count(labels.len());
            for (name, value) in labels {
                w.text(name);
                w.f64(*value);
            }
        }
    }
    w.f64s(&surrogate.shares);
    w.f64s(&surrogate.intercepts);
    w.f64s(&surrogate.steps);
    w.f64(surrogate.widening);
    write_figures(w, &about.figures);
}

fn read_surrogate(r: &mut Reader<'_>, first: usize) -> Read<Surrogate> {
    let [id, dimension, source] = [r.text("id")?, r.text("dimension")?, r.text("source")?];
    let scale = match r.count("scale")? {
        0 => Scale::Score,
        labels => {
            let mut read = Vec::new();
            for _ in 0..labels {
                read.push((r.text("scale")?, r.f64("scale")?));
            }
            Scale::Labels(read)
        }
    };
    if !scale.is_ordered() {
        return malformed("scale");
    }
    let anchors = scale.values().len();
    let shares = r.f64s(anchors, "shares")?;
    let intercepts = r.f64s(anchors - 1, "intercepts")?;
    let steps = r.f64s(anchors - 1, "steps")?;
    let widening = r.f64("widening")?;
    let figures = read_figures(r)?;
    let about = About {
        id,
        dimension,
        scale,
        source,
        figures,
    };
    Ok(Surrogate {
        about,
        shares,
        intercepts,
        steps,
        widening,
        first,
    })
}

fn write_figures(w: &mut Writer, figures: &Figures) {
    w.count(figures.rows);
    w.count(figures.groups);
    for option in [
        figures.pearson,
        figures.kappa_quadratic,
        figures.kappa_nominal,
    ] {
        w.bytes(&[u8::from(option.is_some())]);
        w.f64(option.unwrap_or(0.0));
    }
    w.f64(figures.rmse);
    w.f64(figures.accuracy);
    w.f64(figures.calibration_error);
    w.f64(figures.calibration_error_top);
    w.f64(figures.log_loss);
    for pair in [figures.alpha, figures.beta, figures.gamma] {
        w.f64(pair.predicted);
        w.f64(pair.actual);
    }
}

fn read_figures(r: &mut Reader<'_>) -> Read<Figures> {
    let part = "figures";
    let [rows, groups] = [r.count(part)?, r.count(part)?];
    let option = |r: &mut Reader<'_>| {
        let known = r.byte(part)? != 0;
        Ok(Some(r.f64(part)?).filter(|_| known))
    };
    let [pearson, kappa_quadratic, kappa_nominal] = [option(r)?, option(r)?, option(r)?];
    let [rmse, accuracy] = [r.f64(part)?, r.f64(part)?];
    let [calibration_error, calibration_error_top] = [r.f64(part)?, r.f64(part)?];
    let log_loss = r.f64(part)?;
    let pair = |r: &mut Reader<'_>| {
        Ok(Pair {
            predicted: r.f64(part)?,
            actual: r.f64(part)?,
        })
    };
    let [alpha, beta, gamma] = [pair(r)?, pair(r)?, pair(r)?];
    Ok(Figures {
        rows,
        groups,
        pearson,
        rmse,
        kappa_quadratic,
        kappa_nominal,
        accuracy,
        calibration_error,
        calibration_error_top,
        log_loss,
        alpha,
        beta,
        gamma,
    })
}

fn write_memory(w: &mut Writer, memory: &Memory) {
    w.count(memory.len());
    memory
        .texts
        .iter()
        .for_each(|text| w.bytes(&text.to_le_bytes()));
    memory
        .ids
        .ends
        .iter()
        .for_each(|end| w.bytes(&end.to_le_bytes()));
    w.text(&memory.ids.buffer);
    w.bytes(&memory.folds);
    memory
        .probabilities
        .iter()
        .for_each(|step| w.bytes(&step.to_le_bytes()));
    memory
        .answers
        .iter()
        .for_each(|answer| w.bytes(&answer.to_le_bytes()));
    memory
        .sketches
        .iter()
        .flatten()
        .for_each(|word| w.bytes(&word.to_le_bytes()));
}

fn read_memory(r: &mut Reader<'_>, maps: usize, surrogates: &[Surrogate]) -> Read<Memory> {
    let part = "rows";
    let rows = r.count(part)?;
    let texts = r.items(rows, part, u64::from_le_bytes)?;
    let ids = Ids {
        ends: r.items(rows, part, u32::from_le_bytes)?,
        buffer: r.text(part)?,
    };
    let folds = r.bytes(rows, part)?.to_vec();
    let probabilities = r.items(rows.saturating_mul(maps), part, u16::from_le_bytes)?;
    let answers = r.items(
        rows.saturating_mul(surrogates.len()),
        part,
        u16::from_le_bytes,
    )?;
    let words = r.items(
        rows.saturating_mul(size_of::<Sketch>() / 8),
        part,
        u64::from_le_bytes,
    )?;
    let sketches = words.as_chunks().0.to_vec();
    let known = |(i, answer): (usize, &u16)| {
        let scale = &surrogates[i % surrogates.len()].about.scale;
        match scale {
            Scale::Labels(labels) => usize::from(*answer) < labels.len(),
            Scale::Score => *answer <= 10_000,
        }
    };
    if !texts.is_sorted() || !ids.is_sound() || !answers.iter().enumerate().all(known) {
        return malformed(part);
    }
    Ok(Memory {
        texts,
        ids,
        folds,
        probabilities,
        answers,
        sketches,
    })
}
