/** How somebody signs in on the page: with number and PIN, or with a code that sets a PIN. */
export const signInWays = ['pin', 'code'] as const;
export type SignInWay = (typeof signInWays)[number];

/**
 * `wrong`: for whatever reason (R28). `invalid`: a good code, and a PIN that keeps no rule. `unavailable`: the graph gave no answer.
 * `limited`: too many tries from one network; nothing was asked.
 */
export const signInOutcomes = ['signed_in', 'wrong', 'invalid', 'unavailable', 'limited'] as const;
export type SignInOutcome = (typeof signInOutcomes)[number];

/** Told of what happens, without anything of a person. `client`: its id in the file of clients; null where none waits. */
export interface SignInObserver {
  signIn(client: string | null, way: SignInWay, outcome: SignInOutcome): void;
  consent(client: string, isGiven: boolean): void;
  /** A client has asked for tokens. `error`: the code of OAuth with which it was refused; null: it got them. */
  grant(client: string | null, grantType: string, error: string | null): void;
}

export const unobserved: SignInObserver = {
  signIn: () => undefined,
  consent: () => undefined,
  grant: () => undefined,
};
