/** Reports to the graph which stations were enrolled and revoked, for clients that follow the graph's changes. */
import { z } from 'zod';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import { relayTimeoutMs } from '../http/relay.ts';
import type { WebService } from '../service.ts';
import type { StationTokens } from '../station-options.ts';
import type { StationChange, UnreportedChanges } from './unreported-changes.ts';

/** The time between two searches for changes that another process left unreported, in ms. */
const sweepMs = 30_000;

const query = `mutation RecordStationService($input: RecordStationServiceInput!) {
  recordStationService(input: $input) { isInService }
}`;
const recorded = z.object({
  data: z.object({ recordStationService: z.object({ isInService: z.boolean() }) }),
});

export interface StationReporter extends AsyncDisposable {
  /** Reports all changes that are not reported yet. Call this after each change. Never throws. */
  report(): void;
}

/**
 * Starts to report enrolments and revocations of stations to the graph. A change stays in the state until it is
 * reported. The graph ignores a change that it already knows. So a change may be reported by two processes, or again
 * after an answer was lost.
 */
export function startStationReporter(
  { graph, log }: Pick<WebService, 'graph' | 'log'>,
  unreported: UnreportedChanges,
  tokenFor: StationTokens,
): StationReporter {
  const stopping = new AbortController();
  const reportOne = async ({ station, kind }: StationChange): Promise<void> => {
    const input = { changeId: kind, isInService: kind === 'enrolled' };
    const { body } = await graph.relay({
      body: Buffer.from(JSON.stringify({ query, variables: { input } })),
      token: await tokenFor(station),
      callClass: 'staff',
      caller: station.id,
      language: null,
      accessReason: null,
      address: '127.0.0.1',
      requestId: `station-${station.id}-${kind}`,
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(relayTimeoutMs)]),
    });
    recorded.parse(JSON.parse(body.toString()));
    await unreported.markReported({ station, kind });
  };
  const isLeft = (error: unknown) =>
    log.warn({ reason: nameOfError(error) }, 'the graph was not told of a station; it is told later');
  const reportAll = async (): Promise<void> => {
    const left = new Set<string>();
    for (const change of await unreported.list()) {
      const { id } = change.station;
      // A change of a station is reported only after the station's earlier changes.
      if (!left.has(id)) {
        await reportOne(change).catch((error: unknown) => {
          left.add(id);
          isLeft(error);
        });
      }
    }
  };
  let reporting: Promise<void> = Promise.resolve();
  const report = () => {
    reporting = reporting.then(() => (stopping.signal.aborted ? undefined : reportAll())).catch(isLeft);
  };
  const timer = setInterval(report, sweepMs).unref();
  return {
    report,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopping.abort();
      await reporting;
    },
  };
}
