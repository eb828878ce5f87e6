/**
 * The scope and the call class of each profile. E-book services have a less urgent class, so that they don't delay
 * lending.
 */
export const profiles = {
  station: { scope: 'station', callClass: 'lending' },
  'e-book': { scope: 'partner:verify', callClass: 'staff' },
} as const;
