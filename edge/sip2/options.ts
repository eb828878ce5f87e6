import type { BlockList } from 'node:net';
import type { WatchTimes } from '../../platform/lifecycle/dependency-watch.ts';
import type { ServerTls } from '../../platform/tls/server.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import type { Bounds } from './bounds.ts';
import type { ConnectionLog } from './log.ts';
import type { Sip2Observer } from './observer.ts';
import type { KeptTerminals } from './terminals/kept-terminals.ts';

export interface Sip2Options {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** Null for unencrypted connections. */
  readonly tls: ServerTls | null;
  readonly terminals: KeptTerminals;
  /** The proxies that must send each client's address with the PROXY protocol. Null if there are none. */
  readonly trustedProxies: BlockList | null;
  readonly graph: GraphClient;
  readonly tokenFor: TokenSource;
  readonly log: ConnectionLog;
  readonly now?: () => Date;
  readonly bounds?: Bounds;
  readonly watchTimes?: WatchTimes;
  readonly observer?: Sip2Observer;
}
