// The package whose wasm panics when asked to.
await import('./faulty/embed.js');
// The page's own instance: in Firefox a journey's script would import another.
seen.faulty = await import('./faulty/atlas-restore-dialog.js');
await import('./bare.js');
