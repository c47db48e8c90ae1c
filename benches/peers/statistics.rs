//! Means, and the interval of their ratio by bootstrap.

/// How often the runs are drawn anew.
const DRAWS: usize = 10_000;

/// How many times as large one mean is as another, and the interval of 95 %.
#[derive(Clone, Copy)]
pub(crate) struct Ratio {
    pub(crate) mean: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The ratio of the means of `peer` and `ours`, with its percentile interval: both series are drawn anew, each by itself,
/// with replacement (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). As many
/// draws lie below the interval as above it.
pub(crate) fn ratio(peer: &[f64], ours: &[f64]) -> Ratio {
    let mut random = SplitMix64(0x6365_7274_7772_6967);
    let mut drawn: Vec<f64> = (0..DRAWS).map(|_| random.mean_of_draw(peer) / random.mean_of_draw(ours)).collect();
    drawn.sort_by(f64::total_cmp);
    Ratio { mean: mean(peer) / mean(ours), low: drawn[DRAWS / 40], high: drawn[DRAWS - 1 - DRAWS / 40] }
}

/// The generator of Steele, Lea and Flood (Fast Splittable Pseudorandom Number Generators, 2014), begun alike each time, so
/// that the same runs have the same interval.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn mean_of_draw(&mut self, values: &[f64]) -> f64 {
        let count = values.len() as u128;
        let sum: f64 = values.iter().map(|_| values[((u128::from(self.next()) * count) >> 64) as usize]).sum();
        sum / values.len() as f64
    }
}
