import { z } from 'zod';
import { pause } from '../pause.ts';
import { type AskSources, ask } from './ask-as.ts';
import type { LiveHistory } from './followed-stream.ts';
import type { SubscriberClaims } from './gateways.ts';

/** The stations of a run. */
export const stationIds = ['k3m9x2p7', 'w5n8d4qa', 'z7c2h6fb'] as const;

export const stationClaims = (station: string): SubscriberClaims => ({
  subject: station,
  clientId: `station-${station}`,
  scope: 'station',
});

/** The time between two changes of a station, and until a change without an answer is sent again, in ms. */
const changeEveryMs = [200, 1_500] as const;

const mutation = `mutation ($input: RecordStationServiceInput!) {
  recordStationService(input: $input) { changesCursor }
}`;
const answer = z.object({ recordStationService: z.object({ changesCursor: z.string() }) });

/** Withdraws stations and puts them back, as the server of the pages tells the graph. */
export class StationService {
  /** The changes that the graph has said to have recorded. */
  readonly recorded: LiveHistory['events'][number][] = [];
  #isInService = false;

  /** Resolves to the cursor from which the station can be followed; null without an answer. */
  async record(
    sources: AskSources,
    station: string,
    changeId: string,
    isInService = true,
  ): Promise<string | null> {
    const variables = { input: { changeId, isInService } };
    const found = answer.safeParse(
      await ask(sources, stationClaims(station), { query: mutation, variables }),
    );
    const fact = `station ${station} ${changeId}`;
    if (!found.success) {
      return null;
    }
    if (!this.recorded.some((one) => one.fact === fact)) {
      this.recorded.push({ fact, kind: isInService ? 'STATION_RETURNED' : 'STATION_WITHDRAWN' });
    }
    return found.data.recordStationService.changesCursor;
  }

  /** Records one change after another until the signal aborts. Each is sent until it is answered. */
  async run(sources: AskSources, over: AbortSignal): Promise<void> {
    const { random } = sources;
    for (let nth = 1; !over.aborted; nth += 1) {
      const station = random.pick(stationIds);
      this.#isInService = !this.#isInService;
      while (
        !over.aborted &&
        (await this.record(sources, station, `change-${nth}`, this.#isInService)) === null
      ) {
        await pause(random.between(...changeEveryMs), over);
      }
      await pause(random.between(...changeEveryMs), over);
    }
  }
}
