import type { Caller } from '../../subgraphs/runtime/caller.ts';

/** The day on which the seed's data is up to date. */
export const seedDay = new Date('2026-11-24T12:00:00+08:00');

/** A caller without a token and without any details of the request. */
export const anonymous: Caller = {
  authenticated: false,
  issuer: null,
  subject: null,
  patronId: null,
  signedInAt: null,
  signInId: null,
  clientId: null,
  partner: null,
  branch: null,
  scopes: new Set(),
  language: 'en',
  callClass: null,
  address: null,
  accessReason: null,
  widerNetworks: [],
  requestId: null,
  logged: null,
};

export const staff: Caller = {
  ...anonymous,
  authenticated: true,
  issuer: 'https://id.example',
  subject: 'staff-1',
  scopes: new Set(['circulation:read', 'circulation:write']),
};

/**
 * A patron who has just signed in, whenever the subgraph asks: the tests of one process can run for longer than a
 * sign-in stays fresh.
 */
export const reader = (patronId: string): Caller => ({
  ...anonymous,
  authenticated: true,
  issuer: 'https://id.example',
  subject: patronId,
  patronId,
  get signedInAt() {
    return Math.floor(Date.now() / 1000);
  },
});
