// The package whose wasm panics when asked to.
await import('./faulty/embed.js');
await import('./bare.js');
