//! Runs journeys as tests: the name of the engine stands before each, browsers are shared and end with the run.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use e2e::engine::{Ability, Session, violations};
use e2e::page::Start;
use e2e::{Browser, Engine, Setup};
use fantoccini::Client;
use libtest_mimic::{Arguments, Failed, Trial};

type Run = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// One journey.
pub struct Journey {
    name: String,
    run: Arc<dyn Fn(Start) -> Run + Send + Sync>,
}

impl Journey {
    /// A journey of this name.
    pub fn new<F>(name: String, run: impl Fn(Start) -> F + Send + Sync + 'static) -> Journey
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Journey {
            name,
            run: Arc::new(move |start| Box::pin(run(start))),
        }
    }
}

/// A list of journeys by the functions' names, with the file's before them.
#[macro_export]
macro_rules! journeys {
    ($($function:ident),* $(,)?) => {
        /// The journeys of this file.
        pub fn journeys() -> Vec<$crate::suite::Journey> {
            let file = module_path!().rsplit("::").next().unwrap_or_default();
            vec![$($crate::suite::Journey::new(format!("{file}::{}", stringify!($function)), $function)),*]
        }
    };
}

/// Every test id of the contract; those with values are seen with each of them.
const CONTRACT: &[&str] = &[
    "restore-dialog",
    "source-project-picker",
    "source-cluster-picker",
    "source-cluster-option",
    "snapshot-picker",
    "snapshot-option",
    "no-backups",
    "no-eligible",
    "snapshot-summary",
    "snapshot-error",
    "project-picker",
    "project-option",
    "cluster-filter",
    "cluster-list",
    "cluster-count",
    "cluster-option",
    "cluster-error",
    "warning",
    "next-button",
    "back-button",
    "review",
    "confirm-input",
    "restore-button",
    "cancel-button",
    "submit-error",
    "error-summary",
    "receipt",
    "job-state",
    "check-again-button",
    "try-again-button",
    "follow-button",
    "job-state=running",
    "job-state=completed",
    "job-state=failed",
    "job-state=cancelled",
    "job-state=expired",
    "job-state=unknown",
    "scenario-picker",
    "snapshot-row",
    "restore-action",
    "event-log",
];

/// Journeys that need what not every engine can be told, one by one or all of a file (`file::`). The reasons are with
/// [`Engine::lacks`].
const NEEDS: &[(&str, Ability)] = &[
    (
        "choosing::times_are_in_utc_and_once_more_where_the_person_is_elsewhere",
        Ability::TimeZone,
    ),
    ("hosting::theme_follows_the_system", Ability::Preferences),
    ("hosting::paper_shows_all_of_it", Ability::Print),
    (
        "outages::cut_while_reading_waits_and_goes_on",
        Ability::Network,
    ),
    (
        "outages::cut_while_following_keeps_what_is_known",
        Ability::Network,
    ),
    (
        "sockets::line_that_goes_and_comes_back_changes_nothing",
        Ability::Network,
    ),
    (
        "sockets::line_that_goes_while_the_request_is_on_its_way_loses_no_restore",
        Ability::Network,
    ),
    (
        "seeing::forced_colours_leave_all_of_it_legible",
        Ability::Preferences,
    ),
    (
        "seeing::forced_colours_tell_chosen_active_and_unavailable_apart",
        Ability::Preferences,
    ),
    (
        "seeing::more_contrast_has_no_quiet_text_and_no_faint_line",
        Ability::Contrast,
    ),
    ("seeing::reduced_motion_moves_nothing", Ability::Preferences),
    ("transcripts::", Ability::Tree),
    ("pictures::", Ability::Pictures),
];

/// Looks at every state in turn, which take half of the time: in Chromium always, in the others with the long runs.
const SWEEPS: [&str; 2] = ["accessibility::axe_finds", "languages::twice_the_text"];

