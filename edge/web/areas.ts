/** The areas of the site in which people sign in. Each has its own page, cookie and client at an OpenID provider. */
import type { CallClass } from '../../platform/priority/call-classes.ts';

export type AreaName = 'staff' | 'reader';

export interface Area {
  readonly name: AreaName;
  /** Where it is served. */
  readonly path: `/${string}`;
  /** Whether its page may ask the graph before anybody has signed in, for public data. */
  readonly isOpen: boolean;
  /**
   * The call class of all its requests: this server doesn't read operations. Desks lend on the staff's page, so its requests go first
   * here. The gateway tells lending from lists.
   */
  readonly callClass: CallClass;
  /** The provider's page of the services that people allow, below the issuer's URL; null where it has none. */
  readonly consentsPath: `/${string}` | null;
  /**
   * Whether people must prove at each sign-in who they are. Otherwise the provider's session in the browser is enough, which may be that
   * of the person before.
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
    name: 'reader',
    path: '/my',
    isOpen: true,
    // Of `npm run start:sign-in`.
    consentsPath: '/consents',
    callClass: 'reader',
    asksAgain: true,
    idleMs: 15 * minuteMs,
    totalMs: 2 * hourMs,
  },
};
