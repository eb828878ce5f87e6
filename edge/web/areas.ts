/** The areas that people sign in to. Each has its own page, cookie and client at an OpenID provider. */
import type { CallClass } from '../../platform/priority/call-classes.ts';

export type AreaName = 'staff' | 'reader';

export interface Area {
  readonly name: AreaName;
  readonly path: `/${string}`;
  /** Whether the page may request public data from the graph before a sign-in. */
  readonly isOpen: boolean;
  /**
   * The call class of all requests of the area. Desks lend on the staff's page, so that page has the most urgent class.
   * Unlike the gateway, this server doesn't parse operations, so it can't tell lending from lists.
   */
  readonly callClass: CallClass;
  /** The path of the provider's consents page, below the issuer's URL. Null if the provider has none. */
  readonly consentsPath: `/${string}` | null;
  /**
   * Whether people must prove who they are at each sign-in. If false, the provider accepts its existing session in the
   * browser, which may belong to an earlier person.
   */
  readonly asksAgain: boolean;
  /** Whether people can download a file of all their data at `data`, below `path`. */
  readonly hasData: boolean;
  /** A session ends after this time without a request, in ms. */
  readonly idleMs: number;
  /** A session ends this time after signing in, in ms. */
  readonly totalMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const areas: Readonly<Record<AreaName, Area>> = {
  // The sessions last a working day. They survive a lunch break at a locked screen.
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
    // The consents page of the service that `npm run start:sign-in` starts.
    consentsPath: '/consents',
    callClass: 'reader',
    asksAgain: true,
    hasData: true,
    idleMs: 15 * minuteMs,
    totalMs: 2 * hourMs,
  },
};
