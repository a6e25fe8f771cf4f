// Before anything else of the page: writes down what goes wrong, so that a journey can ask.
window.seen = { ready: false, events: [], outcomes: [], errors: [], violations: [], fetched: [] };
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber, sample }) =>
  seen.violations.push({ violatedDirective, blockedURI, sourceFile, lineNumber, sample }));
window.addEventListener('error', (event) => seen.errors.push(String(event.error?.stack ?? event.message)));
window.addEventListener('unhandledrejection', (event) => seen.errors.push(`rejected: ${event.reason?.stack ?? event.reason}`));
