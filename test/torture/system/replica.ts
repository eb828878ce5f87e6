import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { createHttpSubgraph, type HttpSubgraph } from '../../../gateway/transport/http.ts';
import { type RunningProcess, run } from '../../support/processes.ts';
import { type Step, StepFreezer } from '../faults/step-freezer.ts';
import type { Interval, Moment } from '../history.ts';

/** What a replica is started with. */
export interface ReplicaSettings {
  /** The source tree that it runs: this one or another. */
  readonly root: string;
  /** Without its port: what the next that is started gets. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** One with which it must be refused at its start; null: none is tried this time. */
  readonly refused: () => Readonly<Record<string, string>> | null;
  /** That callers are signed with. */
  readonly secret: string;
}

/** What the log of a replica told that bears on what is checked. */
export interface Findings {
  /** For each operation, the looks at it that failed. */
  readonly failedLooks: Map<string, number>;
  readonly alarms: string[];
  /** How often a replica with a smaller drop time was refused. */
  refusedStarts: number;
  /** Messages of level error, and how often. */
  readonly errors: Map<string, number>;
}

/**
 * One process of the *circulation* subgraph that is killed and frozen, and comes back on the same port. Callers reach it
 * as the gateway does.
 */
export class Replica implements AsyncDisposable {
  readonly #settings: ReplicaSettings;
  readonly #findings: Findings;
  #port = 0;
  #process: RunningProcess | null = null;
  #subgraph: HttpSubgraph | null = null;
  #freezer: StepFreezer | null = null;
  #goneSince: Moment | null = Date.now();
  /** When it was dead or frozen. */
  readonly disruptions: Interval[] = [];

  constructor(settings: ReplicaSettings, findings: Findings) {
    this.#settings = settings;
    this.#findings = findings;
    process.on('exit', this.#onExit);
  }

  /** Null while there is nobody to ask. */
  get transport(): HttpSubgraph['transport'] | null {
    return this.#subgraph?.transport ?? null;
  }

  /** Neither dead nor frozen. */
  get isThere(): boolean {
    return this.#goneSince === null;
  }

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const { root, environment, refused, secret } = this.#settings;
    const main = join(root, 'subgraphs/circulation/main.ts');
    const wrong = refused();
    if (wrong !== null) {
      await this.#tryInVain(main, wrong);
    }
    const child = run(main, { ...environment(), PORT: String(this.#port) });
    this.#process = child;
    this.#listen(child);
    const [, origin = ''] = await child.says(/at (http:\S+)\/graphql/);
    this.#port = Number(new URL(origin).port);
    this.#subgraph ??= createHttpSubgraph('circulation', new URL(origin), new TextEncoder().encode(secret));
    this.#isBack();
  }

  /** Throws where it starts all the same. */
  async #tryInVain(main: string, environment: Readonly<Record<string, string>>): Promise<void> {
    await using child = run(main, { ...environment, PORT: '0' });
    const started = child.says(/at http/).then(
      () => true,
      () => false,
    );
    if ((await started) || !child.output.stderr.includes('CIRC_DROP_AFTER_MS is')) {
      throw new Error(`a replica with too small a drop time was not refused:\n${child.output.stderr}`);
    }
    this.#findings.refusedStarts += 1;
  }

  /** SIGKILL: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    this.#isGone();
    await this.#process?.[Symbol.asyncDispose]();
    this.#process = null;
  }

  /** SIGSTOP: it stands still in the middle of whatever it does, and knows nothing of it. */
  freeze(): void {
    this.#isGone();
    this.#process?.child.kill('SIGSTOP');
  }

  /**
   * The same at one step of the program: resolves once it stands still there, or the signal aborts. It must have been started
   * with `--inspect`.
   */
  async freezeAt(step: Step, signal: AbortSignal): Promise<void> {
    const [, url = ''] = /Debugger listening on (ws:\S+)/.exec(this.#process?.output.stderr ?? '') ?? [];
    this.#freezer = await StepFreezer.attach(url);
    await this.#freezer.stopAt(step, this.#settings.root, signal);
    this.#isGone();
  }

  async wake(): Promise<void> {
    if (this.#freezer === null) {
      this.#process?.child.kill('SIGCONT');
    } else {
      await this.#freezer.goOn();
    }
    this.#freezer?.[Symbol.dispose]();
    this.#freezer = null;
    this.#isBack();
  }

  #isGone(): void {
    this.#goneSince ??= Date.now();
  }

  #isBack(): void {
    if (this.#goneSince !== null) {
      this.disruptions.push({ from: this.#goneSince, until: Date.now() });
    }
    this.#goneSince = null;
  }

  #listen({ child }: RunningProcess): void {
    if (child.stderr === null) {
      throw new Error('the log of a replica is not to be had');
    }
    createInterface(child.stderr).on('line', (line) => note(this.#findings, line));
  }

  readonly #onExit = (): void => {
    this.#process?.child.kill('SIGKILL');
  };

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#onExit);
    await this.#process?.[Symbol.asyncDispose]();
    await this.#subgraph?.[Symbol.asyncDispose]();
  }
}

/** Of a line of pino's. */
const logged = z.object({ level: z.number(), msg: z.string().default(''), operation: z.string().optional() });
const errorLevel = 50;
/** What Node says where it is debugged. */
const ofDebugger = /^(Debugger |For help, see|Waiting for the debugger)/;

/** What is no JSON is what Node itself says. */
function note({ failedLooks, alarms, errors }: Findings, line: string): void {
  if (ofDebugger.test(line)) {
    return;
  }
  const { level, msg, operation } = parseLine(line);
  if (operation !== undefined) {
    failedLooks.set(operation, (failedLooks.get(operation) ?? 0) + 1);
  }
  if (operation !== undefined && msg.startsWith('ALARM')) {
    alarms.push(operation);
  }
  if (level >= errorLevel) {
    errors.set(msg, (errors.get(msg) ?? 0) + 1);
  }
}

function parseLine(line: string): z.infer<typeof logged> {
  try {
    return logged.parse(JSON.parse(line));
  } catch {
    return { level: errorLevel, msg: line };
  }
}
