import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createHttpSubgraph, type HttpSubgraph } from '../../../gateway/transport/http.ts';
import { type RunningProcess, run } from '../../support/processes.ts';
import { type FreezePoint, ProcessFreezer } from '../faults/process-freezer.ts';
import type { Interval, Moment } from '../history.ts';
import type { SteppedTime } from './stepped-time.ts';

/** The settings for the starts of a replica. */
export interface ReplicaSettings {
  /** Returns the root of the source tree of the next start: the program's, a mutant's or an earlier program's. */
  readonly root: () => string;
  readonly subgraph: 'circulation' | 'patrons' | 'credentials' | 'charges';
  /** The environment of the next start, without the port. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** An environment with which the process must refuse to start; null if none is to be tried this time. */
  readonly refusedEnvironment: () => Readonly<Record<string, string>> | null;
  /** The clock of the process; null if it can't be stepped. */
  readonly clock: SteppedTime | null;
  /** The secret with which clients sign the caller of each request. */
  readonly secret: string;
}

/** Data from the replicas' logs for the checker and the report. */
export interface Findings {
  /** The number of failed reconciliations, by operation id. */
  readonly failedChecks: Map<string, number>;
  readonly alarms: string[];
  /** The number of starts that were refused because the drop time was too small. */
  refusedStarts: number;
  /** The number of starts that failed, because the database gave no answer in time. */
  failedStarts: number;
  /** The number of error messages, by text and line of code. */
  readonly errors: Map<string, number>;
}

/** The number of failed starts in a row after which the run ends, and the pause after each, in ms. */
const maxFailedStarts = 3;
const startPauseMs = 1_000;

/**
 * A process of a subgraph that can be killed, restarted on the same port, frozen and resumed. Clients
 * call it as the gateway does.
 */
export class Replica implements AsyncDisposable {
  readonly #settings: ReplicaSettings;
  readonly #findings: Findings;
  #port = 0;
  #process: RunningProcess | null = null;
  #subgraph: HttpSubgraph | null = null;
  #freezer: ProcessFreezer | null = null;
  #unavailableSince: Moment | null = Date.now();
  /** The intervals in which the process was dead or frozen. */
  readonly disruptions: Interval[] = [];

  constructor(settings: ReplicaSettings, findings: Findings) {
    this.#settings = settings;
    this.#findings = findings;
  }

  /** Null before the first start. */
  get transport(): HttpSubgraph['transport'] | null {
    return this.#subgraph?.transport ?? null;
  }

  /** The address, which a restart doesn't change. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get subgraph(): ReplicaSettings['subgraph'] {
    return this.#settings.subgraph;
  }

  /** Whether the process is neither dead nor frozen. */
  get isAvailable(): boolean {
    return this.#unavailableSince === null;
  }

  /** Starts the process, several times if necessary, as a supervisor does. Resolves when it listens. */
  async start(): Promise<void> {
    for (let failedStarts = 0; ; failedStarts += 1) {
      try {
        await this.#startOnce();
        return;
      } catch (error) {
        if (failedStarts === maxFailedStarts) {
          throw error;
        }
        this.#findings.failedStarts += 1;
        await sleep(startPauseMs);
      }
    }
  }

