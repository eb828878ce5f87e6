import type { SealedState } from '../../store/shared-state/port.ts';
import type { GraphRelay } from '../graph/client.ts';
import type { EdgeLog } from '../server/create-server.ts';
import type { Area } from './areas.ts';
import type { RelyingParty } from './sign-in/relying-party.ts';
import type { StationOptions } from './station-options.ts';

/** An area that is served, and how people sign in to it. */
export interface ServedArea {
  readonly area: Area;
  readonly relyingParty: RelyingParty;
  /** The page of the services that they allow; null where there is none. */
  readonly consentsUrl: URL | null;
}

/** What the routes work with. */
export interface WebService {
  /** The origin that browsers see, such as `https://library.example`. */
  readonly origin: URL;
  readonly areas: readonly ServedArea[];
  /** Null: there are none. */
  readonly stations: StationOptions | null;
  readonly state: SealedState;
  readonly graph: GraphRelay;
  /** The folder of the built pages: one folder for each, named by its path. */
  readonly pages: string;
  readonly log: EdgeLog;
  /** In ms since 1970. */
  readonly now: () => number;
}
