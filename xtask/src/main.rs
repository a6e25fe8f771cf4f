//! The commands of the project: `cargo xtask demo | test | dist | bench`.
//!
//! Each installs what it lacks, pinned, and says what it does; where it cannot, it stops with a sentence
//! that says what to do. Here stand the verbs; how a program is run is `run`, where tools come from `tools`.

mod bench;
mod browsers;
mod dist;
mod explain;
mod fuzz;
mod gateway;
mod glue;
mod instructions;
mod names;
mod order;
mod rules;
mod run;
mod samples;
mod scale;
mod serve;
mod size;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  demo [--port N]  build the demo page and serve it at http://127.0.0.1:8080/; with --gateway behind the gateway
  test [--long]    every check and test, in the order in which they fail cheapest; --long adds the long runs
  dist             write dist/package/ (the npm package) and dist/demo/ (the static page), and print their sizes
  samples          build what else the journeys open: the samples of examples/ with the package of dist/, and a
                   package that can be made to panic
  bench            measure the widget beside restore dialogs built by other means, into bench/results.md; needs
                   ../shared/bench, or BENCH_DIR; with `-- OPTIONS` of its driver (`-- --only check`) it only prints
  bench --instructions  count the instructions of fixed work anew, into benches/instructions.toml; needs valgrind
  bench --rules    time the rules natively and in wasm, into bench/rules.md
  bench --scale    measure estates of 100 to 100,000 clusters and of 5,000 projects, into bench/scale.md
  size [MODULE]    say where the kilobytes of the wasm go, into bench/size.md; of one built before, if it is named
  bench --gateway  load the gateway beside nginx as a plain proxy, over the same sandbox

Missing tools are installed into .tools/ (wasm-bindgen, trunk, wasm-pack, cargo-deny, geckodriver) or, on
Debian as root, by apt-get (Chromium, Firefox, WebKitGTK, their drivers and Xvfb). Node 20 with npm has to be there, but for `demo`.";

#[derive(Debug, PartialEq)]
enum Command {
    Demo { port: u16, gateway: bool },
    Test { long: bool },
    Dist,
    Samples,
    Bench { options: Vec<String> },
    BenchGateway,
    BenchInstructions,
    BenchRules,
    BenchScale,
    Size { module: Option<String> },
    Help,
}

fn parse(arguments: &[&str]) -> Result<Command> {
    Ok(match arguments {
        ["demo", "--gateway", rest @ ..] => Command::Demo {
            port: demo_port(rest)?,
            gateway: true,
        },
        ["demo", rest @ ..] => Command::Demo {
            port: demo_port(rest)?,
            gateway: false,
        },
        ["test"] => Command::Test { long: false },
        ["test", "--long"] => Command::Test { long: true },
        ["dist"] => Command::Dist,
        ["samples"] => Command::Samples,
        ["bench"] => Command::Bench { options: vec![] },
        ["bench", "--", options @ ..] => Command::Bench {
            options: options.iter().map(ToString::to_string).collect(),
        },
        ["bench", "--gateway"] => Command::BenchGateway,
        ["bench", "--instructions"] => Command::BenchInstructions,
        ["bench", "--rules"] => Command::BenchRules,
        ["bench", "--scale"] => Command::BenchScale,
        ["size"] => Command::Size { module: None },
        ["size", module] => Command::Size {
            module: Some((*module).to_owned()),
        },
        [] | ["help" | "--help" | "-h"] => Command::Help,
        other => bail!("`{}` is not a command.\n\n{USAGE}", other.join(" ")),
    })
}

fn demo_port(arguments: &[&str]) -> Result<u16> {
    match arguments {
        [] => Ok(8080),
        ["--port", port] => port_of(port),
        [port] if port.starts_with("--port=") => port_of(&port["--port=".len()..]),
        other => bail!("`demo` does not take `{}`.\n\n{USAGE}", other.join(" ")),
    }
}

fn port_of(text: &str) -> Result<u16> {
    match text.parse() {
        Ok(port) => Ok(port),
        Err(_) => bail!("`--port` wants a number from 0 to 65535, not `{text}`."),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = parse(&arguments).and_then(|command| match command {
        Command::Demo {
            port,
            gateway: false,
        } => serve::demo(port),
        Command::Demo {
            port,
            gateway: true,
        } => gateway::demo(port),
        Command::Test { long } => test::run(long),
        Command::Dist => dist::dist(size::Budget::Enforced).map(|_| ()),
        Command::Samples => {
            let package = run::root().join("dist/package");
            samples::build(&package)
                .and_then(|_| samples::build_faulty(&package))
                .map(|_| ())
        }
        Command::Bench { options } => bench::run(&options),
        Command::BenchGateway => gateway::bench(),
        Command::BenchInstructions => instructions::record(),
        Command::BenchRules => rules::run(),
        Command::BenchScale => scale::run(),
        Command::Size { module } => explain::run(module.as_deref()),
        Command::Help => {
            println!("{USAGE}");
            Ok(())
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_takes_a_port() {
        let demo = |port, gateway| Command::Demo { port, gateway };
        assert_eq!(parse(&["demo"]).unwrap(), demo(8080, false));
        assert_eq!(parse(&["demo", "--port", "9"]).unwrap(), demo(9, false));
        assert_eq!(parse(&["demo", "--port=9"]).unwrap(), demo(9, false));
        assert_eq!(parse(&["demo", "--gateway"]).unwrap(), demo(8080, true));
        let arguments = ["demo", "--gateway", "--port", "9"];
        assert_eq!(parse(&arguments).unwrap(), demo(9, true));
        assert!(parse(&["demo", "--gatewy"]).is_err());
        assert!(parse(&["demo", "--port", "many"]).is_err());
    }

    #[test]
    fn bench_passes_options_to_the_driver() {
        let bench = |options: &[&str]| Command::Bench {
            options: options.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(parse(&["bench"]).unwrap(), bench(&[]));
        let check = parse(&["bench", "--", "--only", "check"]).unwrap();
        assert_eq!(check, bench(&["--only", "check"]));
        assert_eq!(
            parse(&["bench", "--gateway"]).unwrap(),
            Command::BenchGateway
        );
        assert!(parse(&["bench", "--gatewy"]).is_err());
        assert_eq!(
            parse(&["bench", "--instructions"]).unwrap(),
            Command::BenchInstructions
        );
        assert_eq!(parse(&["bench", "--rules"]).unwrap(), Command::BenchRules);
        assert_eq!(parse(&["bench", "--scale"]).unwrap(), Command::BenchScale);
        assert_eq!(parse(&["size"]).unwrap(), Command::Size { module: None });
    }

    #[test]
    fn unknown_command_shows_the_usage() {
        let error = parse(&["deploy"]).unwrap_err().to_string();
        assert!(
            error.contains("deploy") && error.contains("Usage"),
            "{error}"
        );
    }
}
