import type { z } from 'zod';
import type { IssuersFile } from './schema.ts';

/** The scope with which a partner requests pseudonyms of patrons. A pseudonym depends on the partner's name. */
const partnerScope = 'partner:verify';

type IssuerIn = IssuersFile['issuers'][number];
type Report = (path: readonly (string | number)[], message: string) => void;

/**
 * Checks entries of ISSUERS_FILE together. Each name and each `issuer` must be unique. A client must have only one
 * grant of an issuer. Two partners must not get the same name by mistake.
 */
export function checkIssuers({ issuers }: IssuersFile, context: z.core.$RefinementCtx<IssuersFile>): void {
  const report: Report = (path, message) =>
    context.addIssue({ code: 'custom', path: ['issuers', ...path], message });
  reportRepeated(issuers, 'name', report);
  reportRepeated(issuers, 'issuer', report);
  for (const [index, issuer] of issuers.entries()) {
    reportRepeatedClients(issuer, (path, message) => report([index, 'grants', ...path], message));
  }
  reportPartners(issuers, report);
}

function reportRepeated(issuers: readonly IssuerIn[], property: 'name' | 'issuer', report: Report): void {
  const values = issuers.map((issuer) => issuer[property]);
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) < index) {
      report([index, property], `is the \`${property}\` of another entry too: ${value}`);
    }
  }
}

/** Reports a client with two grants, because only the first grant would apply. */
function reportRepeatedClients({ grants }: IssuerIn, report: Report): void {
  const seen = new Set<string | null>();
  for (const [index, { clients = [null] }] of grants.entries()) {
    for (const client of clients) {
      if (seen.has(client)) {
        const what =
          client === null ? 'a second grant without `clients`' : `${client} is in another grant too`;
        report([index, 'clients'], `${what}: a client has one grant`);
      }
      seen.add(client);
    }
  }
}

/**
 * Reports partners whose default name is unknown or not unique. Pseudonyms depend on the partner's name, which is the
 * id of its client by default. Each issuer chooses its clients' ids, so one issuer could copy the id of another
 * issuer's partner, and learn that partner's pseudonyms. With several issuers, a default name must therefore belong to
 * only one of them.
 */
function reportPartners(issuers: readonly IssuerIn[], report: Report): void {
  if (issuers.length === 1) {
    return;
  }
  const partners = issuers.flatMap(partnersOf);
  for (const { issuer, name, isDefault, path } of partners) {
    const at = [issuers.indexOf(issuer), ...path];
    if (name === null) {
      report(at, `gives \`${partnerScope}\` to clients of any id: it needs \`clients\`, or the \`partner\``);
    } else if (isDefault && partners.some((other) => other.name === name && other.issuer !== issuer)) {
      report(at, `${name} is a partner of another issuer too: if they are one, both need \`partner\``);
    }
  }
}

interface PartnerIn {
  readonly issuer: IssuerIn;
  /** The partner's name. Null if clients of any id may be this partner. */
  readonly name: string | null;
  readonly isDefault: boolean;
  readonly path: readonly (string | number)[];
}

function partnersOf(issuer: IssuerIn): readonly PartnerIn[] {
  return issuer.grants.flatMap(({ clients = [null], scopes, partner }, index): PartnerIn[] => {
    const path = ['grants', index];
    if (!scopes.includes(partnerScope)) {
      return [];
    }
    return partner === undefined
      ? clients.map((name) => ({ issuer, name, isDefault: true, path }))
      : [{ issuer, name: partner, isDefault: false, path }];
  });
}
