import type { ServerObserver } from '../../platform/http/server-observer.ts';
import type { GraphObserver } from '../graph/observed.ts';
import type { Terminal } from './terminals/terminals.ts';

/**
 * The outcome of a message:
 *
 * | outcome | what the terminal got |
 * |---|---|
 * | `answered` | the requested answer |
 * | `refused` | a final refusal: a rule, a wrong login, or a message that is not supported |
 * | `unsettled` | a temporary refusal: the outcome of a change, or the requested data, is unknown |
 * | `no_answer` | a temporary refusal: the graph gave no answer in time |
 * | `repeated` | the earlier answer, because the message came twice or the terminal requested a resend (97) |
 * | `corrupt` | a request to resend (96) |
 * | `unknown` | nothing: the message is not part of the protocol, or nobody has logged in |
 * | `failed` | nothing: this server has a defect |
 */
export type MessageOutcome =
  | 'answered'
  | 'refused'
  | 'unsettled'
  | 'no_answer'
  | 'repeated'
  | 'corrupt'
  | 'unknown'
  | 'failed';

export interface SeenMessage {
  /** The message's two digits. Null if the message is corrupt, or not part of the protocol. */
  readonly code: string | null;
  /** Null before the login. */
  readonly terminal: Pick<Terminal, 'name' | 'profile'> | null;
  readonly outcome: MessageOutcome;
}

/** The number of connections by the terminal's profile; `unknown` before the login. */
export type ConnectionCounts = Readonly<Record<Terminal['profile'] | 'unknown', number>>;

export interface Sip2Observer
  extends GraphObserver,
    Pick<ServerObserver, 'watchTable' | 'watchHealth' | 'watchStatus'> {
  /** `ms` is the time until the answer was ready. */
  messageAnswered?(message: SeenMessage, ms: number): void;
  /** Called once, at the start. `counts` can be called at any time. */
  watchConnections?(counts: () => ConnectionCounts): void;
}
