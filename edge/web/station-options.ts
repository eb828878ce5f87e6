import type { BlockList } from 'node:net';
import type { TokenSource } from '../graph/tokens.ts';

export const stationPath = '/station';

/** Resolves to a token that has only the scope of a station, and contains the code of the station's branch. */
export type StationTokens = (station: { readonly id: string; readonly branch: string }) => Promise<string>;

export interface StationOptions {
  readonly tokenFor: StationTokens;
  /**
   * The addresses where stations may be, so that a stolen cookie is useless elsewhere. Null if they may be anywhere.
   */
  readonly addresses: BlockList | null;
}

/**
 * Returns a source of stations' tokens. Each station's client id is `station-<id>`. The audit, the rate limits and the
 * counts of wrong PINs identify the machine by this client id.
 */
export const stationTokens =
  (source: TokenSource): StationTokens =>
  ({ id, branch }) =>
    source({ clientId: `station-${id}`, scope: 'station', branch });