  async #startOnce(): Promise<void> {
    const { root, subgraph, environment, refusedEnvironment, secret } = this.#settings;
    const main = join(root(), `subgraphs/${subgraph}/main.ts`);
    const refused = refusedEnvironment();
    if (refused !== null) {
      await this.#expectRefusedStart(main, refused);
    }
    const child = run(main, { ...environment(), PORT: String(this.#port) });
    this.#process = child;
    this.#readLog(child);
    const [, origin = ''] = await child.says(/at (http:\S+)\/graphql/);
    this.#port = Number(new URL(origin).port);
    this.#subgraph ??= createHttpSubgraph(subgraph, new URL(origin), new TextEncoder().encode(secret));
    this.#markAvailable();
  }

  /** Rejects if the process starts. */
  async #expectRefusedStart(main: string, environment: Readonly<Record<string, string>>): Promise<void> {
    await using child = run(main, { ...environment, PORT: '0' });
    const started = child.says(/at http/).then(
      () => true,
      () => false,
    );
    if ((await started) || !child.output.stderr.includes('CIRC_DROP_AFTER_MS is')) {
      throw new Error(`a replica started with too small a drop time:\n${child.output.stderr}`);
    }
    this.#findings.refusedStarts += 1;
  }

  /** Steps the process's wall clock. Returns false if it can't be stepped. */
  stepClockTo(offsetMs: number): boolean {
    const { clock } = this.#settings;
    clock?.stepTo(offsetMs);
    return clock !== null;
  }

  /** Sends SIGKILL: the process ends at once. */
  async kill(): Promise<void> {
    this.#markUnavailable();
    await this.#process?.[Symbol.asyncDispose]();
    this.#process = null;
  }

  /** Sends SIGSTOP: the process stops in the middle of its work, and can't notice. */
  freeze(): void {
    this.#markUnavailable();
    this.#process?.child.kill('SIGSTOP');
  }

  /**
   * Makes the process freeze at a line of the program. When the promise resolves, the breakpoint is set. So the next
   * request that reaches the line freezes the process. `frozen` resolves when the process is frozen, or when the signal
   * aborts. The process must have been started with `--inspect`.
   */
  async freezeAt(point: FreezePoint, signal: AbortSignal): Promise<{ readonly frozen: Promise<void> }> {
    const [, url = ''] = /Debugger listening on (ws:\S+)/.exec(this.#process?.output.stderr ?? '') ?? [];
    this.#freezer = await ProcessFreezer.attach(url);
    const { stopped } = await this.#freezer.stopAt(point, this.#settings.root(), signal);
    return { frozen: stopped.then(() => this.#markUnavailable()) };
  }

  async resume(): Promise<void> {
    if (this.#freezer === null) {
      this.#process?.child.kill('SIGCONT');
    } else {
      await this.#freezer.resume();
    }
    this.#freezer?.[Symbol.dispose]();
    this.#freezer = null;
    this.#markAvailable();
  }

  #markUnavailable(): void {
    this.#unavailableSince ??= Date.now();
  }

  #markAvailable(): void {
    if (this.#unavailableSince !== null) {
      this.disruptions.push({ from: this.#unavailableSince, until: Date.now() });
    }
    this.#unavailableSince = null;
  }

  #readLog({ child }: RunningProcess): void {
    if (child.stderr === null) {
      throw new Error('a replica has no stderr to read its log from');
    }
    createInterface(child.stderr).on('line', (line) => note(this.#findings, line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
    await this.#subgraph?.[Symbol.asyncDispose]();
  }
}

/** The used fields of pino's lines. */
const logged = z.object({
  level: z.number(),
  msg: z.string().default(''),
  operation: z.string().optional(),
  frames: z.array(z.string()).default([]),
});
const errorLevel = 50;
/** Output of Node's debugger. */
const debuggerOutput = /^(Debugger |For help, see|Waiting for the debugger)/;

/**
 * Records the data of a log line that the checker needs. A line that isn't JSON comes from Node, and is recorded as an
 * error.
 */
function note({ failedChecks, alarms, errors }: Findings, line: string): void {
  if (debuggerOutput.test(line)) {
    return;
  }
  const { level, msg, operation, frames } = parseLine(line);
  if (operation !== undefined) {
    failedChecks.set(operation, (failedChecks.get(operation) ?? 0) + 1);
  }
  if (operation !== undefined && msg.startsWith('ALARM')) {
    alarms.push(operation);
  }
  if (level >= errorLevel) {
    const error = [msg, ...frames.slice(0, 1)].join(' ');
    errors.set(error, (errors.get(error) ?? 0) + 1);
  }
}

function parseLine(line: string): z.infer<typeof logged> {
  try {
    return logged.parse(JSON.parse(line));
  } catch {
    return { level: errorLevel, msg: line, frames: [] };
  }
}
