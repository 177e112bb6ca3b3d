//! `ombud serve`: scores over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::args::Common;
use crate::cli::exit::Exit;
use crate::cli::output::{is_quiet, note, remark};
use crate::queue::policy_file::PolicyFile;
use crate::serve::logging;
use crate::serve::options::ServeOptions;
use crate::serve::server::Server;
use crate::thread::paths::Paths;

/// Serve scores over HTTP to Coral, Perspective API clients and other programs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ombud serve                                 for programs on this machine
  ombud serve -m my.model --db ombud.db       decisions go to the review queue
  ombud serve --listen 0.0.0.0:8475           for others, with a key from [[serve.keys]]
  kill -HUP PID                               reload model, policy, keys and certificate

On SIGTERM or Ctrl-C, the server finishes the requests in progress and stops.")]
pub(crate) struct Args {
    /// Model file [default: the model learnt from the queue, else the built-in one]
    #[arg(short, long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Review queue that stores decisions [default: ombud.db, created at the first decision]
    #[arg(long, value_name = "FILE.db")]
    db: Option<PathBuf>,
    /// Policy file, with keys and rules under [serve] [default: ombud.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What to log, as JSON on standard error; comment texts are never logged
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    log: Log,
    /// Address and port to listen on; port 0 picks a free one [default: as in the policy file, else 127.0.0.1:8475]
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "Network")]
    listen: Option<SocketAddr>,
    /// PEM certificate chain for TLS [default: as in the policy file]
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = "Network")]
    tls_certificate: Option<PathBuf>,
    /// PEM private key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_certificate", help_heading = "Network")]
    tls_key: Option<PathBuf>,
}

/// What is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Log {
    /// Events of the server, such as start, reload and stop
    #[default]
    Events,
    /// Also a line for each request
    Requests,
}

pub(crate) fn run(args: Args, common: &Common) -> anyhow::Result<Exit> {
    args.paths().check()?;
    let Args { model, db, config, listen, tls_certificate, tls_key, log } = args;
    let log_requests = log == Log::Requests;
    let log = logging::start(is_quiet(), log_requests);
    let options = ServeOptions {
        listen,
        model,
        db,
        config,
        tls_certificate,
        tls_key,
        threads: Some(common.threads()),
        log_requests,
    };
    let server = Server::bind(options)?.with_signals()?;
    server.notes().iter().for_each(|told| remark(format_args!("note: {told}")));
    let (name, hash) = server.model();
    // The program that started the server waits for this line, even with --quiet.
    note(format_args!("listening at {} with the model {name} {hash}", server.url()));
    server.run()?;
    if log.lost() > 0 {
        remark(format_args!("note: {} log lines were lost because they were not read fast enough", log.lost()));
    }
    Ok(Exit::Done)
}

impl Args {
    fn paths(&self) -> Paths {
        let paths = Paths::default()
            .files("model", &self.model)
            .files("certificate", &self.tls_certificate)
            .files("key", &self.tls_key)
            .files("policy file", PolicyFile::path(self.config.as_ref()));
        match &self.db {
            Some(db) => paths.changed_database("--db", db),
            None => paths,
        }
    }
}
