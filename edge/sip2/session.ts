import type { GraphAnswer, GraphOperation, Language } from '../graph/client.ts';
import type { MessageReference } from './last-message.ts';
import type { SipResponse } from './protocol/response.ts';
import type { Terminal } from './terminals/terminals.ts';

/** Everything that is needed to answer a message. */
export interface Session<Kind extends Terminal = Terminal> {
  readonly terminal: Kind;
  readonly institution: string;
  readonly libraryName: string;
  readonly isSecure: boolean;
  /** Whether the graph and circulation answer the regular checks (`watchGraph`). */
  readonly isOnLine: boolean;
  readonly now: () => Date;
  readonly reference: MessageReference;
  /** The time that is left for the graph, in ms. */
  remainingMs(): number;
  /**
   * Calls the graph on behalf of the terminal, while the terminal still waits for the answer. Resolves to null if no
   * usable answer comes in time.
   */
  ask<Data>(
    operation: GraphOperation<Data>,
    variables: Readonly<Record<string, unknown>>,
    language: Language,
  ): Promise<GraphAnswer<Data> | null>;
}

export interface Answer {
  readonly response: SipResponse;
  /**
   * Whether a repetition of the message gets this same answer. If not, the graph is called again, because the answer may
   * have changed.
   */
  readonly isFinal: boolean;
  /** Whether the answer refuses the action that the message requests. */
  readonly isRefused: boolean;
}
