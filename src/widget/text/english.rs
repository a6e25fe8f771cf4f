//! The English catalogue: every sentence of the dialog but those about findings.

use super::Key;

macro_rules! catalogue {
    ($($id:ident $name:literal $english:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($id),* }
        $(
            #[doc = $english]
            pub const $id: Key = Key(Place::$id as u16);
        )*
        /// How many sentences there are.
        pub(super) const COUNT: u16 = [$(Place::$id),*].len() as u16;
        /// A line for each: its name, a tab, its English.
        pub(super) const LINES: &str = concat!($($name, "\t", $english, "\n"),*);
    };
}

catalogue! {
    // The frame
    TITLE "title" "Restore snapshot {step}";
    TITLE_STEP "title.step" "— {step}, step {n} of {m}";
    STEPS "steps" "Steps";
    STEP_SOURCE "step.source" "Source";
    STEP_DESTINATION "step.destination" "Destination";
    STEP_REVIEW "step.review" "Review";
    STEP_PROGRESS "step.progress" "Progress";
    STEP_DONE "step.done" "Done";
    CLOSE "close" "Close";
    CANCEL "cancel" "Cancel";
    BACK "back" "Back";
    NEXT "next" "Next";
    RETRY "retry" "Retry";
    COPY_NAME "copy.name" "Copy name";
    COPY_ID "copy.id" "Copy job ID";
    JOB_LINK "job.link" "Open this restore in a new tab";
    COPIED "copied" "Copied";
    UNKNOWN "unknown" "unknown";
    SOURCE_BADGE "source-badge" "Source";
    ERROR "error" "Error:";
    WARNING "warning" "Warning:";
    NOTE "note" "Note:";

    // Loading and failing
    LOADING_HEADING "loading.heading" "Reading the snapshot";
    LOADING "loading" "Reading the snapshot, its cluster and your projects from Atlas…";
    FAILED_HEADING "failed.heading" "This could not be read";
    FAILED_SESSION "failed.session" "Your session could not be read, so it is not known what you may restore.";
    FAILED_SOURCE_PROJECT "failed.source-project" "The source project could not be read.";
    FAILED_SOURCE_CLUSTER "failed.source-cluster" "The source cluster could not be read.";
    FAILED_SNAPSHOT "failed.snapshot" "The snapshot could not be read.";
    FAILED_PROJECTS "failed.projects" "The list of projects could not be read.";
    FAILED_JOB "failed.job" "The restore could not be read.";
    NOTHING_STARTED "nothing-started" "Nothing was restored.";
    LIST_LOADING "list.loading" "Loading…";
    LIST_MORE "list.more" "Loading more…";
    LIST_FAILED "list.failed" "The list could not be read to the end. What is shown may be incomplete.";
    FAILURE_STATUS "failure.status" "The server answered with status {status}.";
    FAILURE_NOT_JSON "failure.not-json" "The server answered with status {status} and something that is not data: perhaps a sign-in page of a proxy.";
    FAILURE_UNREADABLE "failure.unreadable" "The server’s answer could not be understood.";
    FAILURE_TIMED_OUT "failure.timed-out" "The server did not answer in time.";
    FAILURE_NO_ANSWER "failure.no-answer" "The server could not be reached.";
    FAILURE_401 "failure.401" "You are not signed in any more.";
    FAILURE_403 "failure.403" "The server does not allow this. You need the role Project Owner in the project {project}.";
    FAILURE_404 "failure.404" "It does not exist, or you may not see it.";
    FAILURE_429 "failure.429" "The server asks to slow down.";
    REQUEST_ID "failure.request-id" "Request ID";
    TECHNICAL "failure.technical" "Technical details";

    // Signing in, offline
    SIGN_IN_TITLE "sign-in.title" "Sign in again";
    SIGN_IN "sign-in" "Your session has ended. Sign in again in another tab, then continue here. Your choices are kept; the name must be typed again.";
    SIGNED_IN "sign-in.continue" "Signed in, continue";
    OFFLINE_TITLE "offline.title" "You are offline";
    OFFLINE "offline" "There is no network connection. Nothing is sent until it is back.";

    // Source
    SOURCE_HEADING "source.heading" "Choose the snapshot to restore";
    SOURCE_FLEX "source.flex" "Flex clusters are not listed: their snapshots cannot be restored here.";
    SNAPSHOTS "source.snapshots" "Snapshot";
    SNAPSHOTS_HINT "source.snapshots.hint" "Newest first.";
    SNAPSHOTS_MORE "source.snapshots.more" "Show more snapshots";
    NO_BACKUPS_TITLE "no-backups.title" "There is nothing to restore";
    NO_SNAPSHOTS "no-snapshots" "This cluster has no snapshots yet. Atlas takes them on the schedule of its backup policy.";
    CHOOSE_PROJECT "choose.project" "Choose a project…";
    CHOOSE_CLUSTER "choose.cluster" "Choose a cluster…";
    NARROW "picker.narrow" "Filter the list";
    NARROW_FIRST "picker.narrow.first" "{shown} of {total} are listed. Type to find others.";
    OPTION_REASON "picker.reason" "{name} ({reason})";
    OPTION_SOURCE "picker.source" "{name} (source)";
    OPTION_ID "picker.id" "{name}, {id}";

    // Snapshot
    SUMMARY "summary" "Snapshot to restore";
    CLUSTER "fact.cluster" "Cluster";
    PROJECT "fact.project" "Project";
    CREATED "fact.created" "Taken";
    TYPE "fact.type" "Type";
    VERSION "fact.version" "MongoDB version";
    SIZE "fact.size" "Size";
    ENCRYPTION "fact.encryption" "Encryption";
    SNAPSHOT_ID "fact.snapshot-id" "Snapshot ID";
    CLUSTER_ID "fact.cluster-id" "Cluster ID";
    TIER "fact.tier" "Tier, region";
    TYPE_ON_DEMAND "type.on-demand" "On demand";
    TYPE_SCHEDULED "type.scheduled" "Scheduled";
    TYPE_FREQUENCY "type.frequency" "Scheduled, {frequency, select, hourly {hourly} daily {daily} weekly {weekly} monthly {monthly} yearly {yearly} other {{frequency}}}";
    TYPE_FALLBACK "type.fallback" "Fallback";
    NOT_ENCRYPTED "encryption.none" "Not encrypted";
    BLOCKED_TITLE "blocked.title" "This snapshot cannot be restored";

    // Destination
    DESTINATION_HEADING "destination.heading" "Choose where to restore it";
    CONSEQUENCES "consequences" "A restore replaces the target cluster";
    CONSEQUENCE_DELETED "consequences.deleted" "All data on the target cluster is deleted before the restore.";
    CONSEQUENCE_UNAVAILABLE "consequences.unavailable" "The target cluster is unavailable while the restore runs.";
    TARGET_PROJECT "target.project" "Target project";
    TARGET_PROJECT_HINT "target.project.hint" "Projects in which you may not restore are listed too, with the reason.";
    TARGET_PROJECT_MISSING "target.project.missing" "The project {id} does not exist, or you may not see it.";
    TARGET_CLUSTER "target.cluster" "Target cluster";
    TARGET_CLUSTER_HINT "target.cluster.hint" "Filter by name, region, version or provider. Arrow keys move, Enter chooses.";
    TARGET_CLUSTERS "target.clusters" "Clusters of the project";
    FILTER_PLACEHOLDER "target.filter" "Filter clusters";
    ELIGIBLE "target.eligible" "{eligible} of {total, plural, one {# cluster} other {# clusters}} eligible";
    MATCHES "target.matches" "{count, plural, =0 {No match} one {# match} other {# matches}}";
    NO_MATCH "target.no-match" "No cluster matches “{filter}”.";
    NO_CLUSTERS "target.no-clusters" "This project has no clusters.";
    REFUSED "target.refused" "{name} cannot be the target";
    CLUSTER_GONE "target.gone" "There is no cluster {name} in this project.";
    FOLLOW "target.follow" "Follow this restore";
    CHOSEN "target.chosen" "Chosen target";
    CHOSEN_MARK "target.chosen.mark" "Chosen";
    NONE_ELIGIBLE_TITLE "target.none-eligible.title" "No cluster of this project can take this snapshot";
    NONE_ELIGIBLE_COUNT "target.none-eligible.count" "{count, plural, one {# cluster} other {# clusters}}: {reason}";
    NOT_LOOKED_AT "jobs.not-looked-at" "{count, plural, =0 {Clusters of other projects} one {# cluster of the project, and those of other projects,} other {# clusters of the project, and those of other projects,}} were not asked for restores into the target. A restore started from there is not known here.";
    CHANGED_TITLE "changed.title" "Something changed while you were deciding";
    CHANGED_REPLACED "changed.replaced" "The target cluster is gone, or is another cluster of the same name now.";
    CHANGED_WRITE_CONCERN "changed.write-concern" "The default write concern that will apply is another one now.";
    CHANGED_UNREADABLE "changed.unreadable" "Some facts could not be read again.";
    CHANGED_NOTHING_SENT "changed.nothing-sent" "Nothing was sent. Choose again, and review it.";
    CHECKING "checking" "Checking once more…";
    PAUSED "state.paused" "Paused";
    IDLE "state.idle" "Idle";
    CREATING "state.creating" "Being created";
    UPDATING "state.updating" "Updating";
    DELETING "state.deleting" "Being deleted";
    REPAIRING "state.repairing" "Repairing";
    SHARDED "type.sharded" "Sharded";
    GEO_SHARDED "type.geo-sharded" "Global";

    // What is missing
    MISSING_TITLE "missing.title" "{count, plural, one {One thing is missing} other {# things are missing}}";
    MISSING_SOURCE_PROJECT "missing.source-project" "Choose the source project.";
    MISSING_SOURCE_CLUSTER "missing.source-cluster" "Choose the source cluster.";
    MISSING_SNAPSHOT "missing.snapshot" "Choose a snapshot that can be restored.";
    MISSING_PROJECT "missing.project" "Choose the target project.";
    MISSING_CLUSTER "missing.cluster" "Choose an eligible target cluster.";
    MISSING_LOADING "missing.loading" "Wait until everything is loaded.";
    MISSING_CONFIRMATION "missing.confirmation" "Type the name of the target cluster.";
    MISSING_REASON "missing.reason" "Give a reason, of at most {count} characters.";
    MISSING_REASON_FORM "missing.reason-form" "Give the reason in the form that is asked for here.";
    MISSING_OFFLINE "missing.offline" "Wait until you are online again.";
    MISSING_SIGN_IN "missing.sign-in" "Sign in again.";

    // Review
    REVIEW_HEADING "review.heading" "Review what will happen";
    REVIEW_FROM "review.from" "Restore this snapshot";
    REVIEW_TO "review.to" "Into this cluster";
    CHANGE_SNAPSHOT "review.change-snapshot" "Change snapshot";
    CHANGE_TARGET "review.change-target" "Change target";
    LOST "review.lost" "What will be lost on {cluster}";
    LOST_UNKNOWN "review.lost.unknown" "Its data size, databases, last write and open connections are unknown here: Atlas’s API does not tell them.";
    NEWER_LOST "review.newer-lost" "The snapshot was taken {age}.";
    ADVICE "advice" "Take a snapshot of {cluster} first";
    ADVICE_OLD "advice.old" "Its newest snapshot was taken {age}. What was written since is lost for good.";
    ADVICE_TAKING "advice.taking" "Waiting for the snapshot…";
    ADVICE_NONE "advice.none" "It has no completed snapshot: what is on it is lost for good.";
    AFTERWARDS "review.afterwards" "What happens afterwards";
    WARNINGS "review.warnings" "Before you go on";
    HANDOVER "handover" "Without restoring";
    CHECK_ONLY "check-only" "Check only";
    CHECK_PASSED "check-only.passed" "Everything was checked once more, and nothing stands in the way. Nothing was sent.";
    COPY_COMMAND "copy.command" "Copy as command";
    SHOW_REQUEST "show-request" "Show request";
    COPY_REQUEST "copy.request" "Copy request";
    CONFIRM_LABEL "confirm.label" "Type {name} to confirm";
    CONFIRM_EMPTY "confirm.empty" "The name is not typed yet.";
    CONFIRM_CASE "confirm.case" "The name differs in upper and lower case.";
    CONFIRM_LENGTH "confirm.length" "The name has {expected, plural, one {# character} other {# characters}}, and {typed, plural, one {# was} other {# were}} typed.";
    CONFIRM_DIFFERS "confirm.differs" "This is another name.";
    REASON_LABEL "reason.label" "Reason";
    REASON_OPTIONAL "reason.optional" "Reason (optional)";
    REASON_HINT "reason.hint" "For example a ticket number. It is sent with the request.";
    RESTORE "restore" "Delete data on {cluster} and restore";
    ASKING_PAGE "restore.asking" "Asking for approval…";
    SENDING "restore.sending" "Starting the restore…";
    REFUSED_TITLE "submit.refused" "The restore was not started";
    VETOED "submit.vetoed" "This page did not allow the restore.";
    RECHECK_FAILED "submit.recheck-failed" "The facts could not be checked once more.";
    SUBMIT_401 "submit.401" "Your session has ended. Sign in again, then type the name once more.";
    SUBMIT_403 "submit.403" "The server does not allow you to restore into {cluster}. You need the role Project Owner in the source project and in the target project {project}.";
    SUBMIT_CSRF "submit.csrf" "The server did not accept this session’s security token. Sign in again and try once more.";
    SUBMIT_404 "submit.404" "The snapshot or {cluster} does not exist any more.";
    SUBMIT_409 "submit.409" "Something else is happening to {cluster} just now, perhaps another restore.";
    SUBMIT_429 "submit.429" "Too many requests were sent. Wait before you try again.";
    SUBMIT_429_WAIT "submit.429.wait" "Too many requests were sent. The server asks to wait {wait}.";
    SUBMIT_NOT_SENT "submit.not-sent" "This request was not sent to Atlas. You can try again.";
    SUBMIT_400 "submit.400" "The server refused the request.";
    SERVER_SAYS "submit.server-says" "The server says:";
    OTHER "submit.other" "Other";

    // Outcome unknown
    UNKNOWN_HEADING "unknown.heading" "It is not known whether the restore started";
    UNKNOWN_TEXT "unknown.text" "The request to restore into {cluster} was sent, but it brought no answer that says whether it was started. It may be running. Do not start it again before that is clear.";
    UNKNOWN_CHECKING "unknown.checking" "Looking for the restore among the jobs of {cluster}…";
    UNKNOWN_NONE "unknown.none" "{count, plural, =0 {The restore jobs have not been read yet.} one {The restore jobs were read once, and none of them is this request’s.} other {The restore jobs were read # times, and none of them is this request’s.}}";
    UNKNOWN_READ_FAILED "unknown.read-failed" "The last time, the restore jobs could not be read.";
    UNKNOWN_CAN_TRY "unknown.can-try" "No restore of yours was found in two looks, so it is very likely that it was not started. You can try again: the name must be typed once more.";
    UNKNOWN_WAIT "unknown.wait" "Jobs can appear late. Trying again is offered once two looks have found nothing, the last at least 30 seconds after the click.";
    CHECK_AGAIN "check-again" "Check again";
    TRY_AGAIN "try-again" "Try again";

    // Progress
    RUNNING_HEADING "progress.running" "The restore is running";
    RUNNING_OTHER_HEADING "progress.running.other" "A restore is already running";
    COMPLETED_HEADING "progress.completed" "The restore is complete";
    FAILED_JOB_HEADING "progress.failed" "The restore failed";
    CANCELLED_HEADING "progress.cancelled" "The restore was cancelled";
    EXPIRED_HEADING "progress.expired" "The restore expired";
    RUNNING "state.running" "Running";
    COMPLETED "state.completed" "Completed";
    FAILED "state.failed" "Failed";
    CANCELLED "state.cancelled" "Cancelled";
    EXPIRED "state.expired" "Expired";
    STATE_UNKNOWN "state.unknown" "Not known";
    RUNNING_TEXT "progress.running.text" "Atlas deletes the data on {cluster} and restores the snapshot. {cluster} is unavailable until this has ended.";
    RUNNING_OTHER_TEXT "progress.running.other.text" "Somebody, perhaps you, started this restore into {cluster}. It is shown here instead of a second one.";
    COMPLETED_TEXT "progress.completed.text" "{cluster} holds the data of the snapshot now.";
    FAILED_TEXT "progress.failed.text" "Atlas could not complete the restore. The data on {cluster} may already be deleted: look at the cluster before anything uses it.";
    CANCELLED_TEXT "progress.cancelled.text" "The restore was cancelled before its end. The data on {cluster} may already be deleted: look at the cluster before anything uses it.";
    EXPIRED_TEXT "progress.expired.text" "Atlas let this restore expire. Look at {cluster} before anything uses it.";
    PROGRESS_BAR "progress.bar" "Restore into {cluster}";
    PERCENT_UNKNOWN "progress.percent" "Atlas does not report how far it is, nor an estimate.";
    CLOSING_IS_SAFE "progress.closing" "Closing this dialog does not stop the restore. It cannot be cancelled here.";
    JOB_ID "progress.job" "Job ID";
    FROM "progress.from" "Source cluster";
    TARGET "progress.target" "Target";
    STATE "progress.state" "State";
    STARTED "progress.started" "Started";
    FINISHED "progress.finished" "Finished";
    ELAPSED "progress.elapsed" "Elapsed";
    UPDATED "progress.updated" "Last read";
    NOT_UPDATED "progress.not-updated" "The state could not be read lately. What is shown is from {time}.";
    LONGER "progress.longer" "This takes longer than usual. It is still being watched; if you ask for support, give them these details.";
    COPY_DETAILS "copy.details" "Copy details";
    NEXT_STEPS "progress.next" "What to do next";
    NEXT_RESTART "progress.next.restart" "Restart your applications and point them at {cluster}.";
    NEXT_KEY "progress.next.key" "Atlas rotates the MongoDB encryption key of {cluster} now.";
    NEXT_LATER_RESTART "progress.later.restart" "When it is complete, restart your applications and point them at {cluster}.";
    NEXT_LATER_KEY "progress.later.key" "Atlas then rotates the MongoDB encryption key of {cluster}.";
    NEXT_LOOK "progress.next.look" "Look at {cluster} in Atlas, and start a new restore when you know the cause.";

    // Announcements
    SAY_CHOSEN "say.chosen" "{cluster} is chosen.";
    SAY_REFUSED "say.refused" "{cluster} cannot be the target. {reasons}";
    SAY_PROJECT "say.project" "Another project is chosen. Target cluster and confirmation are empty again.";
    SAY_LOADED "say.loaded" "{total, plural, =0 {No clusters} one {# cluster} other {# clusters}} loaded, {eligible} eligible.";
    SAY_LISTED "say.listed" "{list}: {count, plural, one {# entry} other {# entries}} loaded.";
    SAY_CHANGED "say.changed" "Something changed. Review it again.";
    SAY_REFUSED_REQUEST "say.refused-request" "The restore was not started.";
    SAY_UNKNOWN "say.unknown" "It is not known whether the restore was started. Do not start it again before that is clear.";
    SAY_STATE "say.state" "The restore is {state, select, running {running} completed {complete} failed {failed} cancelled {cancelled} expired {expired} other {in an unknown state}}.";
    SAY_SIGN_IN "say.sign-in" "Your session has ended. Sign in again.";
    SAY_ONLINE "say.online" "The network connection is back.";
    SAY_READ_FAILED "say.read-failed" "Something could not be read. It can be tried again.";

    // Names of things
    PROVIDER_AWS "provider.aws" "AWS KMS";
    PROVIDER_AZURE "provider.azure" "Azure Key Vault";
    PROVIDER_GCP "provider.gcp" "Google Cloud KMS";
    PROVIDER_NONE "provider.none" "No encryption";
    ROLE_GROUP_OWNER "role.group-owner" "Project Owner";
    ROLE_ORG_OWNER "role.org-owner" "Organization Owner";
    ROLE_BACKUP "role.backup" "Project Backup Manager";
}
