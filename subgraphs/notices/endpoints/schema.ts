import { z } from 'zod';
import { allKinds } from '../kinds.ts';

const text = z.string().min(1).max(1000);

/** The form of a secret in Standard Webhooks: 24 to 64 random bytes, in base64. */
const secretPattern = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
export const secretForm = 'must be `whsec_` and 24 to 64 bytes in base64';

const endpoint = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and dashes, 41 at most')
    .describe('The name of the endpoint in logs and lists. What waits for it is kept under this name.'),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(1000)
    .describe('Where notices are posted to: https. In development http, too.'),
  secrets: z
    .array(z.string().regex(secretPattern, secretForm).max(200))
    .max(5)
    .default([])
    .describe('What messages are signed with. Each message has a signature of each secret.'),
  secretFiles: z
    .array(text)
    .max(5)
    .default([])
    .describe('Files with one such secret each. A relative path starts at the folder of this file.'),
  kinds: z
    .array(z.enum(allKinds))
    .min(1)
    .max(allKinds.length)
    .default(allKinds)
    .describe('The kinds of notices that it gets. Without it: all.'),
  caFile: text
    .optional()
    .describe(
      'A PEM file with the only authorities that may have signed its certificate. A relative path starts at the folder of this file.',
    ),
});

/** The schema of WEBHOOKS_FILE. Checks that involve several values are in `read-endpoints.ts`. */
export const webhooksFile = z
  .strictObject({
    $schema: z.string().optional().describe('Where this schema is, for editors.'),
    endpoints: z.array(endpoint).min(1).max(20),
  })
  .describe('The endpoints that notices to readers are posted to (WEBHOOKS_FILE).');

export type WebhooksFile = z.infer<typeof webhooksFile>;
