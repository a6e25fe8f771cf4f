// Before anything else of the page: writes down what goes wrong, so that a journey can ask.
window.seen = { ready: false, events: [], outcomes: [], errors: [], violations: [], fetched: [] };
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber, sample }) => {
  // Firefox and WebKit ask for the page's icon by themselves, and blame the page.
  if (!blockedURI.endsWith('/favicon.ico')) seen.violations.push({ violatedDirective, blockedURI, sourceFile, lineNumber, sample });
});
// A listener of the page's own: in Firefox one of a journey's script would not be reported to the page.
seen.throws = () => { seen.thrown += 1; throw new Error('by the page'); };
window.addEventListener('error', (event) => seen.errors.push(String(event.error?.stack ?? event.message)));
window.addEventListener('unhandledrejection', (event) => seen.errors.push(`rejected: ${event.reason?.stack ?? event.reason}`));