/// Runs what the command line asks for.
pub fn run(journeys: Vec<Journey>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A browser keeps a core busy five sixths of the time; with one more than there are cores, a run is a seventh shorter.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    arguments.test_threads = arguments.test_threads.or(Some(cores + 1));
    if let Some((name, _)) = NEEDS
        .iter()
        .find(|(name, _)| !journeys.iter().any(|journey| is_meant(name, &journey.name)))
    {
        eprintln!("error: {name} is no journey");
        return ExitCode::FAILURE;
    }
    match prepare(&arguments) {
        Ok((setup, engines)) => {
            let journeys = with_what_is_built(journeys, &setup);
            run_in(&arguments, journeys, &setup, engines)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Samples and the faulty package take a while to build and are not always there; `cargo xtask test` builds them.
fn with_what_is_built(mut journeys: Vec<Journey>, setup: &Setup) -> Vec<Journey> {
    let samples = "cargo xtask samples";
    for (file, built, command) in [
        ("samples::", setup.samples, samples),
        ("samples::django", setup.django.is_some(), samples),
        ("panic::", setup.faulty, samples),
        (
            "gateway::",
            setup.gateway.is_some(),
            "cargo build -p atlas-restore-gateway",
        ),
    ] {
        if !built && !in_ci() {
            println!("skipped: {file}, which needs `{command}`");
            journeys.retain(|journey| !journey.name.starts_with(file));
        }
    }
    journeys
}

type Engines = Vec<(Engine, Option<Arc<Browser>>)>;

fn prepare(arguments: &Arguments) -> Result<(Arc<Setup>, Engines)> {
    let setup = Arc::new(Setup::find(Path::new(env!("CARGO_TARGET_TMPDIR")))?);
    let mut engines = Vec::new();
    for engine in Engine::wanted()? {
        if arguments.list {
            engines.push((engine, None));
            continue;
        }
        match Browser::find(engine, setup.folder.join(engine.name())) {
            Ok(browser) => engines.push((engine, Some(Arc::new(browser)))),
            Err(error) if in_ci() => {
                return Err(error.context(format!(
                    "{} is not here, and CI is set: nothing may be skipped",
                    engine.name()
                )));
            }
            Err(error) => {
                println!("skipped: {}: {error:#}", engine.name());
                engines.push((engine, None));
            }
        }
    }
    Ok((setup, engines))
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

fn run_in(
    arguments: &Arguments,
    journeys: Vec<Journey>,
    setup: &Arc<Setup>,
    engines: Engines,
) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => Arc::new(runtime),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let times = Arc::new(Mutex::new(Vec::new()));
    let mut trials = Vec::new();
    for (engine, browser) in &engines {
        for journey in &journeys {
            if let Some(why) = left_out(*engine, &journey.name) {
                println!("left out in {}: {}: {why}", engine.name(), journey.name);
                continue;
            }
            let trial = match browser {
                None => {
                    Trial::test(journey.name.clone(), || Ok(())).with_ignored_flag(!arguments.list)
                }
                Some(browser) => {
                    let run = Arc::clone(&journey.run);
                    let (setup, browser, seen) =
                        (Arc::clone(setup), Arc::clone(browser), Arc::clone(&seen));
                    let (runtime, name) = (Arc::clone(&runtime), journey.name.clone());
                    let times = Arc::clone(&times);
                    Trial::test(journey.name.clone(), move || {
                        let start = Instant::now();
                        let once = || runtime.block_on(one(&name, &*run, &browser, &setup, &seen));
                        let outcome = match once() {
                            // Their drivers lose a key or a frame now and then; what fails twice is no accident.
                            Err(failed) if in_ci() && browser.engine != Engine::Chromium => {
                                let why = failed.message().unwrap_or_default();
                                eprintln!("UNSTEADY in {}: {name}: {why}", browser.engine.name());
                                once()
                            }
                            outcome => outcome,
                        };
                        if let Ok(mut times) = times.lock() {
                            times.push((
                                start.elapsed(),
                                format!("[{}] {name}", browser.engine.name()),
                            ));
                        }
                        outcome
                    })
                }
            };
            trials.push(trial.with_kind(engine.name()));
        }
    }
    let all_run = trials.iter().all(|trial| !trial.has_ignored_flag());
    let mut conclusion = libtest_mimic::run(arguments, trials);

    // Last, since the others gather what it looks at; and only where all of them ran.
    if !arguments.list && all_run && conclusion.num_filtered_out == 0 && !conclusion.has_failed() {
        let name = "suite::every_test_id_of_the_contract_is_seen";
        let trial = Trial::test(name, move || match missing(&seen) {
            missing if missing.is_empty() => Ok(()),
            missing => Err(Failed::from(format!("no journey saw {missing:?}"))),
        });
        conclusion = libtest_mimic::run(arguments, vec![trial]);
    }
    print_slowest(&times);
    runtime.block_on(async {
        for browser in engines.iter().filter_map(|(_, browser)| browser.as_ref()) {
            browser.close().await;
        }
    });
    conclusion.exit_code()
}

/// Where the time of a whole run goes.
fn print_slowest(times: &Mutex<Vec<(Duration, String)>>) {
    let Ok(mut times) = times.lock() else {
        return;
    };
    if times.len() < 100 {
        return;
    }
    times.sort_by(|one, other| other.cmp(one));
    let all: Duration = times.iter().map(|(time, _)| *time).sum();
    println!("{} s of journeys; the slowest:", all.as_secs());
    for (time, name) in times.iter().take(20) {
        println!("{:>6.1} s  {name}", time.as_secs_f32());
    }
}

fn is_meant(name: &str, journey: &str) -> bool {
    name == journey || (name.ends_with("::") && journey.starts_with(name))
}

/// Why an engine does not run a journey.
fn left_out(engine: Engine, journey: &str) -> Option<&'static str> {
    let needs = NEEDS.iter().filter(|(name, _)| is_meant(name, journey));
    let lacks = needs
        .filter_map(|(_, ability)| engine.lacks(*ability))
        .next();
    let is_sweep = SWEEPS.iter().any(|start| journey.starts_with(start));
    let is_long = std::env::var_os("LONG_TESTS").is_some();
    lacks.or((is_sweep && engine != Engine::Chromium && !is_long)
        .then_some("it looks at every state, which the long runs do here"))
}

fn missing(seen: &Mutex<BTreeSet<String>>) -> Vec<&'static str> {
    let seen = seen.lock().map(|seen| seen.clone()).unwrap_or_default();
    CONTRACT
        .iter()
        .copied()
        .filter(|id| !seen.contains(*id))
        .collect()
}

async fn one(
    name: &str,
    run: &(dyn Fn(Start) -> Run + Send + Sync),
    browser: &Arc<Browser>,
    setup: &Arc<Setup>,
    seen: &Arc<Mutex<BTreeSet<String>>>,
) -> Result<(), Failed> {
    let session: Session = browser.session().await.map_err(told)?;
    let client = session.client.clone();
    let _ = browser.console(&client).await;
    let start = Start {
        client: client.clone(),
        browser: Arc::clone(browser),
        setup: Arc::clone(setup),
        seen: Arc::clone(seen),
    };
    // A task of its own, so that a panic ends the journey and not the session.
    let outcome = match tokio::spawn(run(start)).await {
        Ok(outcome) => outcome.map_err(told),
        Err(panic) => Err(Failed::from(message(panic.into_panic().as_ref()))),
    };
    let outcome = match outcome {
        Ok(()) => kept_the_policy(browser, &client).await,
        failed => failed,
    };
    if outcome.is_err()
        && let Ok(picture) = client.screenshot().await
    {
        let folder = setup.pictures.join("failed");
        let file = folder.join(format!(
            "{}-{}.png",
            browser.engine.name(),
            name.replace("::", "-")
        ));
        if std::fs::create_dir_all(folder).is_ok() && std::fs::write(&file, picture).is_ok() {
            eprintln!("{name}: {}", file.display());
        }
    }
    browser.give_back(session).await;
    outcome
}

/// No page of the journey did what its policy forbids. One that means to empties `seen.violations`.
async fn kept_the_policy(browser: &Browser, client: &Client) -> Result<(), Failed> {
    let console = browser.console(client).await.map_err(told)?;
    let lines = violations(&console);
    let seen = client
        .execute("return window.seen?.violations ?? []", Vec::new())
        .await
        .map_err(|error| Failed::from(error.to_string()))?;
    match (lines.as_slice(), seen.as_array().map(Vec::as_slice)) {
        ([], None | Some([])) => Ok(()),
        (lines, seen) => Err(Failed::from(format!(
            "the page's policy was violated: {lines:?} {seen:?}"
        ))),
    }
}

fn told(error: anyhow::Error) -> Failed {
    Failed::from(format!("{error:#}"))
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "a panic".to_owned())
}
