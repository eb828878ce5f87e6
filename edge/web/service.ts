import type { ServerObserver } from '../../platform/http/server-observer.ts';
import type { SealedState } from '../../store/shared-state/port.ts';
import type { GraphRelay } from '../graph/client.ts';
import type { GraphStreams } from '../graph/streams.ts';
import type { EdgeLog } from '../server/create-server.ts';
import type { TerminalState } from '../server/terminal-state.ts';
import type { Theme } from '../theme/theme.ts';
import type { Area } from './areas.ts';
import type { RelyingParty } from './sign-in/relying-party.ts';
import type { StationOptions } from './station-options.ts';

/** An area, with the client that signs people in to it. */
export interface ServedArea {
  readonly area: Area;
  readonly relyingParty: RelyingParty;
  /** The provider's consents page. Null if the provider has none. */
  readonly consentsUrl: URL | null;
}

export interface WebService {
  /** The origin that browsers see, such as `https://library.example`. */
  readonly origin: URL;
  readonly areas: readonly ServedArea[];
  /** Null if there are no stations. */
  readonly stations: StationOptions | null;
  /**
   * Returns the SIP2 terminals of the server in this process, or of other servers. Null (or no function) if no SIP2
   * server is known.
   * @throws Sip2Unavailable
   */
  readonly terminals?: () => readonly TerminalState[] | null | Promise<readonly TerminalState[]>;
  readonly state: SealedState;
  readonly graph: GraphRelay;
  /** The graph, for the subscriptions of pages. */
  readonly graphStreams: GraphStreams;
  /** The folder of the built pages. Each page has a subfolder, named by its path. */
  readonly pages: string;
  readonly theme: Theme;
  readonly observer?: ServerObserver;
  readonly log: EdgeLog;
  /** In ms since 1970. */
  readonly now: () => number;
}
