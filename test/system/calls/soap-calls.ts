import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { currentCaller } from '../../../platform/telemetry/request-scope.ts';
import type { RunningSimulators } from '../../../simulators/index.ts';

/** A SOAP call, and when it was sent and answered, in ms. */
interface SoapCall {
  readonly operation: string;
  readonly startedAt: number;
  endedAt: number;
}

/** What undici's channels tell of a request. The headers are names and values in turn. */
interface SentMessage {
  readonly request: {
    readonly path: string;
    readonly headers: readonly string[];
  };
}

/** The paths of the simulators. Other servers of this process have other paths. */
const paths: ReadonlySet<string> = new Set(['/prs', '/cms', '/circ']);

/** A session with circulation serves many requests, so its call belongs to none of them. */
const login = 'Login';

/** Watches the SOAP calls that subgraphs of this process send for requests, until it is disposed. */
export class SoapCallWatch implements Disposable {
  readonly #calls = new Map<object, SoapCall>();

  constructor() {
    subscribe('undici:request:create', this.#start);
    subscribe('undici:request:trailers', this.#end);
  }

  readonly #start = (message: unknown): void => {
    const { request } = message as SentMessage;
    const operation = operationOf(request);
    // Background work, such as the books, has no caller.
    if (paths.has(request.path) && operation !== login && currentCaller() !== null) {
      this.#calls.set(request, {
        operation,
        startedAt: performance.now(),
        endedAt: Number.POSITIVE_INFINITY,
      });
    }
  };

  readonly #end = (message: unknown): void => {
    const call = this.#calls.get((message as SentMessage).request);
    if (call !== undefined) {
      call.endedAt = performance.now();
    }
  };

  /** The operations that were called, in the order of their calls. */
  operations(): readonly string[] {
    return [...this.#calls.values()].map(({ operation }) => operation);
  }

  /**
   * The longest chain of calls in which each was sent after the one before it was answered. It is never shorter than
   * the longest chain of calls that wait for each other. On a busy machine it may be longer.
   */
  depth(): number {
    const depths: { readonly endedAt: number; readonly depth: number }[] = [];
    for (const { startedAt, endedAt } of this.#calls.values()) {
      const before = depths.filter((call) => call.endedAt <= startedAt).map(({ depth }) => depth);
      depths.push({ endedAt, depth: Math.max(0, ...before) + 1 });
    }
    return Math.max(0, ...depths.map(({ depth }) => depth));
  }

  [Symbol.dispose](): void {
    unsubscribe('undici:request:create', this.#start);
    unsubscribe('undici:request:trailers', this.#end);
  }
}

/** The last word of the SOAP action: of the header (SOAP 1.1), or of the media type (SOAP 1.2). */
function operationOf({ headers }: SentMessage['request']): string {
  const actions = headers.map((value) => /(?:[#/:]|action=")(\w+)"$/.exec(value)?.[1]);
  return actions.find((action) => action !== undefined) ?? '';
}

/** Delays every call of the simulators, so that calls side by side overlap. */
export function delayCalls({ prs, cms, circ }: RunningSimulators, latencyMs: number): void {
  for (const system of [prs, cms, circ]) {
    system.latencyMs = latencyMs;
  }
}
