import type { GraphAnswer, GraphOperation, Language } from '../graph/client.ts';
import type { SipResponse } from './protocol/response.ts';
import type { Terminal } from './terminals.ts';

/** What a message is answered with: its terminal, and the graph. */
export interface Session<Kind extends Terminal = Terminal> {
  readonly terminal: Kind;
  readonly institution: string;
  readonly libraryName: string;
  /** Whether the connection is encrypted. */
  readonly isSecure: boolean;
  readonly now: () => Date;
  /**
   * Asks the graph in the terminal's name, for as long as a terminal waits. Resolves to null where no usable answer comes in time.
   */
  ask<Data>(
    operation: GraphOperation<Data>,
    variables: Readonly<Record<string, unknown>>,
    language: Language,
  ): Promise<GraphAnswer<Data> | null>;
}

export interface Answer {
  readonly response: SipResponse;
  /** Whether the same message, sent again, gets this answer. If not, the graph is asked again: it may know more by then. */
  readonly isFinal: boolean;
}
