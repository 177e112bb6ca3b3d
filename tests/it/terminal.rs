//! A program on a terminal: keys go in, and its screen is waited for.

use std::io::{Read as _, Write as _};
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, kill_process};

use super::support::{Dir, OMBUD, VARIABLES};

/// Nothing here takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program on a terminal of 80 columns and 24 rows.
pub(crate) struct Terminal {
    pty: Pty,
    screen: vt100::Parser,
    written: Vec<u8>,
    pid: Pid,
    ended: Receiver<ExitStatus>,
}

impl Terminal {
    /// Starts bash with this script; `ombud` is `$ombud`.
    pub(crate) fn bash(dir: &Dir, script: &str) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(24, 80)).unwrap();
        let command = VARIABLES.iter().fold(Command::new("bash"), |command, name| command.env_remove(name));
        let command = command.arg("-c").arg(script).env("ombud", OMBUD).env("TERM", "xterm").current_dir(dir.path("."));
        let mut child = command.spawn(pts).unwrap();
        let pid = Pid::from_child(&child);
        let (tell, ended) = channel();
        std::thread::spawn(move || tell.send(child.wait().unwrap()));
        Self { pty, screen: vt100::Parser::default(), written: Vec::new(), pid, ended }
    }

    /// Starts `ombud` with these arguments.
    pub(crate) fn ombud(dir: &Dir, arguments: &str) -> Self {
        Self::bash(dir, &format!("exec \"$ombud\" {arguments}"))
    }

    /// Types keys.
    pub(crate) fn types(&mut self, keys: &str) {
        self.pty.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the screen shows this.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        // A line that is broken by the edge of the screen has a line feed there.
        while !self.screen.screen().contents().contains(text) {
            assert!(self.reads(deadline), "no {text:?} on the screen:\n{}", self.screen.screen().contents());
        }
    }

    /// Waits until the program has ended, with that exit status; gives all that it wrote.
    #[track_caller]
    pub(crate) fn ends(mut self, status: i32) -> String {
        let deadline = Instant::now() + PATIENCE;
        while self.reads(deadline) {}
        let shown = self.screen.screen();
        let ended = self.ended.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        let ended = ended.unwrap_or_else(|_| panic!("it goes on:\n{}", shown.contents()));
        assert_eq!(ended.code(), Some(status), "{ended}:\n{}", shown.contents());
        assert!(!shown.alternate_screen(), "it left the terminal on its own screen");
        String::from_utf8_lossy(&self.written).into_owned()
    }

    /// Takes the terminal away, as a lost connection does, and waits until the program has ended.
    #[track_caller]
    pub(crate) fn hangs_up(self) {
        drop(self.pty);
        assert!(self.ended.recv_timeout(PATIENCE).is_ok(), "it goes on without a terminal");
    }

    /// Kills the program and waits until it is dead.
    #[track_caller]
    pub(crate) fn kills(self) {
        kill_process(self.pid, Signal::KILL).unwrap();
        self.ended.recv_timeout(PATIENCE).unwrap();
    }

    /// Waits for output and reads it. False once there is no more, or no more time.
    fn reads(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let ready = poll(&mut [PollFd::new(&self.pty, PollFlags::IN)], Some(&left.try_into().unwrap())).unwrap();
        let mut bytes = [0; 4096];
        // A terminal that no program holds any more is an error to read from.
        let count = if ready == 0 { 0 } else { self.pty.read(&mut bytes).unwrap_or(0) };
        self.screen.process(&bytes[..count]);
        self.written.extend_from_slice(&bytes[..count]);
        count > 0
    }
}
