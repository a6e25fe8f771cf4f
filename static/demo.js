// A portal's Backup page. It embeds the dialog as any portal does: one import, a few properties, show().
// What a portal would not have is the Atlas in memory that answers here in place of a backend.
import './package/embed.js';

const BACKEND = '/restore';
const EVENTS = ['select', 'before-submit', 'started', 'progress', 'finished', 'close', 'auth-required', 'error'].map((name) => `restore-${name}`);
const SHOWN_ROWS = 100;
const KEPT_LINES = 500;

const $ = (id) => document.getElementById(id);
const picker = $('scenario-picker');
const log = $('event-log');

let dialog = document.querySelector('atlas-restore-dialog');
let source = { project: null, cluster: null };
let turn = 0; // counts scenarios, so that a slow one does not overwrite the next

// ---- the log -------------------------------------------------------------------------------------------------

function line(kind, name, text) {
  const entry = document.createElement('li');
  entry.dataset.kind = kind;
  entry.dataset.name = name;
  const title = document.createElement('strong');
  title.textContent = name;
  const detail = document.createElement('code');
  detail.textContent = text;
  entry.append(title, ' ', detail);
  log.append(entry);
  while (log.childElementCount > KEPT_LINES) log.firstElementChild.remove();
  $('log-empty').hidden = true;
  const view = log.parentElement;
  view.scrollTop = view.scrollHeight;
  return { entry, detail };
}

/** The page's own `fetch` for the dialog: the one given, and a line in the log for each request. */
function logged(fetch) {
  return async (url, init) => {
    const method = init?.method ?? 'GET';
    const path = String(url);
    const { entry, detail } = line('request', method, `${path} …`);
    Object.assign(entry.dataset, { method, path });
    const answered = (status) => {
      entry.dataset.status = status;
      detail.textContent = `${path} → ${status}`;
    };
    try {
      const response = await fetch(url, init);
      answered(response.status);
      return response;
    } catch (error) {
      answered(init?.signal?.aborted ? 'aborted' : 'no answer');
      throw error;
    }
  };
}

// The page listens on the document: the events bubble.
for (const name of EVENTS) {
  document.addEventListener(name, (event) => line('event', name, JSON.stringify(event.detail ?? null)));
}

$('clear-log').addEventListener('click', () => {
  log.replaceChildren();
  $('log-empty').hidden = false;
});

// ---- opening the dialog --------------------------------------------------------------------------------------

async function restore(snapshot, { anywhere = false } = {}) {
  dialog.sourceProject = anywhere ? null : source.project;
  dialog.sourceCluster = anywhere ? null : source.cluster;
  dialog.snapshot = snapshot || null;
  $('outcome').textContent = '';
  const shown = dialog.show();
  if (dialog.mode === 'inline') dialog.scrollIntoView();
  const { outcome, job, error } = await shown;
  $('outcome').dataset.outcome = outcome;
  $('outcome').textContent = {
    started: `A restore was started${job?.id ? ` (job ${job.id})` : ''}.`,
    cancelled: 'Nothing was restored.',
    dismissed: 'Nothing was restored.',
    error: `The dialog could not be shown: ${error?.message ?? error}`,
  }[outcome];
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-testid="restore-action"]');
  if (button) restore(button.dataset.snapshotId);
});
$('restore-any').addEventListener('click', () => restore(null, { anywhere: true }));

/** A dialog without a past, for a world without one. */
function freshDialog(backend, fetch) {
  const fresh = document.createElement('atlas-restore-dialog');
  fresh.backend = backend;
  fresh.fetch = fetch;
  fresh.mode = query().get('mode');
  dialog.replaceWith(fresh);
  dialog = fresh;
  if (dialog.mode === 'inline') $('outcome').after(dialog);
}

// ---- the page's own data -------------------------------------------------------------------------------------

async function read(fetch, url, version = '2023-01-01') {
  const response = await fetch(url, { headers: { Accept: `application/vnd.atlas.${version}+json` } });
  if (!response.ok) throw new Error(`${response.status} for ${url}`);
  return response.json();
}

