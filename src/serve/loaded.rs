//! A model with the site's settings: in use until the next one is loaded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::HeaderValue;

use crate::dataset::label::Label;
use crate::model::file_error::FileError;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::SiteError;
use crate::queue::own_model::own_model;
use crate::queue::policy_file::{PolicyFile, PolicyFileError};
use crate::serve::keys::{Keys, KeysError};
use crate::serve::perspective::attributes::Attribute;
use crate::serve::policy::{RuleError, Rules};
use crate::serve::policy_meters::PolicyMeters;
use crate::serve::scorers::Scorers;
use crate::serve::secret::{Secret, SecretError};
use crate::serve::settings::{Settings, SettingsError};
use crate::serve::telemetry::{LabelMeters, Meters};

/// Where model and settings come from; checked again at each reload.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    /// Otherwise the model that the queue has learnt, or the shipped one.
    pub(crate) model: Option<PathBuf>,
    pub(crate) db: PathBuf,
    /// Otherwise `ombud.toml` in the current folder, if there is one.
    pub(crate) config: Option<PathBuf>,
}

/// A model with the site's settings.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) model: Arc<Model>,
    /// The model's labels, in its order.
    pub(crate) labels: Vec<Label>,
    /// What every answer says of it: `NAME HASH`.
    pub(crate) header: HeaderValue,
    pub(crate) rules: Rules,
    pub(crate) policy_meters: PolicyMeters,
    pub(crate) keys: Keys,
    pub(crate) settings: Settings,
    /// What Coral signs its requests with.
    pub(crate) coral_secrets: Vec<Secret>,
    /// For Coral's GraphQL.
    pub(crate) coral_token: Option<Secret>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
    pub(crate) meters: LabelMeters,
    pub(crate) scorers: Scorers,
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error(transparent)]
    Model(#[from] FileError),
    #[error(transparent)]
    Policy(#[from] PolicyFileError),
    #[error(transparent)]
    Site(#[from] SiteError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Rule(#[from] RuleError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(
        "ombud.toml: public-url = {url:?} means that others can reach the server, but there are no keys: add keys under \
         [[serve.keys]]"
    )]
    NoKeys { url: String },
    #[error("[serve.coral]")]
    Coral(#[from] SecretError),
}

impl Sources {
    /// The policy file that is read.
    pub(crate) fn config(&self) -> Option<&Path> {
        PolicyFile::path(self.config.as_ref())
    }

    fn model(&self) -> Result<Model, FileError> {
        match self.model.clone().or_else(|| own_model(&self.db)) {
            Some(path) => Model::open(&path),
            None => Model::shipped(),
        }
    }
}

impl Loaded {
    /// Loads everything; `before` says which keys have used up their rate.
    pub(crate) fn load(sources: &Sources, meters: &Meters, before: Option<&Self>) -> Result<Self, LoadError> {
        // The settings first: they never repeat a line that may have a secret in it.
        let settings = Settings::read(sources.config())?;
        let policy = PolicyFile::find(sources.config.as_ref())?;
        let model = Arc::new(sources.model()?);
        let (site, notes) = policy.site(&model.flags());
        let prototype = Scorer::new(Arc::clone(&model), &site)?;
        let labels = model.labels();
        let mut notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
        // A model that learns from decisions may have it one day.
        let missing =
            settings.perspective.aliases.iter().filter(|(_, label)| Attribute::of_alias(label, &labels).is_none());
        notes.extend(missing.map(|(alias, label)| {
            format!("ombud.toml: the alias {alias} is for {label:?}, which the model does not have")
        }));
        let keys = Keys::new(&settings.keys, before.map(|before| &before.keys))?;
        if let Some(url) = settings.public_url.as_ref().filter(|url| keys.is_empty() && !url.is_here()) {
            return Err(LoadError::NoKeys { url: url.as_str().to_owned() });
        }
        let coral_secrets = settings.coral.secrets()?;
        notes.extend(settings.coral.notes(!coral_secrets.is_empty(), !settings.policy.is_empty()));
        Ok(Self {
            header: header(&model),
            rules: Rules::new(&settings.policy, &labels)?,
            policy_meters: PolicyMeters::new(&settings.policy, meters),
            keys,
            coral_secrets,
            coral_token: settings.coral.token()?,
            notes,
            meters: meters.labels(&model, &site),
            settings,
            labels,
            model,
            scorers: Scorers::new(prototype),
        })
    }

    /// The model's name, as results have it.
    pub(crate) fn name(&self) -> &str {
        &self.model.metadata.name
    }

    /// The hash of its file.
    pub(crate) fn hash(&self) -> &str {
        &self.model.metadata.hash
    }
}

/// `NAME HASH`; characters that a header cannot contain are left out of the name.
fn header(model: &Model) -> HeaderValue {
    let name: String = model.metadata.name.chars().filter(|c| matches!(c, ' '..='~')).collect();
    let text = format!("{} {}", name.trim(), model.metadata.hash);
    HeaderValue::from_str(text.trim()).unwrap_or(HeaderValue::from_static("unnamed"))
}
