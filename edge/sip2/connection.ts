import { randomUUID } from 'node:crypto';
import { nameOfError } from '../../platform/telemetry/describe-error.ts';
import { requestIds, withinRequest } from '../../platform/telemetry/request-scope.ts';
import { inFirstSpan } from '../../platform/telemetry/spans.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import { answer } from './answers/index.ts';
import { type Bounds, graphTimeoutMs } from './bounds.ts';
import { LastMessage, MessageReference } from './last-message.ts';
import type { ConnectionLog } from './log.ts';
import type { MessageOutcome, SeenMessage, Sip2Observer } from './observer.ts';
import { profiles } from './profiles.ts';
import type { Charset } from './protocol/charset.ts';
import { type AnyRequest, parseRequest, type SipRequest } from './protocol/request.ts';
import { encodeResendRequest, encodeResponse, oneOrZero } from './protocol/response.ts';
import { repetitionOf } from './repetition.ts';
import type { Answer, Session } from './session.ts';
import type { TerminalStates } from './terminals/terminal-states.ts';
import type { Terminal, Terminals } from './terminals/terminals.ts';

export interface ConnectionOptions {
  readonly graph: GraphClient;
  readonly tokenFor: TokenSource;
  /** The library's names, which may change while the connection is open. */
  readonly library: () => Pick<Terminals, 'institution' | 'libraryName'>;
  readonly isSecure: boolean;
  readonly bounds: Pick<Bounds, 'minGraphTimeoutMs' | 'repetitionMs'>;
  /** Whether the graph and circulation answer the regular checks (`watchGraph`). */
  readonly isOnLine: () => boolean;
  readonly states: TerminalStates;
  readonly now: () => Date;
  /** The terminal if it is recognized without a login, or else null. */
  readonly terminal: Terminal | null;
  /**
   * Finds the terminal with this login. Null if the login is wrong, if its terminal may not use this connection, or if
   * a limit on logins or connections is reached.
   */
  readonly logIn: (user: string, password: string) => Terminal | null;
  readonly log: ConnectionLog;
  readonly observer: Sip2Observer;
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

/** Message 99 (status). Terminals send it every few minutes, only to test the connection. */
const probe = '99';

/** Answers the messages of one terminal, in their order. */
export class Connection {
  readonly #options: ConnectionOptions;
  #terminal: Terminal | null;
  readonly #last: LastMessage;
  /** The bytes that were sent last, for a terminal that requests them again (97). They may be a resend request (96). */
  #sent: Buffer | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#terminal = options.terminal;
    this.#last = new LastMessage();
  }

  /** The terminal of this connection, with or without a login. Null before the terminal has logged in. */
  get terminal(): Terminal | null {
    return this.#terminal;
  }

  /**
   * Answers a message. Each message gets one line in the log, a request id and a trace. Requests to the graph contain the
   * id and the trace.
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
    const repeated = this.#last.repeatedBy(frame);
    if (repeated?.bytes != null) {
      return { ...send(repeated.bytes), code, outcome: 'repeated' };
    }
    if (request.code === '95') {
      // The protocol doesn't define 95. A terminal that sends it expects 96, because the code of most answers is the
      // message's code plus one. In the protocol, 96 is the resend request.
      return { ...send(encodeResendRequest(charset)), code, outcome: 'refused' };
    }
    if (request.code === '97') {
      return { ...send(this.#sent ?? encodeResendRequest(charset)), code, outcome: 'repeated' };
    }
    if (request.code === '93') {
      const reaction = this.#logIn(request, charset);
      return { ...reaction, code, outcome: reaction.close ? 'refused' : 'answered' };
    }
    if (this.#terminal === null) {
      return { bytes: null, close: true, code, outcome: 'unknown' };
    }
    const reference = repeated?.reference ?? new MessageReference();
    if (repeated === null) {
      this.#options.states.sawMessage(this.#terminal.name, dateOf(request));
    }
    return { ...(await this.#answer({ frame, request, reference }, this.#terminal)), code };
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
    this.#last.forget();
    return { bytes, close: terminal === null };
  }

  async #answer(
    { frame, request, reference }: ReceivedMessage,
    terminal: Terminal,
  ): Promise<Reaction & Pick<Reacted, 'outcome'>> {
    const { session, hasNoAnswer } = this.#sessionOf(terminal, reference);
    const answered = await answer(request, session);
    const bytes = encodeResponse(answered.response, request.sequence, terminal.charset);
    const lasts = repetitionOf(request, answered, {
      repetitionMs: this.#options.bounds.repetitionMs,
      timeoutMs: this.#timeoutMsOf(terminal),
    });
    if (lasts === null) {
      this.#last.forget();
    } else {
      this.#last.remember({ frame, reference, bytes: answered.isFinal ? bytes : null }, lasts);
    }
    return { ...send(bytes), outcome: hasNoAnswer() ? 'no_answer' : outcomeOf(answered) };
  }

  /** Time for all of the graph's answers to one message, in ms. */
  #timeoutMsOf({ timeoutSeconds }: Terminal): number {
    return Math.max(this.#options.bounds.minGraphTimeoutMs, graphTimeoutMs(timeoutSeconds));
  }

  /** Makes the session for a message. `hasNoAnswer` returns whether the last call to the graph got no answer. */
  #sessionOf(
    terminal: Terminal,
    reference: MessageReference,
  ): { readonly session: Session; readonly hasNoAnswer: () => boolean } {
    const { graph, tokenFor, library, isSecure, isOnLine, now, log } = this.#options;
    const { institution, libraryName } = library();
    const { scope, callClass } = profiles[terminal.profile];
    const timeoutMs = this.#timeoutMsOf(terminal);
    const until = performance.now() + timeoutMs;
    const signal = AbortSignal.timeout(timeoutMs);
    let hasNoAnswer = false;
    let isLogged = false;
    const session: Session = {
      terminal,
      institution,
      libraryName,
      isSecure,
      isOnLine: isOnLine(),
      now,
      reference,
      remainingMs: () => until - performance.now(),
      async ask(operation, variables, language) {
        try {
          const branch = terminal.profile === 'station' ? terminal.branch : null;
          const token = await tokenFor({ clientId: terminal.name, scope, branch });
          const caller = terminal.name;
          const given = await graph.ask(operation, { variables, token, language, callClass, caller, signal });
          hasNoAnswer = false;
          return given;
        } catch (error) {
          hasNoAnswer = true;
          if (!isLogged) {
            isLogged = true;
            log.warn(
              { ...requestIds(), terminal: terminal.name, reason: nameOfError(error) },
              'the graph gave a SIP2 terminal no answer',
            );
          }
          return null;
        }
      },
    };
    return { session, hasNoAnswer: () => hasNoAnswer };
  }
}

interface ReceivedMessage {
  readonly frame: Buffer;
  readonly request: AnyRequest;
  readonly reference: MessageReference;
}

/** The message's date, by the terminal's clock. Null if this kind of message has none. */
const dateOf = ({ fixed }: AnyRequest): string | null =>
  'transactionDate' in fixed ? fixed.transactionDate : null;

const send = (bytes: Buffer): Reaction => ({ bytes, close: false });

function outcomeOf({ isFinal, isRefused }: Answer): MessageOutcome {
  if (!isFinal) {
    return 'unsettled';
  }
  return isRefused ? 'refused' : 'answered';
}
