/**
 * Refuses the tokens of sign-ins that have ended, because a PIN was changed or a card was lost. It isn't enough that
 * tokens expire after some minutes, because a thief needs only seconds.
 */
import { z } from 'zod';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { pauseInBackground } from '../../platform/time/pause-in-background.ts';
import type { Authenticate } from './bearer.ts';
import { BearerError } from './bearer-error.ts';
import type { Identity } from './caller.ts';

/** Pause between two readings of the list of ended sign-ins, in ms. */
const readEveryMs = 1_000;
const timeoutMs = 2_000;

/** A time as text, parsed to seconds since 1970. */
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) / 1000);
const listed = z.object({
  endedSignIns: z.array(
    z.object({ patronId: z.string(), before: instant, exceptSignInId: z.string().nullable() }),
  ),
});
type EndOfSignIns = Pick<z.infer<typeof listed>['endedSignIns'][number], 'before' | 'exceptSignInId'>;

export interface EndedSignInsOptions {
  /** Sends a query to the subgraph *credentials*. Resolves to the data of the answer. */
  ask(query: string, signal: AbortSignal): Promise<unknown>;
  readonly log: { info(message: string): void; warn(details: object, message: string): void };
}

const query = '{ endedSignIns { patronId before exceptSignInId } }';

/** The list of ended sign-ins. It is read every second, until it is disposed of. */
export class EndedSignIns implements AsyncDisposable {
  readonly #options: EndedSignInsOptions;
  readonly #stopping = new AbortController();
  readonly #reading: Promise<void>;
  #ofPatron: ReadonlyMap<string, readonly EndOfSignIns[]> = new Map();
  #isRead: boolean | null = null;

  constructor(options: EndedSignInsOptions) {
    this.#options = options;
    this.#reading = this.#readRepeatedly();
  }

  /**
   * Returns a function like `authenticate` that also refuses tokens of sign-ins that have ended.
   * @throws BearerError 401 for such a token, and every error of `authenticate`
   */
  refusing(authenticate: Authenticate): Authenticate {
    return async (header) => {
      const identity = await authenticate(header);
      if (this.hasEnded(identity)) {
        throw new BearerError(401, 'The sign-in of this token has ended: sign in again.');
      }
      return identity;
    };
  }

  /**
   * Returns whether the sign-in of a token has ended. If the token doesn't say when the person signed in, the token's
   * time of issue is used instead.
   */
  hasEnded({
    patronId,
    signedInAt,
    signInId,
    issuedAt,
  }: Pick<Identity, 'patronId' | 'signedInAt' | 'signInId' | 'issuedAt'>): boolean {
    const began = signedInAt ?? issuedAt ?? 0;
    const ends = patronId === null ? undefined : this.#ofPatron.get(patronId);
    return (
      ends?.some(
        ({ before, exceptSignInId }) => began <= before && (signInId === null || signInId !== exceptSignInId),
      ) === true
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#reading;
  }

  async #readRepeatedly(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const data = await this.#options.ask(
          query,
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        );
        this.#ofPatron = Map.groupBy(listed.parse(data).endedSignIns, ({ patronId }) => patronId);
        this.#tell(true, null);
      } catch (error) {
        this.#tell(false, error);
      }
      await pauseInBackground(readEveryMs, signal);
    }
  }

  #tell(isRead: boolean, reason: unknown): void {
    if (isRead === this.#isRead || this.#stopping.signal.aborted) {
      return;
    }
    const { log } = this.#options;
    if (!isRead) {
      log.warn(describeError(reason), 'ended sign-ins are not known: the last list is used');
    } else if (this.#isRead !== null) {
      log.info('ended sign-ins are known again');
    }
    this.#isRead = isRead;
  }
}
