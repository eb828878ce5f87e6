import { type GraphQLObjectType, type GraphQLSchema, getDirectiveValues, isObjectType } from 'graphql';
import { freshSignInNeeded } from '../library/errors/error-texts.ts';
import { LocalizedError } from '../library/errors/localized-error.ts';
import type { Caller } from './caller.ts';
import type { Scope } from './scopes.ts';

type Field = ReturnType<GraphQLObjectType['getFields']>[string];

interface FreshSignIn {
  readonly seconds: number;
  /** Callers with one of these scopes act for others, and need no recent sign-in. */
  readonly scopes: readonly Scope[];
}

/**
 * Makes every field with `@requiresFreshSignIn` refuse patrons whose sign-in is older than the SDL allows. So a thief
 * with a stolen token, or at a page that was left open, can't take over the account or export all of its data.
 */
export function requireFreshSignIns(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const required = freshSignInOf(schema, field);
      const { resolve } = field;
      if (required !== null && resolve !== undefined) {
        field.resolve = (source, args, context: { readonly caller: Caller }, info) => {
          requireFreshSignIn(context.caller, required);
          return resolve(source, args, context, info);
        };
      }
    }
  }
}

/** The SDL's requirement for a field. Null if there is none. The scopes are the scopes of `@access`. */
function freshSignInOf(schema: GraphQLSchema, { astNode }: Field): FreshSignIn | null {
  const argumentsOf = (name: string) => {
    const directive = schema.getDirective(name);
    return directive == null || astNode == null ? undefined : getDirectiveValues(directive, astNode);
  };
  const required = argumentsOf('requiresFreshSignIn') as Pick<FreshSignIn, 'seconds'> | undefined;
  const access = argumentsOf('access') as Pick<FreshSignIn, 'scopes'> | undefined;
  return required === undefined ? null : { seconds: required.seconds, scopes: access?.scopes ?? [] };
}

/** @throws GraphQLError FRESH_SIGN_IN_NEEDED for a patron who acts for themselves and signed in too long ago */
export function requireFreshSignIn(
  { patronId, scopes, signedInAt }: Caller,
  { seconds, scopes: ofOthers }: FreshSignIn,
): void {
  const actsForSelf = patronId !== null && !ofOthers.some((scope) => scopes.has(scope));
  if (actsForSelf && (signedInAt === null || Date.now() / 1000 - signedInAt > seconds)) {
    throw new LocalizedError(freshSignInNeeded(seconds / 60), {
      extensions: { code: 'FRESH_SIGN_IN_NEEDED' },
    });
  }
}
