import type { Caller } from '../../subgraphs/runtime/caller.ts';

/** The day for which the seed is made. */
export const seedDay = new Date('2026-11-24T12:00:00+08:00');

/** Staff at a desk. */
export const staff: Caller = {
  authenticated: true,
  issuer: 'https://id.example',
  subject: 'staff-1',
  patronId: null,
  clientId: null,
  partner: null,
  scopes: new Set(['circulation:read', 'circulation:write']),
  language: 'en',
};
