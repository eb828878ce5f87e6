import type { ServerObserver } from '../../platform/http/server-observer.ts';
import type { GraphObserver } from '../graph/observed.ts';

/** How somebody signs in on the page: with number and PIN, or with a code that sets a PIN. */
export type SignInWay = 'pin' | 'code';

/**
 * `wrong`: for whatever reason (R28). `invalid`: the code is right, and the new PIN breaks a rule. `unavailable`: the graph gave no
 * answer. `limited`: too many tries from one network; nothing was asked.
 */
export type SignInOutcome = 'signed_in' | 'wrong' | 'invalid' | 'unavailable' | 'limited';

/** What sign-in tells about itself, without anything of a person. `client`: its id in the file of clients. */
export interface SignInObserver extends ServerObserver, GraphObserver {
  /** The ids of all clients in the file. */
  clientsConfigured?(ids: ReadonlySet<string>): void;
  /** `client`: null where no client waits for the reader. */
  signInTried?(client: string | null, way: SignInWay, outcome: SignInOutcome): void;
  /** A reader was asked what a service may learn. */
  consentAnswered?(client: string, isGiven: boolean): void;
  /** A client has asked for tokens. `error`: the OAuth error code; null where it got them. */
  tokensRequested?(client: string | null, grantType: string, error: string | null): void;
}
