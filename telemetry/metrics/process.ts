import { getHeapStatistics } from 'node:v8';
import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { droppedLogLines } from '../../platform/lifecycle/log-output.ts';
import { addGaugeAtScrape } from './gauge-at-scrape.ts';

export interface Build {
  /** The version of the program, from `package.json`. */
  readonly version: string;
  /** The commit of the build. Null if the build didn't say. */
  readonly commit: string | null;
  /** A number that changes with each change of the program or its settings. */
  readonly settingsFingerprint: number;
}

/**
 * Measures event-loop delay, memory, CPU time and garbage collection. Shows the limit of the heap, dropped lines of the
 * log, the build, and the fingerprint of the settings.
 */
export function addProcessMetrics(registry: Registry, { version, commit, settingsFingerprint }: Build): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  addGaugeAtScrape(
    {
      registry,
      name: 'v8js_memory_heap_limit_bytes',
      help: 'The size that the heap may grow to. Near it, most time goes to collecting garbage.',
      aggregator: 'max',
    },
    () => [[{}, getHeapStatistics().heap_size_limit]],
  );
  new Counter({
    name: 'patron_graph_log_lines_dropped_total',
    help: 'Lines of the log that were dropped, because nobody read the lines before them in time.',
    registers,
    collect() {
      this.reset();
      this.inc(droppedLogLines());
    },
  });
  new Gauge({
    name: 'patron_graph_build_info',
    help: '1, with the version and the commit of the program.',
    labelNames: ['version', 'commit'],
    registers,
    aggregator: 'first',
  }).set({ version, commit: commit ?? '' }, 1);
  new Gauge({
    name: 'patron_graph_settings_fingerprint',
    help: 'A number that changes with the settings, the secrets and the version. A crash does not change it.',
    registers,
    aggregator: 'first',
  }).set(settingsFingerprint);
}
