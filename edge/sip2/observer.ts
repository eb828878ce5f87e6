import type { GraphObserver } from '../graph/observed.ts';
import type { Terminal } from './terminals.ts';

/**
 * The outcome of a message:
 *
 * | outcome | what the terminal got |
 * |---|---|
 * | `answered` | what it asked for |
 * | `refused` | a refusal that is final: a rule, a wrong login, a message that is not supported |
 * | `unsettled` | a temporary refusal: the outcome of a change, or the answer to a question, is unknown |
 * | `no_answer` | a temporary refusal: the graph gave no answer in time |
 * | `repeated` | the earlier answer, to a message that came twice |
 * | `corrupt` | a request to resend (96) |
 * | `unknown` | nothing: the message is not one of the protocol's, or nobody has logged in |
 * | `failed` | nothing: a defect of this server |
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

/** A message that came, without anything of a person. */
export interface SeenMessage {
  /** Its two digits; null where it is not one of the protocol's. */
  readonly code: string | null;
  /** Null before the login. */
  readonly terminal: Pick<Terminal, 'name' | 'profile'> | null;
  readonly outcome: MessageOutcome;
}

/** How many connections there are, by the terminal's profile; `unknown` before the login. */
export type ConnectionCounts = Readonly<Record<Terminal['profile'] | 'unknown', number>>;

/** What a SIP2 server tells about itself. */
export interface Sip2Observer extends GraphObserver {
  /** `ms`: the time until the answer was ready. */
  messageAnswered?(message: SeenMessage, ms: number): void;
  /** `counts` may be asked at any time. */
  watchConnections?(counts: () => ConnectionCounts): void;
}
