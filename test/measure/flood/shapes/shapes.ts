/** Floods that stay within one class: each caller sends one kind of request, many times at once. */
import { applicationOf } from '../attacks.ts';

/** The system that is flooded, and what its callers need. */
export interface ShapeTarget {
  /** The origin of the gateway and of the pages. */
  readonly origin: string;
  /** The URL of sign-in. */
  readonly signIn: string;
  /** The tokens of partners. The first tokens are for the flood. */
  readonly partners: readonly string[];
  /** The access tokens of readers at an e-book service. The first tokens are for the flood. */
  readonly readers: readonly string[];
  /** Library cards with the PIN 1234. */
  readonly cards: readonly string[];
}

/** Makes a request of the caller with this number. Honest callers have other numbers than the callers of the flood. */
export type RequestOf = (target: ShapeTarget, caller: number, random: () => number) => ShapedRequest;

export interface ShapedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for a GET. */
  readonly body: string | null;
}

/** The address of a caller, as a trusted proxy reports it. */
const addressOf = (caller: number) => `10.${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller & 255}`;

const json = { 'content-type': 'application/json' };

export const shapeNames = ['applications', 'verifications', 'sign-ins', 'userinfo'] as const;
export type ShapeName = (typeof shapeNames)[number];

/** The number of requests of each flood at the same time. */
export const parallelOf: Readonly<Record<ShapeName, number>> = {
  applications: 120,
  verifications: 600,
  'sign-ins': 240,
  userinfo: 200,
};

export const shapes: Readonly<Record<ShapeName, RequestOf>> = {
  // Applications of people who aren't registered, sent through the reader's page.
  applications: ({ origin }, caller, random) => ({
    url: `${origin}/my/graphql`,
    headers: { ...json, 'sec-fetch-site': 'same-origin', 'x-forwarded-for': addressOf(caller) },
    body: JSON.stringify(applicationOf(random)),
  }),
  verifications: ({ origin, partners, cards }, caller) => ({
    url: `${origin}/graphql`,
    headers: { ...json, authorization: `Bearer ${partners[caller]}` },
    body: JSON.stringify({
      query: `mutation Verify($input: VerifyPatronInput!) {
        verifyPatron(input: $input) { verified problems { reason } }
      }`,
      variables: { input: { libraryCardNumber: cards[caller % cards.length], pin: '1234' } },
    }),
  }),
  // Wrong codes on the page that sets a PIN.
  'sign-ins': ({ signIn, cards }, caller, random) => ({
    url: `${signIn}/pin`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(signIn).origin,
      'x-forwarded-for': addressOf(caller),
    },
    body: new URLSearchParams({
      number: cards[Math.floor(random() * cards.length)] ?? '',
      code: String(10_000_000 + Math.floor(random() * 89_999_999)),
      newPin: '2583',
      newPinAgain: '2583',
    }).toString(),
  }),
  userinfo: ({ signIn, readers }, caller) => ({
    url: `${signIn}/me`,
    headers: { authorization: `Bearer ${readers[caller]}` },
    body: null,
  }),
};
