export default {
  mode: 'production',
  entry: './main.js',
  // Modules load their parts by import(), which a policy with Trusted Types allows; a script element it would not.
  experiments: { outputModule: true },
  output: { module: true, chunkFormat: 'module', filename: 'main.js', clean: true },
  // The dialog's wasm comes on the first opening, not with the page.
  performance: { hints: false },
};
