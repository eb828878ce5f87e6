import { z } from 'zod';

const tokensShape = z.object({
  accessToken: z.string(),
  /** In ms since 1970. */
  accessExpiresAt: z.number(),
  /** Null where the provider gives none: the session ends with its access token. */
  refreshToken: z.string().nullable(),
  /** What the provider has granted. The graph may grant less. */
  scopes: z.array(z.string()),
});

/** What the provider issued for a person. It never leaves the server. */
export type Tokens = z.infer<typeof tokensShape>;

export const signedInPersonShape = z.object({
  /** The name that the page shows; null where the graph has a better one. */
  name: z.string().nullable(),
  patronId: z.string().nullable(),
  /** The provider's session, with which ours ends; null where the provider names none. */
  providerSession: z.string().nullable().default(null),
  tokens: tokensShape,
});

/** What a sign-in tells of a person. Their session keeps it. */
export type SignedInPerson = z.infer<typeof signedInPersonShape>;
