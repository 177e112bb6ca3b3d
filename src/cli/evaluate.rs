use super::Exit;
use super::args::Common;
#[derive(Debug, clap::Args)]
pub struct Args {}
pub(super) fn run(_args: Args, _common: &Common) -> anyhow::Result<Exit> {
    Ok(Exit::Done)
}
