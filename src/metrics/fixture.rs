//! The data sets of the parity tests, and what scikit-learn 1.9.1 (numpy 2.4.6, `float64`) makes of them.
//!
//! The rows come from a linear congruential generator of one line, so that Python made the very same ones; scores are
//! sixty-fourths, which `f32` holds exactly. Figures are compared within 1e-9.

/// ROC AUC and average precision of the flag: `roc_auc_score`, `average_precision_score`.
pub(crate) const AUC: f64 = 0.863_386_338_633_863_4;
pub(crate) const AP: f64 = 0.850_895_880_714_267_6;
/// The same with `sample_weight = row % 4`.
pub(crate) const WEIGHTED_AUC: f64 = 0.890_667_378_062_336_1;
pub(crate) const WEIGHTED_AP: f64 = 0.892_430_230_659_703_4;
/// The same with the target `min(y + (row % 5) / 8, 1)`: each row given twice, as positive with the weight of its target and as
/// negative with the rest.
pub(crate) const SOFT_AUC: f64 = 0.788_461_919_643_742_1;
pub(crate) const SOFT_AP: f64 = 0.858_827_522_350_927_4;
/// The points of `roc_curve(drop_intermediate=False)` and `precision_recall_curve` at the threshold 40/64.
pub(crate) const ROC_FPR: f64 = 0.168_316_831_683_168_33;
pub(crate) const ROC_TPR: f64 = 0.696_969_696_969_697;
pub(crate) const PR_PRECISION: f64 = 0.802_325_581_395_348_8;
pub(crate) const PR_RECALL: f64 = 0.696_969_696_969_697;
/// `brier_score_loss`, `log_loss`; the calibration error by numpy from its definition, with the bins
/// `minimum((p * 15).astype(int), 14)`.
pub(crate) const BRIER: f64 = 0.151_889_648_437_5;
pub(crate) const LOG_LOSS: f64 = 0.465_939_857_035_501_34;
pub(crate) const ECE: f64 = 0.103_281_25;
/// The same with `sample_weight = row % 4`.
pub(crate) const WEIGHTED_BRIER: f64 = 0.136_583_658_854_166_68;
pub(crate) const WEIGHTED_LOG_LOSS: f64 = 0.426_737_283_982_112_4;
pub(crate) const WEIGHTED_ECE: f64 = 0.128_125;
/// Of the flag raised where `p >= 0.5`: mean of y, `accuracy_score`, `f1_score(average="macro")`.
pub(crate) const BASE_RATE: f64 = 0.495;
pub(crate) const FLAG_ACCURACY: f64 = 0.785;
pub(crate) const FLAG_MACRO_F1: f64 = 0.784_087_770_831_764_2;
/// Of the stance, whose verdict is the argmax: share of the most frequent class, `accuracy_score`, `f1_score(average="macro")`.
pub(crate) const MAJORITY: f64 = 0.393_333_333_333_333_3;
pub(crate) const ACCURACY: f64 = 0.586_666_666_666_666_7;
pub(crate) const MACRO_F1: f64 = 0.584_601_633_233_815_1;
/// `precision_recall_fscore_support`, one row for each class.
pub(crate) const PER_CLASS: [[f64; 4]; 3] = [
    [0.578_947_368_421_052_7, 0.673_469_387_755_102, 0.622_641_509_433_962_2, 49.0],
    [0.645_833_333_333_333_4, 0.525_423_728_813_559_4, 0.579_439_252_336_448_6, 59.0],
    [0.533_333_333_333_333_3, 0.571_428_571_428_571_4, 0.551_724_137_931_034_5, 42.0],
];
/// `roc_auc_score(multi_class="ovr")`; mean of `average_precision_score` over the classes.
pub(crate) const CLASS_AUC: f64 = 0.769_512_139_564_974_1;
pub(crate) const CLASS_AP: f64 = 0.613_222_314_737_490_2;
/// `brier_score_loss(scale_by_half=False)`, `log_loss`; the calibration error of the likeliest class by numpy as above.
pub(crate) const CLASS_BRIER: f64 = 0.537_757_161_458_333_3;
pub(crate) const CLASS_LOG_LOSS: f64 = 0.875_642_975_639_166_3;
pub(crate) const CLASS_ECE: f64 = 0.057_083_333_333_333_33;

/// `x -> (1103515245 x + 12345) mod 2^31` from 2026; each draw is `x >> 16`.
pub(crate) struct Lcg(u64);

impl Lcg {
    pub(crate) fn new() -> Self {
        Self(2026)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = (self.0 * 1_103_515_245 + 12_345) % (1 << 31);
        self.0 >> 16
    }
}

/// 200 rows of a flag: scores in sixty-fourths (many ties, never 0 or 1) and targets that follow them.
pub(crate) fn flag() -> (Vec<f32>, Vec<f32>) {
    let mut draw = Lcg::new();
    (0..200)
        .map(|_| {
            let score = 1 + draw.next() % 63;
            let hit = draw.next() % 64 < score;
            (score as f32 / 64.0, f32::from(u8::from(hit)))
        })
        .unzip()
}

/// 150 rows of three classes: scores in sixty-fourths that sum to 1, and targets that lean to the likeliest class.
pub(crate) fn stance() -> (ndarray::Array2<f32>, Vec<usize>) {
    let mut draw = Lcg::new();
    let mut scores = ndarray::Array2::zeros((150, 3));
    let mut truth = Vec::new();
    for mut row in scores.rows_mut() {
        let first = 1 + draw.next() % 40;
        let second = 1 + draw.next() % (63 - first);
        let pick = draw.next() % 64;
        row[0] = first as f32 / 64.0;
        row[1] = second as f32 / 64.0;
        row[2] = (64 - first - second) as f32 / 64.0;
        truth.push(if pick < first {
            0
        } else if pick < first + second {
            1
        } else {
            2
        });
    }
    (scores, truth)
}

/// Equal within 1e-9.
pub(crate) fn close(got: Option<f64>, expected: f64) -> bool {
    got.is_some_and(|got| (got - expected).abs() < 1e-9)
}
