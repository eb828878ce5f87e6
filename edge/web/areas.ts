/** The areas that people sign in to. Each has its own page, cookie and client at an OpenID provider. */
import type { CallClass } from '../../platform/priority/call-classes.ts';

export type AreaName = 'staff' | 'reader';

export interface Area {
  readonly name: AreaName;
  /** The path of the area's page. */
  readonly path: `/${string}`;
  /** Whether the page may ask the graph for public data before a sign-in. */
  readonly isOpen: boolean;
  /**
   * The call class of all requests of the area. The gateway gives lending a higher class than lists, but this server
   * can't, because it doesn't parse operations. Desks lend on the staff's page, so all requests of that page have the
   * highest class here.
   */
  readonly callClass: CallClass;
  /** The path of the provider's consents page, below the issuer's URL. Null if the provider has none. */
  readonly consentsPath: `/${string}` | null;
  /**
   * Whether people must prove who they are at each sign-in. Otherwise the provider accepts its session in the browser,
   * which may belong to an earlier person.
   */
  readonly asksAgain: boolean;
  /** Whether people get a file of all their data at `data`, below the path. */
  readonly hasData: boolean;
  /** A session ends after this time without a request, in ms. */
  readonly idleMs: number;
  /** A session ends this time after signing in, in ms. */
  readonly totalMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const areas: Readonly<Record<AreaName, Area>> = {
  // The sessions last a working day, with a lunch break at a locked screen.
  staff: {
    name: 'staff',
    path: '/staff',
    isOpen: false,
    consentsPath: null,
    callClass: 'lending',
    asksAgain: false,
    hasData: false,
    idleMs: 90 * minuteMs,
    totalMs: 12 * hourMs,
  },
  // The sessions are short, because many readers sign in at a library's computers and forget to sign out.
  reader: {
    name: 'reader',
    path: '/my',
    isOpen: true,
    // The page of `npm run start:sign-in`.
    consentsPath: '/consents',
    callClass: 'reader',
    asksAgain: true,
    hasData: true,
    idleMs: 15 * minuteMs,
    totalMs: 2 * hourMs,
  },
};