/** What this page shows of a cluster, by the same API that the dialog uses. */
async function readPage(fetch, backend, wanted) {
  const api = `${backend.replace(/\/$/, '')}/api/atlas/v2`;
  const problems = [];
  const orElse = (reading, otherwise) => reading.catch((error) => (problems.push(error), otherwise));
  // Without a session it is a plain proxy, which is no problem.
  const session = await read(fetch, `${backend.replace(/\/$/, '')}/session`).catch(() => ({}));
  let project = wanted.project;
  if (!project) project = (await read(fetch, `${api}/groups?itemsPerPage=1`)).results?.[0]?.id;
  if (!project) throw new Error('The backend knows no project.');
  const group = await orElse(read(fetch, `${api}/groups/${encodeURIComponent(project)}`), { id: project, name: project });
  const clusters = `${api}/groups/${encodeURIComponent(project)}/clusters`;
  let name = wanted.cluster;
  if (!name) name = (await read(fetch, `${clusters}?itemsPerPage=1`, '2024-08-05')).results?.[0]?.name;
  if (!name) return { session, group, cluster: {}, snapshots: [], problems };
  const one = `${clusters}/${encodeURIComponent(name)}`;
  const cluster = await orElse(read(fetch, one, '2024-08-05'), { name });
  const sharded = cluster.clusterType && cluster.clusterType !== 'REPLICASET';
  const list = `${one}/backup/${sharded ? 'snapshots/shardedClusters' : 'snapshots?itemsPerPage=500'}`;
  const snapshots = (await orElse(read(fetch, list), {})).results ?? [];
  return { session, group, cluster, snapshots, problems };
}

const time = new Intl.DateTimeFormat('en', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC',
});

function timeCell(value) {
  if (!value || Number.isNaN(Date.parse(value))) return '–';
  const element = document.createElement('time');
  element.dateTime = value;
  element.textContent = `${time.format(new Date(value))} UTC`;
  return element;
}

