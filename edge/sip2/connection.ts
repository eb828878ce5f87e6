import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import { answer } from './answers/index.ts';
import type { Charset } from './protocol/charset.ts';
import { type AnyRequest, parseRequest, type SipRequest } from './protocol/request.ts';
import { encodeResendRequest, encodeResponse, oneOrZero } from './protocol/response.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminals.ts';

/** By profile: what the terminal may ask of the graph. */
const scopes = { station: 'station', 'e-book': 'partner:verify' } as const;

export interface ConnectionOptions {
  readonly graph: GraphClient;
  readonly tokenFor: TokenSource;
  readonly institution: string;
  readonly libraryName: string;
  readonly isSecure: boolean;
  readonly graphTimeoutMs: number;
  readonly now: () => Date;
  /** The terminal, where it is known without a login. */
  readonly terminal: Terminal | null;
  /** Finds the terminal that a login belongs to; null where there is none that may use this connection. */
  readonly logIn: (user: string, password: string) => Terminal | null;
  readonly log: ConnectionLog;
}

export interface ConnectionLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What to do after a message: send bytes, or none, and perhaps close the connection. */
export interface Reaction {
  readonly bytes: Buffer | null;
  readonly close: boolean;
}

const none: Reaction = { bytes: null, close: true };

/** One terminal's conversation. Its messages are answered one after the other. */
export class Connection {
  readonly #options: ConnectionOptions;
  #terminal: Terminal | null;
  /** The last message that may be repeated, and its answer. */
  #last: { readonly frame: Buffer; readonly bytes: Buffer } | null = null;
  /** What was sent last, for a terminal that asks for it again (97). It may be a 96. */
  #sent: Buffer | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#terminal = options.terminal;
  }

  /** Whether the terminal is known: by a login, or without one. */
  get isOpen(): boolean {
    return this.#terminal !== null;
  }

  async react(frame: Buffer): Promise<Reaction> {
    const reaction = await this.#reactTo(frame);
    this.#sent = reaction.bytes ?? this.#sent;
    return reaction;
  }

  async #reactTo(frame: Buffer): Promise<Reaction> {
    if (this.#last?.frame.equals(frame)) {
      return send(this.#last.bytes);
    }
    const charset = this.#terminal?.charset ?? 'utf-8';
    const request = parseRequest(frame, charset);
    if (request === 'corrupt') {
      return send(encodeResendRequest(charset));
    }
    if (request === 'unknown') {
      // The protocol has no answer to a message that it doesn't know, and says to ignore it.
      return { bytes: null, close: this.#terminal === null };
    }
    if (request.code === '97') {
      return send(this.#sent ?? encodeResendRequest(charset));
    }
    if (request.code === '93') {
      return this.#logIn(request, charset);
    }
    return this.#terminal === null ? none : this.#answer(frame, request, this.#terminal);
  }

  #logIn({ fixed, fields, sequence }: SipRequest<'93'>, charset: Charset): Reaction {
    const { logIn, log } = this.#options;
    const isClear = fixed.userAlgorithm === '0' && fixed.passwordAlgorithm === '0';
    const terminal = isClear ? logIn(fields.get('CN') ?? '', fields.get('CO') ?? '') : null;
    if (terminal !== null) {
      this.#terminal = terminal;
      log.info({ terminal: terminal.name }, 'a SIP2 terminal is logged in');
    }
    const response = { code: '94', fixed: [oneOrZero(terminal !== null)], fields: [] };
    const bytes = encodeResponse(response, sequence, charset);
    this.#last = null;
    return { bytes, close: terminal === null };
  }

  async #answer(frame: Buffer, request: AnyRequest, terminal: Terminal): Promise<Reaction> {
    const answered = await answer(request, this.#sessionOf(terminal));
    const bytes = encodeResponse(answered.response, request.sequence, terminal.charset);
    // Without sequence numbers a terminal that asks the same again may mean it.
    const isRepeatable = answered.isFinal && request.sequence !== null;
    this.#last = isRepeatable ? { frame, bytes } : null;
    return send(bytes);
  }

  #sessionOf(terminal: Terminal): Session {
    const { graph, tokenFor, institution, libraryName, isSecure, graphTimeoutMs, now, log } = this.#options;
    const signal = AbortSignal.timeout(graphTimeoutMs);
    return {
      terminal,
      institution,
      libraryName,
      isSecure,
      now,
      async ask(operation, variables, language) {
        try {
          const token = await tokenFor({ clientId: terminal.name, scope: scopes[terminal.profile] });
          return await graph.ask(operation, { variables, token, language, signal });
        } catch (error) {
          const reason = error instanceof Error ? error.name : typeof error;
          log.warn({ terminal: terminal.name, reason }, 'the graph gave a SIP2 terminal no answer');
          return null;
        }
      },
    };
  }
}

const send = (bytes: Buffer): Reaction => ({ bytes, close: false });
