/** Tells the graph which stations were enrolled and revoked, for those who follow its changes. */
import { z } from 'zod';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import { relayTimeoutMs } from '../http/relay.ts';
import type { WebService } from '../service.ts';
import type { StationTokens } from '../station-options.ts';
import type { StationChange, UntoldChanges } from './untold-changes.ts';

/** The time until a change is told that another process has left untold, in ms. */
const sweepMs = 30_000;

const query = `mutation RecordStationService($input: RecordStationServiceInput!) {
  recordStationService(input: $input) { isInService }
}`;
const recorded = z.object({
  data: z.object({ recordStationService: z.object({ isInService: z.boolean() }) }),
});

export interface StationTeller extends AsyncDisposable {
  /** Tells all changes that are not told yet. Call this after each change. Never throws. */
  tell(): void;
}

/**
 * The changes stand in the state of the pages until they are told. They are told once: the graph knows their keys, so it
 * does no harm if two processes tell the same one, or if an answer is lost.
 */
export function startStationTeller(
  { graph, log }: Pick<WebService, 'graph' | 'log'>,
  untold: UntoldChanges,
  tokenFor: StationTokens,
): StationTeller {
  const stopping = new AbortController();
  const tellOne = async ({ station, kind }: StationChange): Promise<void> => {
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
    await untold.wasTold({ station, kind });
  };
  const isLeft = (error: unknown) =>
    log.warn({ reason: nameOfError(error) }, 'the graph was not told of a station; it is told later');
  const tellAll = async (): Promise<void> => {
    const left = new Set<string>();
    for (const change of await untold.list()) {
      const { id } = change.station;
      // A change is told only after those before it.
      if (!left.has(id)) {
        await tellOne(change).catch((error: unknown) => {
          left.add(id);
          isLeft(error);
        });
      }
    }
  };
  let telling: Promise<void> = Promise.resolve();
  const tell = () => {
    telling = telling.then(() => (stopping.signal.aborted ? undefined : tellAll())).catch(isLeft);
  };
  const timer = setInterval(tell, sweepMs).unref();
  return {
    tell,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopping.abort();
      await telling;
    },
  };
}