function size(bytes) {
  if (!Number.isFinite(bytes) || bytes <= 0) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString('en', { maximumFractionDigits: 1 })} ${units[power]}`;
}

function kind({ snapshotType, frequencyType }) {
  const types = { scheduled: 'Scheduled', onDemand: 'On demand', fallback: 'Fallback' };
  const type = types[snapshotType] ?? snapshotType ?? '–';
  return snapshotType === 'scheduled' && frequencyType ? `${type}, ${frequencyType}` : type;
}

function statusCell(snapshot, now) {
  const expired = snapshot.expiresAt && Date.parse(snapshot.expiresAt) <= now;
  const names = { completed: 'Completed', failed: 'Failed', inProgress: 'In progress', queued: 'Queued' };
  const element = document.createElement('span');
  element.className = `status ${expired ? 'old' : snapshot.status}`;
  element.textContent = expired ? 'Expired' : (names[snapshot.status] ?? snapshot.status ?? 'Unknown');
  return element;
}

function row(snapshot, now) {
  const line = document.createElement('tr');
  line.setAttribute('role', 'row');
  line.dataset.testid = 'snapshot-row';
  line.dataset.snapshotId = snapshot.id;
  const cell = (label, content, head) => {
    const cell = document.createElement(head ? 'th' : 'td');
    cell.setAttribute('role', head ? 'rowheader' : 'cell');
    if (head) cell.scope = 'row';
    cell.dataset.label = label;
    cell.append(content);
    line.append(cell);
    return cell;
  };
  cell('Created', timeCell(snapshot.createdAt), true);
  cell('Type', kind(snapshot));
  cell('Version', snapshot.mongodVersion || '–');
  cell('Size', size(snapshot.storageSizeBytes)).classList.add('number');
  cell('Status', statusCell(snapshot, now));
  cell('Expires', snapshot.expiresAt ? timeCell(snapshot.expiresAt) : 'Never');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button small';
  button.dataset.testid = 'restore-action';
  button.dataset.snapshotId = snapshot.id;
  const which = document.createElement('span');
  which.className = 'unseen';
  which.textContent = ` snapshot of ${timeCell(snapshot.createdAt).textContent ?? snapshot.id}`;
  button.append('Restore', which);
  cell('', button).classList.add('action');
  return line;
}

/** While another scenario is read, the snapshots of the last one can't be restored. */
function busy(isSo) {
  $('main').setAttribute('aria-busy', isSo);
  for (const button of document.querySelectorAll('[data-testid="restore-action"]')) button.disabled = isSo;
}

function render({ session, group, cluster, snapshots, problems }, now) {
  if (problems.length > 0) complain(problems[0]);
  source = { project: group.id ?? null, cluster: cluster.name ?? null };
  $('project-name').textContent = group.name ?? group.id;
  $('cluster-name').textContent = cluster.name ?? 'no cluster';
  $('person').textContent = session.person?.name || session.person?.username || '';
  const kinds = { REPLICASET: 'Replica set', SHARDED: 'Sharded cluster', GEOSHARDED: 'Global cluster' };
  const providers = { AWS: 'AWS KMS', AZURE: 'Azure Key Vault', GCP: 'Google Cloud KMS', NONE: 'no customer-managed key' };
  $('cluster-facts').textContent = [
    kinds[cluster.clusterType],
    cluster.mongoDBVersion && `MongoDB ${cluster.mongoDBVersion}`,
    providers[cluster.encryptionAtRestProvider],
    cluster.backupEnabled === undefined ? undefined : `backups ${cluster.backupEnabled ? 'on' : 'off'}`,
  ].filter(Boolean).join(', ');

  const newest = [...snapshots].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  $('snapshot-rows').replaceChildren(...newest.slice(0, SHOWN_ROWS).map((snapshot) => row(snapshot, now)));
  $('snapshots').hidden = newest.length === 0;
  $('no-snapshots').hidden = newest.length > 0;
  $('no-snapshots-text').textContent = cluster.backupEnabled === false
    ? 'This cluster has no snapshots: its backups are off.'
    : 'This cluster has no snapshots.';
  const count = newest.length === 1 ? '1 snapshot' : `${newest.length.toLocaleString('en')} snapshots`;
  $('snapshot-count').hidden = newest.length === 0;
  $('snapshot-count').textContent = newest.length > SHOWN_ROWS ? `${count}, the newest ${SHOWN_ROWS} shown` : count;
}

function say(problem) {
  $('problem').textContent = problem;
  $('problem').hidden = false;
}

function complain(error) {
  console.error(error);
  say(`Something on this page could not be read: ${error?.message ?? error}`);
}

// ---- scenarios, or a real backend ----------------------------------------------------------------------------

const query = () => new URLSearchParams(location.search);

async function playScenario(scenarios, { Sandbox }, mine) {
  const wanted = query().get('scenario');
  const scenario = scenarios.find(({ name }) => name === wanted) ?? scenarios[0];
  picker.value = scenario.name;
  $('scenario-text').textContent = scenario.description;
  $('outcome').textContent = '';
  $('problem').hidden = true;
  log.replaceChildren();
  $('log-empty').hidden = false;
  if (wanted && wanted !== scenario.name) say(`There is no scenario "${wanted}"; this is "${scenario.title}".`);

  const world = await read(fetch, `./sample/worlds/${encodeURIComponent(scenario.name)}.json`);
  if (mine !== turn) return;
  const sandbox = new Sandbox(JSON.stringify(world));
  freshDialog(BACKEND, logged((url, init) => sandbox.fetch(url, init)));

  // The page reads from a copy without faults, so that it takes none away from the dialog.
  const calm = new Sandbox(JSON.stringify({ ...world, faults: [], changes: [] }));
  const page = await readPage((url, init) => calm.fetch(url, init), BACKEND, {
    project: scenario.sourceProject,
    cluster: scenario.sourceCluster,
  });
  calm.free?.();
  if (mine === turn) render(page, world.now ? Date.parse(world.now) : Date.now());
}

async function useSandbox() {
  const [scenarios, sandbox] = await Promise.all([
    read(fetch, './sample/worlds/index.json'),
    import('./sample/sandbox-web.js').then(async (sandbox) => (await sandbox.default(), sandbox)),
  ]);
  picker.replaceChildren(...scenarios.map(({ name, title }) => new Option(title, name)));
  const play = () => {
    const mine = ++turn;
    busy(true);
    return playScenario(scenarios, sandbox, mine).catch(complain).finally(() => mine === turn && busy(false));
  };
  picker.addEventListener('change', () => {
    const url = new URL(location.href);
    url.searchParams.set('scenario', picker.value);
    history.pushState(null, '', url);
    play();
  });
  addEventListener('popstate', play);
  await play();
}

async function useBackend(backend) {
  $('scenario').hidden = true;
  $('demo-note-text').textContent = `This page uses the backend ${backend}.`;
  const real = (url, init) => fetch(url, { credentials: 'same-origin', ...init });
  freshDialog(backend, logged(real));
  if (new URL(backend, document.baseURI).origin !== location.origin) {
    say("The backend is of another origin, which this page's Content-Security-Policy (connect-src 'self') does not allow. Serve the page from the backend's origin.");
    return;
  }
  const page = await readPage(real, backend, { project: query().get('project'), cluster: query().get('cluster') });
  render(page, Date.now());
}

const backend = query().get('backend');
(backend ? useBackend(backend) : useSandbox()).catch(complain);
