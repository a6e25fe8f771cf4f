// Times the rules in an engine's wasm: `node rules.mjs MODULE`, by `cargo xtask bench --rules`. Prints microseconds.
import { readFile } from 'node:fs/promises';

const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), {});
const { prepare, judge, assess } = instance.exports;
prepare();

/** The best of so many times: what else runs on the machine only ever adds. */
function best(times, work) {
  let least = Infinity;
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return Math.round(least * 1000);
}

const figures = {};
for (const [name, work] of Object.entries({ judge, assess })) {
  const first = best(1, () => work(10_000)); // compiled quickly, as a page's first list finds it
  figures[name] = { first };
  for (const count of [10_000, 100_000, 1_000_000]) figures[name][count] = best(count > 100_000 ? 3 : 10, () => work(count));
}
console.log(JSON.stringify(figures));
