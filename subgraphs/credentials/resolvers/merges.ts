/** Resolvers of the two fields of a patron that tell which records were merged. */
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext, PatronReference } from '../context.ts';

/**
 * With these scopes, staff find a record by a card, an application or a name. They must see if it was merged into
 * another record.
 */
const mergeScopes: readonly Scope[] = ['patrons:read', 'credentials:read', 'applications:decide'];

export const mergeResolvers = {
  async mergedInto({ id }: PatronReference, _args: unknown, context: CredentialsContext) {
    requireRead(context.caller, id, mergeScopes);
    const { into } = await context.merges.load(id);
    return into === null ? null : { id: into };
  },
  async mergedFrom({ id }: PatronReference, _args: unknown, context: CredentialsContext) {
    requireRead(context.caller, id, mergeScopes);
    return (await context.merges.load(id)).from.map((from) => ({ id: from }));
  },
};
