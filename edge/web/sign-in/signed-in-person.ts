import { z } from 'zod';

const tokensShape = z.object({
  accessToken: z.string(),
  /** In ms since 1970. */
  accessExpiresAt: z.number(),
  /** Null if the provider issues none. The session then ends with its access token. */
  refreshToken: z.string().nullable(),
  /** The scopes that the provider has granted. The graph may accept fewer. */
  scopes: z.array(z.string()),
});

/** The tokens that the provider issued for a person. They never leave the server. */
export type Tokens = z.infer<typeof tokensShape>;

export const signedInPersonShape = z.object({
  /** The name that the page shows. Null if the page asks the graph for the name. */
  name: z.string().nullable(),
  patronId: z.string().nullable(),
  /**
   * The id of the provider's session. When the provider's session ends, the session here ends, too. Null if the
   * provider gives no id.
   */
  providerSession: z.string().nullable().default(null),
  tokens: tokensShape,
});

/** A person's data from the sign-in, which the session keeps. */
export type SignedInPerson = z.infer<typeof signedInPersonShape>;
