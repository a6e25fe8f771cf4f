// For whoever counts how restores go: steps, durations and outcomes as events, without a name or an id. Nothing is sent.
// It looks at the open shadow root by the test ids, which are as fixed as the events.

const STEPS = {
  'job-state': 'progress',
  review: 'review',
  'project-picker': 'destination',
  'snapshot-error': 'destination',
  'source-project-picker': 'source',
};

/** Has the element dispatch `restore-telemetry` from now on; gives a function that ends it. */
export function telemetry(element) {
  let step;
  let since;
  const tell = (outcome) => {
    if (!step) return;
    const detail = { step, duration: Math.round(performance.now() - since), outcome };
    element.dispatchEvent(new CustomEvent('restore-telemetry', { bubbles: true, composed: true, detail }));
  };
  const look = () => {
    const found = Object.keys(STEPS).find((id) => element.shadowRoot.querySelector(`[part=dialog][open] [data-testid="${id}"]`));
    const now = STEPS[found];
    // While the facts are read, there is neither the one nor the other.
    if (!now || now === step) return;
    tell(now);
    step = now;
    since = performance.now();
  };
  const heard = ({ type, target, detail }) => {
    if (target !== element) return;
    look();
    // A restore of before, while another snapshot is shown.
    if (type === 'restore-finished' && step !== 'progress') return;
    tell(detail.reason ?? detail.code ?? detail.state ?? type.slice('restore-'.length));
    if (type === 'restore-close') step = undefined;
  };
  const changes = new MutationObserver(look);
  changes.observe(element.shadowRoot, { subtree: true, childList: true, attributeFilter: ['open', 'data-testid'] });
  const events = ['restore-started', 'restore-finished', 'restore-auth-required', 'restore-error', 'restore-close'];
  for (const type of events) element.addEventListener(type, heard);
  return () => {
    changes.disconnect();
    for (const type of events) element.removeEventListener(type, heard);
  };
}
