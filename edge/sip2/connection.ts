import { randomUUID } from 'node:crypto';
import { nameOfError } from '../../platform/telemetry/describe-error.ts';
import { requestIds, withinRequest } from '../../platform/telemetry/request-scope.ts';
import { inFirstSpan } from '../../platform/telemetry/spans.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import { answer } from './answers/index.ts';
import type { MessageOutcome, SeenMessage, Sip2Observer } from './observer.ts';
import type { Charset } from './protocol/charset.ts';
import { type AnyRequest, parseRequest, type SipRequest } from './protocol/request.ts';
import { encodeResendRequest, encodeResponse, oneOrZero } from './protocol/response.ts';
import type { Answer, Session } from './session.ts';
import type { Terminal } from './terminals.ts';

/**
 * The scope and the call class of each profile. E-book services have a lower class, so that they don't delay lending.
 */
const profiles = {
  station: { scope: 'station', callClass: 'lending' },
  'e-book': { scope: 'partner:verify', callClass: 'staff' },
} as const;

export interface ConnectionOptions {
  readonly graph: GraphClient;
  readonly tokenFor: TokenSource;
  readonly institution: string;
  readonly libraryName: string;
  readonly isSecure: boolean;
  readonly graphTimeoutMs: number;
  readonly now: () => Date;
  /** The terminal if it is known without a login, or else null. */
  readonly terminal: Terminal | null;
  /** Finds the terminal with this login. Null if there is none that may use this connection. */
  readonly logIn: (user: string, password: string) => Terminal | null;
  readonly log: ConnectionLog;
  readonly observer: Sip2Observer;
}

/** Log lines contain no data of persons (R30). */
export interface ConnectionLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** The server's reaction to a message. `bytes` is null if there is nothing to send. */
export interface Reaction {
  readonly bytes: Buffer | null;
  readonly close: boolean;
}

interface Reacted extends Reaction {
  readonly code: string | null;
  readonly outcome: MessageOutcome;
}

/** Terminals send 99 every few minutes, only to see whether the server is there. */
const probe = '99';

/** The messages of one terminal, which are answered one after the other. */
export class Connection {
  readonly #options: ConnectionOptions;
  #terminal: Terminal | null;
  /**
   * The last message and its answer, to give the same answer to the same message. Null if the answer must not be
   * repeated.
   */
  #last: { readonly frame: Buffer; readonly bytes: Buffer } | null = null;
  /**
   * The bytes that were sent last, for a terminal that asks for them again (97). They may be a request to resend (96).
   */
  #sent: Buffer | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#terminal = options.terminal;
  }

  /** Whether the server knows which terminal has this connection, with or without a login. */
  get isOpen(): boolean {
    return this.#terminal !== null;
  }

  /** The terminal's profile; null before the login. */
  get profile(): Terminal['profile'] | null {
    return this.#terminal?.profile ?? null;
  }

  /**
   * Answers a message. Each message is a request with an id and a trace, which are also sent to the graph. Each message
   * has one line in the log.
   */
  async react(frame: Buffer): Promise<Reaction> {
    const { result } = await withinRequest({ requestId: randomUUID(), caller: null }, () =>
      inFirstSpan('SIP2 message', {}, async (span) => {
        const startedAt = performance.now();
        let reacted: Reacted | null = null;
        try {
          reacted = await this.#reactTo(frame);
          this.#sent = reacted.bytes ?? this.#sent;
          return reacted;
        } finally {
          const { code = null, outcome = 'failed' } = reacted ?? {};
          span?.updateName(`SIP2 ${code ?? 'unknown'}`);
          span?.setAttribute('patron_graph.sip2.outcome', outcome);
          this.#report({ code, outcome, terminal: this.#terminal }, performance.now() - startedAt);
        }
      }),
    );
    return result;
  }

  #report(message: SeenMessage, ms: number): void {
    const { log, observer } = this.#options;
    observer.messageAnswered?.(message, ms);
    const { code, terminal, outcome } = message;
    const line = { ...requestIds(), terminal: terminal?.name ?? null, code, outcome };
    log[code === probe ? 'debug' : 'info']({ ...line, ms: Math.round(ms) }, 'a SIP2 message');
  }

  async #reactTo(frame: Buffer): Promise<Reacted> {
    const charset = this.#terminal?.charset ?? 'utf-8';
    const request = parseRequest(frame, charset);
    if (request === 'corrupt') {
      return { ...send(encodeResendRequest(charset)), code: null, outcome: 'corrupt' };
    }
    if (request === 'unknown') {
      // The protocol requires that unknown messages are ignored.
      return { bytes: null, close: this.#terminal === null, code: null, outcome: 'unknown' };
    }
    const { code } = request;
    if (this.#last?.frame.equals(frame)) {
      return { ...send(this.#last.bytes), code, outcome: 'repeated' };
    }
    if (request.code === '97') {
      return { ...send(this.#sent ?? encodeResendRequest(charset)), code, outcome: 'repeated' };
    }
    if (request.code === '93') {
      const reaction = this.#logIn(request, charset);
      return { ...reaction, code, outcome: reaction.close ? 'refused' : 'answered' };
    }
    return this.#terminal === null
      ? { bytes: null, close: true, code, outcome: 'unknown' }
      : { ...(await this.#answer(frame, request, this.#terminal)), code };
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

  async #answer(
    frame: Buffer,
    request: AnyRequest,
    terminal: Terminal,
  ): Promise<Reaction & Pick<Reacted, 'outcome'>> {
    const session = this.#sessionOf(terminal);
    const answered = await answer(request, session);
    const bytes = encodeResponse(answered.response, request.sequence, terminal.charset);
    // Without sequence numbers, the same bytes may be a new request.
    const isRepeatable = answered.isFinal && request.sequence !== null;
    this.#last = isRepeatable ? { frame, bytes } : null;
    return { ...send(bytes), outcome: session.hasNoAnswer() ? 'no_answer' : outcomeOf(answered) };
  }

  #sessionOf(terminal: Terminal): Session & { hasNoAnswer(): boolean } {
    const { graph, tokenFor, institution, libraryName, isSecure, graphTimeoutMs, now, log } = this.#options;
    const { scope, callClass } = profiles[terminal.profile];
    const signal = AbortSignal.timeout(graphTimeoutMs);
    let hasNoAnswer = false;
    return {
      hasNoAnswer: () => hasNoAnswer,
      terminal,
      institution,
      libraryName,
      isSecure,
      now,
      async ask(operation, variables, language) {
        try {
          const branch = terminal.profile === 'station' ? terminal.branch : null;
          const token = await tokenFor({ clientId: terminal.name, scope, branch });
          const caller = terminal.name;
          return await graph.ask(operation, { variables, token, language, callClass, caller, signal });
        } catch (error) {
          hasNoAnswer = true;
          log.warn(
            { ...requestIds(), terminal: terminal.name, reason: nameOfError(error) },
            'the graph gave a SIP2 terminal no answer',
          );
          return null;
        }
      },
    };
  }
}

const send = (bytes: Buffer): Reaction => ({ bytes, close: false });

function outcomeOf({ isFinal, isRefused }: Answer): MessageOutcome {
  if (!isFinal) {
    return 'unsettled';
  }
  return isRefused ? 'refused' : 'answered';
}
