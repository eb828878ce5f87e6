import type { Health } from '../../platform/http/health.ts';
import {
  conditionTimes,
  type DependencyCheck,
  type DependencyState,
  DependencyWatch,
  pingCheck,
} from '../../platform/lifecycle/dependency-watch.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import type { ServiceObserver } from '../observer.ts';
import type { ErrorLog } from './errors.ts';
import { pause } from './pause.ts';
import { type Subgraph, type SubgraphDefinition, startSubgraph } from './serve.ts';

/** Pause before the journal is tried again at the start, in ms. */
const retryMs = 1000;

/** A subgraph, and the health checks of its journal and its legacy system. */
export interface OpenedSubgraph<Context extends object> {
  readonly definition: SubgraphDefinition<Context>;
  readonly journal: DependencyCheck;
  ping(signal: AbortSignal): Promise<void>;
}

/**
 * Opens the services of a subgraph. They are closed with `resources`.
 * @throws StoreUnavailable, or Error for any other reason.
 */
export type OpenSubgraph<Context extends object> = (
  resources: AsyncDisposableStack,
) => Promise<OpenedSubgraph<Context>>;

/** An open subgraph, and the repeated health checks of its journal and its legacy system. */
interface Opened {
  readonly subgraph: Subgraph;
  readonly journal: DependencyWatch;
  readonly system: DependencyWatch;
  readonly resources: AsyncDisposableStack;
}

/**
 * The subgraph of a process, and its health. The subgraph is opened once the journal is reachable. The process is ready
 * if it reaches its journal, even if its legacy system is unreachable.
 */
export class ServedSubgraph implements Health, AsyncDisposable {
  readonly #system: string;
  readonly #observer: ServiceObserver;
  #opened: Opened | null = null;

  /** @param system the legacy system's name in the health report */
  constructor(system: string, observer: ServiceObserver = {}) {
    this.#system = system;
    this.#observer = observer;
  }

  /** Null until the subgraph is opened. */
  get subgraph(): Subgraph | null {
    return this.#opened?.subgraph ?? null;
  }

  /**
   * Opens the subgraph. While the journal is unreachable, tries again every second, until `stopping` aborts.
   * @throws the error of `open`, unless it means that the journal is unreachable
   */
  async open<Context extends object>(
    open: OpenSubgraph<Context>,
    log: ErrorLog,
    stopping: AbortSignal,
  ): Promise<void> {
    let logged = '';
    while (!stopping.aborted) {
      try {
        this.#opened = await this.#openOnce(open, log);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable && error.isOutage)) {
          throw error;
        }
        if (error.message !== logged) {
          logged = error.message;
          log.warn({}, `not ready until the journal can be reached: ${error.message}`);
        }
        await pause(retryMs, stopping);
      }
    }
  }

  async #openOnce<Context extends object>(open: OpenSubgraph<Context>, log: ErrorLog): Promise<Opened> {
    await using resources = new AsyncDisposableStack();
    const { definition, journal, ping } = await open(resources);
    const subgraph = resources.use(await startSubgraph(definition, log, this.#observer));
    return {
      subgraph,
      journal: resources.use(new DependencyWatch([journal], conditionTimes)),
      system: resources.use(new DependencyWatch([pingCheck(this.#system, ping)])),
      resources: resources.move(),
    };
  }

  async known(): Promise<void> {
    await Promise.all([this.#opened?.journal.start(), this.#opened?.system.start()]);
  }

  conditions(): Readonly<Record<string, boolean>> {
    return { journal: this.#opened?.journal.states().journal === 'up' };
  }

  dependencies(): Readonly<Record<string, DependencyState>> {
    return this.#opened === null
      ? { journal: 'down', [this.#system]: 'unknown' }
      : { ...this.#opened.journal.states(), ...this.#opened.system.states() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened?.resources.disposeAsync();
  }
}
