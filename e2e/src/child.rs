//! Programs that end with the test that started them.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A running program.
#[derive(Debug)]
pub struct Running(Child);

impl Running {
    /// Starts `command`; nobody reads what it says.
    pub fn spawn(command: &mut Command) -> Result<Running> {
        let name = name(command);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        Ok(Running(child))
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Starts `command` and waits for the line of its output in which `find` finds what is looked for.
    pub fn start(
        command: &mut Command,
        find: impl Fn(&str) -> Option<String>,
    ) -> Result<(Running, String)> {
        let name = name(command);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        let mut running = Running(child);
        let output = running.0.stdout.take().context("its output is not ours")?;
        let mut lines = BufReader::new(output);
        let mut said = String::new();
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                bail!("{name} ended before it was ready. It said:\n{said}");
            }
            if let Some(found) = find(&line) {
                // Nobody reads the rest, but the program must be able to go on writing.
                std::thread::spawn(move || {
                    let _ = lines.read_to_end(&mut Vec::new());
                });
                return Ok((running, found));
            }
            said.push_str(&line);
        }
    }
}

fn name(command: &Command) -> String {
    Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned()
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
