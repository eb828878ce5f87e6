import { type Audience, scopesByAudience } from '../audiences.ts';
import type { DevelopmentIssuer, TokenClaims } from './development.ts';

/** A made-up person. A developer can get a token of this person to try the graph. */
interface Person {
  readonly id: string;
  /** The text that developers see when they choose a person. */
  readonly label: string;
  readonly audience: Audience;
  readonly claims: TokenClaims;
}

export interface IssuedToken {
  readonly token: string;
  /** In ms since 1970. */
  readonly expiresAt: number;
}

/** The people of the demonstration. They are made up, like the data of the simulators. */
export interface Demonstration {
  readonly people: readonly Pick<Person, 'id' | 'label' | 'audience'>[];
  /** Returns a token of the person with this id. Null if there is no such person. */
  issue(id: string): Promise<IssuedToken | null>;
}

const reader = (patronId: string, label: string): Person => ({
  id: patronId,
  label: `Reader ${patronId}: ${label}`,
  audience: 'reader',
  claims: { subject: patronId, patronId },
});

const people: readonly Person[] = [
  reader('P0000001', 'two cards, no more loans allowed'),
  reader('P0000002', 'two cards, five loans'),
  reader('P0000005', 'a child'),
  {
    id: 'staff',
    label: 'Staff with every scope',
    audience: 'staff',
    claims: { subject: 'staff', scope: scopesByAudience.staff.join(' ') },
  },
  {
    id: 'counter',
    label: 'Staff who only read patrons and loans',
    audience: 'staff',
    claims: { subject: 'counter', scope: 'patrons:read circulation:read' },
  },
  {
    id: 'station',
    label: 'Self-service station',
    audience: 'station',
    claims: { subject: 'station', scope: 'station' },
  },
  {
    id: 'telephone',
    label: 'Telephone service',
    audience: 'telephone',
    claims: { subject: 'telephone', scope: 'telephone' },
  },
  {
    id: 'ebooks',
    label: 'Partner: an e-book service',
    audience: 'partner',
    claims: { subject: 'ebooks', clientId: 'ebooks', scope: 'partner:verify' },
  },
];

/** The lifetime is short, because the page requests a new token whenever it needs one. */
const lifetimeSeconds = 600;

export function createDemonstration(
  issuer: Pick<DevelopmentIssuer, 'sign'>,
  now: () => number,
): Demonstration {
  return {
    people,
    async issue(id) {
      const person = people.find((one) => one.id === id);
      return person === undefined
        ? null
        : {
            token: await issuer.sign(person.claims, lifetimeSeconds),
            expiresAt: now() + lifetimeSeconds * 1000,
          };
    },
  };
}
