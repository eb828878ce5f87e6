/** The parts of the site in which somebody signs in. Each has a page, a cookie and a client of its own at an OpenID provider. */

import type { CallClass } from '../../platform/priority/call-classes.ts';

export type AreaName = 'staff' | 'reader';

export interface Area {
  readonly name: AreaName;
  /** Where it is served. */
  readonly path: `/${string}`;
  /** Whether its page may ask the graph before anybody has signed in: what is open to everybody. */
  readonly isOpen: boolean;
  /**
   * How urgent its requests are for this server, which can't tell one operation from another. A desk lends on the page of staff, so all
   * that staff ask goes first here; the gateway tells lending from lists.
   */
  readonly callClass: CallClass;
  /** Where its people see which services they allow, below the issuer's URL; null where the provider has no such page. */
  readonly consentsPath: `/${string}` | null;
  /**
   * Whether whoever signs in must show again who they are, also where the provider knows somebody in this browser: that may be the person
   * who sat there before.
   */
  readonly asksAgain: boolean;
  /** A session ends after this time without a request, in ms. */
  readonly idleMs: number;
  /** A session ends this time after signing in, in ms. */
  readonly totalMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const areas: Readonly<Record<AreaName, Area>> = {
  // A working day, with a lunch break at a locked screen.
  staff: {
    name: 'staff',
    path: '/staff',
    isOpen: false,
    consentsPath: null,
    callClass: 'lending',
    asksAgain: false,
    idleMs: 90 * minuteMs,
    totalMs: 12 * hourMs,
  },
  // Many readers sign in at a library's own computers, and forget to sign out.
  reader: {
    // Of `npm run start:sign-in`.
    name: 'reader',
    path: '/my',
    isOpen: true,
    consentsPath: '/consents',
    callClass: 'reader',
    asksAgain: true,
    idleMs: 15 * minuteMs,
    totalMs: 2 * hourMs,
  },
};
