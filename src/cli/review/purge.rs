//! `ombud review purge`: erases a person's comments, or old ones, for good.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::cli::exit::{Exit, Usage};
use crate::cli::output::{Output, note, remark, tell};
use crate::cli::queue_args::DbArgs;
use crate::queue::clock::now;
use crate::queue::error::ReviewError;
use crate::queue::existing;
use crate::queue::policy_file::PolicyFile;
use crate::queue::purge::{Doomed, Purge};
use crate::queue::store::Store;
use crate::report::sanitize;

#[derive(Debug, clap::Args)]
#[group(id = "what", required = true, multiple = false)]
struct Erased {
    /// Erase everything by this author
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Erase this comment
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Erase comments older than DAYS days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    older_than: Option<u32>,
    /// Erase comments older than retention-days in ombud.toml
    #[arg(long)]
    retention: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    what: Erased,
    /// Thread of the comment, if several threads have that id
    #[arg(long, requires = "id", value_name = "ID")]
    thread: Option<String>,
    /// List what would be erased without erasing it
    #[arg(long)]
    dry_run: bool,
    /// Erase without asking; required without a terminal
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    #[command(flatten)]
    db: DbArgs,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    (if args.dry_run { args.db.read() } else { args.db.changed() }).stdout("what is erased").check()?;
    let looked = if args.dry_run { existing::open_to_read(&args.db.db)? } else { existing::open(&args.db.db)? };
    let thread = thread(args, &looked)?;
    let purge = what(args, thread.as_deref())?;
    if matches!(purge, Purge::Before(_)) {
        let undated = looked.undated()?;
        tell(|notes| notes.undated_before_purge(&undated));
    }
    let doomed = looked.doomed(purge)?;
    drop(looked);
    if args.dry_run {
        let mut out = Output::create(None)?;
        doomed.iter().try_for_each(|comment| writeln!(out, "{}", comment.line()))?;
        out.finish()?;
        remark(format_args!("would be erased: {}", doomed.len()));
        return Ok(Exit::Done);
    }
    if !doomed.is_empty() && !args.yes && !confirmed(doomed.len(), doomed.first())? {
        remark(format_args!("nothing was erased"));
        return Ok(Exit::Failed);
    }
    let mut store = existing::open(&args.db.db)?;
    let purged = store.purge(purge, &args.db.reviewer(), now())?;
    if purged.comments == 0 && (args.what.author.is_some() || args.what.id.is_some()) {
        // Whoever wants a person's words erased must not take this for success.
        anyhow::bail!(
            "nothing was erased: there is no such author or comment (give names and ids as shown by ombud review list)"
        );
    }
    remark(format_args!("erased: {}", purged.comments));
    if !purged.clean {
        note(format_args!(
            "warning: another program had {} open, so some erased bytes may still be on the disk: purge again later",
            args.db.db.display()
        ));
    }
    Ok(Exit::Done)
}

/// The thread of the comment that is named, where it has one.
fn thread(args: &Args, store: &Store) -> anyhow::Result<Option<String>> {
    let (None, Some(id)) = (&args.thread, &args.what.id) else { return Ok(args.thread.clone()) };
    match store.find(None, id) {
        Err(error @ ReviewError::Ambiguous { .. }) => Err(Usage(format!("{error} with --thread")).into()),
        found => Ok(found?.map(|(_, thread)| thread)),
    }
}

fn what<'a>(args: &'a Args, thread: Option<&'a str>) -> anyhow::Result<Purge<'a>> {
    let before = |days: u32| Purge::Before(now() - i64::from(days) * 86_400_000);
    Ok(match (&args.what.author, &args.what.id, args.what.older_than) {
        (Some(author), ..) => Purge::Author(author),
        (_, Some(id), _) => Purge::Comment { thread, id },
        (.., Some(days)) => before(days),
        _ => {
            let policy = PolicyFile::find(args.db.config.as_ref())?.review;
            before(policy.retention_days.ok_or_else(|| {
                let example = "retention-days = 365 under [review]";
                Usage(format!("ombud.toml does not set how long comments are kept: {example}"))
            })?)
        }
    })
}

/// Asks the user.
fn confirmed(count: usize, first: Option<&Doomed>) -> anyhow::Result<bool> {
    let comments = match (count, first) {
        (1, Some(first)) => format!("comment {}", first.name()),
        _ => format!("{count} comments"),
    };
    if !std::io::stdin().is_terminal() {
        let reason = format!("{comments} would be erased for good: add --yes to erase them, or --dry-run to list them");
        return Err(Usage(reason).into());
    }
    let mut err = std::io::stderr().lock();
    write!(err, "Erase {} for good? Type yes: ", sanitize::line(&comments))?;
    err.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}
