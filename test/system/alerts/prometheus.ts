import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../support/processes.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** A Prometheus on the loopback address. It scrapes every second, and evaluates the rules twice a second. */
export interface Prometheus extends AsyncDisposable {
  /**
   * Makes Prometheus scrape exactly these targets from now on. The map has the service's name by its address, such as
   * `127.0.0.1:9464`.
   */
  watch(targets: ReadonlyMap<string, string>): void;
  firing(): Promise<readonly string[]>;
  /** The number of series that the expression had in the last five minutes. Rejects if the expression is invalid. */
  seriesOf(expr: string): Promise<number>;
}

/** The reason why Prometheus can't run here, or null if it can. */
export function missingPrometheus(): string | null {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'prometheus is not installed: `apt-get install prometheus` brings it';
  }
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly alerts?: readonly { readonly state: string; readonly labels: { readonly alertname: string } }[];
    readonly result?: readonly unknown[];
  };
}

/** Starts Prometheus, and resolves once it answers. `rules` is the text of a file of rules. */
export async function startPrometheus(rules: string): Promise<Prometheus> {
  const temporary = await openTemporaryFolder();
  const { path: folder } = temporary;
  const targetsFile = join(folder, 'targets.json');
  await writeFile(join(folder, 'rules.yml'), rules);
  await writeFile(targetsFile, '[]');
  await writeFile(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 500ms }
rule_files: [rules.yml]
scrape_configs:
  - job_name: patron-graph
    file_sd_configs: [{ files: [targets.json], refresh_interval: 1s }]
`,
  );
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      '--log.level=error',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const exit = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  const ask = async (path: string): Promise<Answer['data']> => {
    const answer = (await (await fetch(`${origin}/api/v1/${path}`)).json()) as Answer;
    if (answer.status !== 'success') {
      throw new Error(answer.error);
    }
    return answer.data;
  };
  while (!(await fetch(`${origin}/-/ready`).catch(() => null))?.ok) {
    if (child.exitCode !== null) {
      throw new Error(`prometheus ended with ${child.exitCode}`);
    }
    await setTimeout(50);
  }
  return {
    watch(targets) {
      // The file is replaced in one step, because Prometheus reads it whenever it changes.
      const groups = [...targets].map(([target, part]) => ({ targets: [target], labels: { part } }));
      writeFileSync(`${targetsFile}.draft`, JSON.stringify(groups));
      renameSync(`${targetsFile}.draft`, targetsFile);
    },
    async firing() {
      const { alerts = [] } = await ask('alerts');
      const names = alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
      return [...new Set(names)].sort();
    },
    async seriesOf(expr) {
      const end = Date.now() / 1000;
      // The step is shorter than the scrape interval. A process that ends after its first scrape has a series for only
      // a second.
      const range = new URLSearchParams({ query: expr, start: `${end - 300}`, end: `${end}`, step: '0.5' });
      return (await ask(`query_range?${range}`)).result?.length ?? 0;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
      await temporary[Symbol.asyncDispose]();
    },
  };
}
