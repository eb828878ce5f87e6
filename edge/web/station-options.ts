import type { BlockList } from 'node:net';
import type { TokenSource } from '../graph/tokens.ts';

/** Where stations are served. */
export const stationPath = '/station';

/** Resolves to a token with a station's scope and nothing more. */
export type StationTokens = (stationId: string) => Promise<string>;

export interface StationOptions {
  readonly tokenFor: StationTokens;
  /** Where stations may be; null: anywhere. A stolen cookie is worth nothing elsewhere. */
  readonly addresses: BlockList | null;
}

/** The client id of each station is `station-<id>`: audit, rates and wrong PINs know the machine by it. */
export const stationTokens =
  (source: TokenSource): StationTokens =>
  (id) =>
    source({ clientId: `station-${id}`, scope: 'station' });
