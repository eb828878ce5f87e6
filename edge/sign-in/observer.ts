import type { ServerObserver } from '../../platform/http/server-observer.ts';
import type { GraphObserver } from '../graph/observed.ts';

/** How a person signs in on the page: with a number and a PIN, or with a code that sets a PIN. */
export type SignInWay = 'pin' | 'code';

/**
 * The outcome of a try. `wrong` gives no reason (R28). `invalid`: the code is right, but the new PIN breaks a rule.
 * `unavailable`: the graph gave no answer. `limited`: there were too many tries, so the PIN or code was not checked.
 */
export type SignInOutcome = 'signed_in' | 'wrong' | 'invalid' | 'unavailable' | 'limited';

/** Receives the events of the sign-in service, without data of persons. `client` is an id from the clients file. */
export interface SignInObserver extends ServerObserver, GraphObserver {
  /** Called at the start with the ids of all clients in the file. */
  clientsConfigured?(ids: ReadonlySet<string>): void;
  /** Called after each try. `client` is null if the reader isn't signing in to a client. */
  signInTried?(client: string | null, way: SignInWay, outcome: SignInOutcome): void;
  /** Called when a reader has given or refused a consent. */
  consentAnswered?(client: string, isGiven: boolean): void;
  /** Called after a client has requested tokens. `error` is the OAuth error code; null if the client got tokens. */
  tokensRequested?(client: string | null, grantType: string, error: string | null): void;
}
