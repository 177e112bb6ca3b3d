//! Sparse linear learning: solvers, cross-validation, calibration, thresholds.
//!
//! Both solvers are linfa estimators on a `DatasetBase<SparseRows, Targets>`: [`DualParams`] by dual coordinate descent,
//! [`AdaGradParams`] by adaptive gradient descent. They minimise, for each output,
//! `||w - w0||^2 / 2 + sum_i C c_i l(s_i, w x_i + b)` with the logistic loss
//! `l(s, z) = s log(1 + exp(-z)) + (1 - s) log(1 + exp(z))`, where `s` in `[0, 1]` is the share of yes, `c_i` the weight of
//! the row (0 where the annotation is missing) and `w0` the weights of the model that training goes on from (or 0).

pub(crate) mod adagrad;
pub(crate) mod calibrate;
pub(crate) mod class_rule;
pub(crate) mod class_weight;
pub(crate) mod coordinate;
pub(crate) mod crossval;
pub(crate) mod descent;
pub(crate) mod dual;
pub(crate) mod error;
pub(crate) mod folds;
pub(crate) mod kernel;
pub(crate) mod linear;
pub(crate) mod newton;
pub(crate) mod params;
pub(crate) mod policy;
pub(crate) mod random;
pub(crate) mod risk_control;
pub(crate) mod side_guarantee;
pub(crate) mod sigmoid;
pub(crate) mod targets;
